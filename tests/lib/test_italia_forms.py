import re
from datetime import date, datetime, time

import pytest
from django import forms

from lib.italia_forms import ItaliaForm


class AppointmentForm(ItaliaForm):
    topic = forms.CharField(label="Argomento", help_text="In una riga.")
    note = forms.CharField(label="Nota", required=False, widget=forms.Textarea)
    day = forms.DateField(label="Giorno")
    hour = forms.TimeField(label="Ora")
    moment = forms.DateTimeField(label="Momento")
    mode = forms.ChoiceField(
        label="Modalità", choices=[("v", "In video"), ("p", "Di persona")], widget=forms.RadioSelect
    )
    topics = forms.MultipleChoiceField(
        label="Temi", choices=[("a", "Appalti"), ("t", "Tributi")], widget=forms.CheckboxSelectMultiple, required=False
    )
    agreed = forms.BooleanField(label="Presa visione")
    act = forms.FileField(label="Atto", required=False)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


def test_every_label_names_its_control():
    html = str(AppointmentForm())

    ids = set(re.findall(r'<(?:input|textarea|select)[^>]* id="([^"]+)"', html))
    labelled = set(re.findall(r'<label for="([^"]+)"', html))
    assert ids - labelled == {"id_secret"}
    assert labelled - ids == set()


def test_no_id_stands_twice():
    ids = re.findall(r' id="([^"]+)"', str(AppointmentForm({"topic": ""})))

    assert sorted(ids) == sorted(set(ids))


def test_optional_fields_say_so():
    html = str(AppointmentForm())

    optional = re.findall(r">(\w+) <span class=\"optional\">", html)
    assert optional == ["Nota", "Temi", "Atto"]


@pytest.mark.parametrize(
    ("name", "kind", "value", "shown"),
    [
        ("day", "date", date(2026, 11, 26), "2026-11-26"),
        ("hour", "time", time(9, 30), "09:30"),
        ("moment", "datetime-local", datetime(2026, 11, 26, 9, 30), "2026-11-26T09:30"),  # noqa: DTZ001 - a form's local time
    ],
)
def test_native_pickers_get_the_format_they_demand(name, kind, value, shown):
    field = str(AppointmentForm(initial={name: value})[name])

    assert (f'type="{kind}"' in field, f'value="{shown}"' in field) == (True, True)


def test_native_pickers_are_read_back():
    form = AppointmentForm({"day": "2026-11-26", "hour": "09:30", "moment": "2026-11-26T09:30"})
    form.is_valid()

    assert (form.cleaned_data["day"], form.cleaned_data["hour"]) == (date(2026, 11, 26), time(9, 30))
    assert form.cleaned_data["moment"].strftime("%d/%m %H:%M %Z") == "26/11 09:30 CET"


def test_error_summary_links_to_each_wrong_field():
    form = AppointmentForm({"day": "domani", "hour": "9:30", "moment": "2026-11-26T09:30", "agreed": "on"})

    html = str(form)

    summary = html[: html.index("</ul>")]
    assert re.findall(r'<a href="#([^"]+)">', summary) == ["id_topic", "id_day", "id_mode"]
    for target in ("id_topic", "id_day", "id_mode"):
        assert html.count(f' id="{target}"') == 1


def test_described_by_names_ids_that_exist():
    html = str(AppointmentForm({"topic": ""}))

    named = {part for value in re.findall(r'aria-describedby="([^"]+)"', html) for part in value.split()}
    ids = set(re.findall(r' id="([^"]+)"', html))
    assert named - ids == set()
    assert "id_topic_error" in named


def test_plain_forms_keep_djangos_markup():
    class Plain(forms.Form):
        word = forms.CharField()

    assert "class=" not in str(Plain())


def test_summary_counts_what_it_lists():
    form = AppointmentForm({})
    form.add_error("topic", "Troppo corto.")
    form.add_error(None, "Il giorno è festivo.")

    summary = str(form).split("</ul>")[0]

    assert f"Ci sono {summary.count('<li>')} cose da correggere." in summary
