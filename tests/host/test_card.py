# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The bedside card and the plan: every field, complete languages, safe wording."""

import io
import json
import re
from datetime import date

import pytest

from host_tools import card, care_plan, cli, device_code, languages
from host_tools.errors import UserError
from host_tools.simulator import flash

PLAN = {
    "name": "Ada <b>X</b>",
    "room": "Room 4",
    "pump_model": "SynchroMed II",
    "surgery_date": "2022-03-04",
    "contact_office": "Clinic 555 0100",
    "contact_office_hours": "Mon-Thu 8:30-17:00, Fri 8-12",
    "contact_on_call": "555 0111",
    "contact_emergency": "112",
    "early_signs": "scratches & <i>rubs</i>",
    "any_sound_is_emergency": True,
    "mri_date": "2026-11-19",
}
# What facts and issue ask of a school or care-home plan, by the settings' keys.
PLAN_LIST = (
    "diagnosis", "pump_site", "surgery_date", "last_refill_date", "refill_alarm_date", "medicines",
    "early_signs", "early_signs_too_much", "skin_check", "restrictions", "fever_protocol",
    "emergency_plan", "rescue_medicine", "id_card", "replace_by_date", "pump_model", "reservoir_ml",
)  # fmt: skip


@pytest.fixture
def run(capsys):
    def call(*args) -> tuple[int, str, str]:
        err = io.StringIO()
        status = cli.main([str(arg) for arg in args], stderr=err)
        return status, capsys.readouterr().out, err.getvalue()

    return call


def made(kind="bedside", language="en", **given) -> str:
    values, errors = care_plan.check({**PLAN, **given})
    assert not errors
    return card.page(values, languages.load(language), kind, date(2026, 11, 20))


def test_the_card_says_what_a_carer_needs_at_night():
    page = made()
    for words in (
        "it never replaces the pump&#39;s own alarm", "This does NOT mean that the pump is fine",
        "MONITOR NOT LISTENING", "PUMP SIREN", "PUMP CHIME", "After an MRI", "still an alert",
        "2 to 24 hours", "Mon–Thu 8:30–17:00, Fri 8:00–12:00", "Clinic 555 0100", "555 0111",
        "TOO LITTLE", "TOO MUCH", "itching without hives", "slow or shallow breathing", "38.6",
        "ANY sound of the pump is an emergency", "MRI on 2026-11-19", "Hold 3 seconds",
        "siren at most 2 min, others 10 min",
    ):  # fmt: skip
        assert words in page, words


def test_every_field_of_the_plan_list_has_its_place():
    texts = languages.load("en")
    page = made("plan")
    for key in PLAN_LIST:
        assert f"<dt>{texts['fields'][key]}</dt>" in page.replace("&#39;", "'"), key


def test_names_are_escaped_in_both():
    for kind in card.KINDS:
        page = made(kind)
        assert "<b>X" not in page and "&lt;b&gt;X" in page and "<i>rubs" not in page
        assert "<script" not in page and not re.findall(r"https?://", page)


def test_german_is_german_throughout():
    page = made("bedside", "de") + made("plan", "de")
    assert 'lang="de"' in page and "Mo–Do 8:30–17:00, Fr 8:00–12:00" in page
    assert "04.03.2022" in page and "20.11.2026" in page
    texts = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    assert not re.search(r"\b(the|and|with|pump team|call)\b", texts)


def test_without_a_plan_there_are_lines_to_fill_in(run, tmp_path):
    target = tmp_path / "blank.html"
    status, _, err = run("card", "--out", target)
    assert (status, err) == (0, "")
    page = target.read_text()
    assert page.count('<span class="line">') == 2 and "112 / 911" in page


def test_the_plan_comes_from_a_flash_image_too(run, tmp_path):
    image = tmp_path / "flash.img"
    flash.write_file(image, "settings.json", json.dumps(PLAN).encode())
    target = tmp_path / "card.html"
    assert run("card", image, "--out", target)[0] == 0
    assert "Clinic 555 0100" in target.read_text()


@pytest.mark.parametrize("language", languages.codes())
def test_every_language_is_complete(language):
    texts = languages.load(language)
    assert texts["code"] == language
    assert not re.search(r"\{(?!emergency|pause|pause_high|date)", made("bedside", language)
                         .split("</style>")[1])  # fmt: skip


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text.replace('heading = "The button"\n', ""), "button.heading is missing"),
        (lambda text: text.replace("{emergency}", "112", 1), "must hold {emergency}"),
        (lambda text: text + '\n[extra]\na = "b"\n', "unknown text extra"),
        (lambda text: text.replace('name = "Name"', "name = 5"), "fields.name must be text"),
        (lambda text: text.replace('"seizures"]', '"seizures", "more"]', 1), "must have 7 texts"),
        (lambda text: "not = [toml", "not a language file"),
    ],
)
def test_an_incomplete_language_is_refused_by_name(tmp_path, change, words):
    file = tmp_path / "xx.toml"
    file.write_text(change((languages.FOLDER / "en.toml").read_text("utf-8")), "utf-8")
    with pytest.raises(UserError, match=re.escape(words)):
        languages.load(str(file))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["absent.json"], "no such settings file"),
        (["--language", "tlh"], "unknown language"),
        (["--language", "absent.toml"], "no such language file"),
        (["--kind", "poster"], "choose bedside or plan"),
    ],
)
def test_bad_input_is_one_line(run, tmp_path, monkeypatch, options, words):
    monkeypatch.chdir(tmp_path)
    status, out, err = run("card", *options)
    assert (status, out) == (2, "") and words in err and err.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"surgery_date": "2026-02-30"}', "must be a date"),
        ('{"nmae": "x"}', "unknown key"),
        ("{", "not valid JSON"),
        ("[1]", "expected an object"),
        ("[" * 100_000, "not"),
        ('{"contact_office": "x", "contact_office_hours": "whenever"}', "must be hours"),
    ],
)
def test_a_wrong_plan_makes_no_card(run, tmp_path, text, words):
    plan = tmp_path / "plan.json"
    plan.write_text(text)
    target = tmp_path / "card.html"
    status, _, err = run("card", plan, "--out", target)
    assert status == 2 and words in err and err.count("\n") == 1 and not target.exists()


def test_the_legend_shows_the_lamps_of_the_firmware():
    lights = device_code.module("alarm.alert_states").LIGHTS
    for row, level in (("siren", "high"), ("chime", "medium"), ("maybe", "low"),
                       ("deaf", "technical"), ("flaw", "degraded")):  # fmt: skip
        assert card.LAMPS[row] == tuple(lights[level]), row
    texts = languages.load("en")["legend"]
    bursts = device_code.module("alarm.cadence").BURSTS
    for row, level in (("siren", "high"), ("chime", "medium"), ("maybe", "low")):
        pulses = (len(bursts[level][0]) + 1) // 2
        assert str(pulses) in texts[row]["lamp"], row


def test_no_language_says_that_green_means_well():
    for code in languages.codes():
        texts = languages.load(code)
        row = texts["legend"]["listening"]["means"]
        assert ("NOT" in row) or ("NICHT" in row), code
