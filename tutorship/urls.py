from django.urls import path

from lib import url_converters  # noqa: F401 - registers <id:…>
from tutorship.views import appointments, availability, booking, moving, planning, tutoring

app_name = "tutorship"
urlpatterns = [
    path("tutor/", booking.booking_start, name="booking_start"),
    path("tutor/area/", booking.booking_area, name="booking_area"),
    path("tutor/orario/", booking.booking_time, name="booking_time"),
    path("tutor/domanda/", booking.booking_question, name="booking_question"),
    path("tutor/riepilogo/", booking.booking_review, name="booking_review"),
    path("tutor/prenota/", booking.booking_create, name="booking_create"),
    path("tutor/appuntamenti/", appointments.booking_list, name="booking_list"),
    path("tutor/appuntamenti/<id:pk>/", appointments.booking_detail, name="booking_detail"),
    path("tutor/appuntamenti/<id:pk>/annulla/", appointments.booking_cancel, name="booking_cancel"),
    path("tutor/appuntamenti/<id:pk>/sposta/", moving.booking_move, name="booking_move"),
    path("tutor/appuntamenti/<id:pk>/calendario.ics", appointments.booking_calendar, name="booking_calendar"),
    path("tutoraggio/", tutoring.tutor_week, name="tutor_week"),
    path("tutoraggio/incontri/<id:pk>/", tutoring.session_detail, name="session_detail"),
    path("tutoraggio/incontri/<id:pk>/esito/", tutoring.session_close, name="session_close"),
    path("tutoraggio/incontri/<id:pk>/sposta/", moving.session_move, name="session_move"),
    path("tutoraggio/incontri/<id:pk>/annulla/", tutoring.session_cancel, name="session_cancel"),
    path("tutoraggio/disponibilita/", availability.availability, name="availability"),
    path("tutoraggio/disponibilita/orari/nuovo/", availability.rule_create, name="rule_create"),
    path("tutoraggio/disponibilita/orari/<id:pk>/", availability.rule_change, name="rule_change"),
    path("tutoraggio/disponibilita/orari/<id:pk>/elimina/", availability.rule_delete, name="rule_delete"),
    path("tutoraggio/disponibilita/eccezioni/nuova/", availability.exception_create, name="exception_create"),
    path("tutoraggio/disponibilita/eccezioni/<id:pk>/", availability.exception_change, name="exception_change"),
    path("tutoraggio/disponibilita/eccezioni/<id:pk>/elimina/", availability.exception_delete, name="exception_delete"),
    path("tutoraggio/disponibilita/preferenze/", availability.preference_change, name="preference_change"),
    path("coordinamento/tutor/", planning.coverage_list, name="coverage_list"),
    path("coordinamento/tutor/nuova/", planning.coverage_create, name="coverage_create"),
    path("coordinamento/tutor/<id:pk>/termina/", planning.coverage_end, name="coverage_end"),
    path("coordinamento/tutor/<id:pk>/disponibilita/", availability.availability, name="tutor_availability"),
    path("coordinamento/tutor/<id:pk>/disponibilita/orari/", availability.rule_create, name="tutor_rule_create"),
    path(
        "coordinamento/tutor/<id:pk>/disponibilita/eccezioni/",
        availability.exception_create,
        name="tutor_exception_create",
    ),
    path("coordinamento/chiusure/", planning.closure_list, name="closure_list"),
    path("coordinamento/chiusure/nuova/", planning.closure_create, name="closure_create"),
    path("coordinamento/chiusure/patroni/nuovo/", planning.patron_saint_create, name="patron_saint_create"),
    path("coordinamento/chiusure/patroni/<id:pk>/elimina/", planning.patron_saint_delete, name="patron_saint_delete"),
    path("coordinamento/chiusure/<id:pk>/elimina/", planning.closure_delete, name="closure_delete"),
]
