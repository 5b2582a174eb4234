from django.urls import path

from courses import views
from lib import url_converters  # noqa: F401 - registers <id:…>

app_name = "courses"
urlpatterns = [
    path("coordinamento/edizioni/", views.edition_list, name="edition_list"),
    path("coordinamento/edizioni/nuova/", views.edition_create, name="edition_create"),
    path("coordinamento/edizioni/<id:pk>/", views.edition_detail, name="edition_detail"),
    path("coordinamento/edizioni/<id:pk>/modifica/", views.edition_update, name="edition_update"),
    path("coordinamento/edizioni/<id:pk>/annulla/", views.edition_cancel, name="edition_cancel"),
    path("edizioni/<id:pk>/messaggio/", views.edition_message, name="edition_message"),
    path("coordinamento/edizioni/<id:pk>/incontri/nuovo/", views.live_session_create, name="live_session_create"),
    path("coordinamento/incontri/<id:pk>/elimina/", views.live_session_delete, name="live_session_delete"),
    path("incontri/<id:pk>/presenze/", views.attendance_update, name="attendance_update"),
    path("incontri/<id:pk>/codice/", views.attendance_code, name="attendance_code"),
    path("presenza/", views.attendance_check_in, name="attendance_check_in"),
    path("presenza/<str:token>/", views.attendance_scan, name="attendance_scan"),
    path("incontri/<id:pk>/non-posso/", views.attendance_excuse, name="attendance_excuse"),
    path("incontri/<id:pk>/ci-saro/", views.attendance_excuse_withdraw, name="attendance_excuse_withdraw"),
    path("coordinamento/iscrizioni/<id:pk>/proroga/", views.enrolment_extend, name="enrolment_extend"),
    path("coordinamento/iscrizioni/<id:pk>/completamento/", views.completion_update, name="completion_update"),
    path("iscrizioni/<id:pk>/lascia/", views.enrolment_leave, name="enrolment_leave"),
    path("iscrizioni/<id:pk>/visione/<id:step_pk>/<id:recording_pk>/", views.watching_report, name="watching_report"),
    path("registrazioni/<id:pk>/<slug:part>/", views.recording_file, name="recording_file"),
    path("prove/<id:pk>/", views.attempt_take, name="attempt_take"),
    path("prove/<id:pk>/risposta/", views.attempt_answer, name="attempt_answer"),
    path("prove/<id:pk>/esito/", views.attempt_result, name="attempt_result"),
    path("appunti/", views.margin_list, name="margin_list"),
    path("materiali/<id:pk>/", views.course_file_download, name="course_file_download"),
    path("atti-tipo/<id:pk>/", views.act_template_download, name="act_template_download"),
    path("corsi/", views.catalogue, name="catalogue"),
    path("corsi/<slug:slug>/", views.course_detail, name="course_detail"),
    path("corsi/<slug:slug>/iscrizione/", views.enrolment_create, name="enrolment_create"),
    path("corsi/<slug:course_slug>/<slug:step_slug>/", views.step, name="step"),
    path("corsi/<slug:course_slug>/<slug:step_slug>/fatto/", views.lesson_complete, name="lesson_complete"),
    path("corsi/<slug:course_slug>/<slug:step_slug>/appunti/", views.lesson_write, name="lesson_write"),
    path("corsi/<slug:course_slug>/<slug:step_slug>/stampa/", views.lesson_print, name="lesson_print"),
    path(
        "corsi/<slug:course_slug>/<slug:step_slug>/registrazione/<id:pk>/",
        views.recording_light,
        name="recording_light",
    ),
    path("corsi/<slug:course_slug>/<slug:step_slug>/nuova-prova/", views.attempt_create, name="attempt_create"),
]
