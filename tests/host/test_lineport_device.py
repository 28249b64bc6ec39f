# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The line protocol and the care plan on the simulated board: listening goes on meanwhile."""

import json
from dataclasses import replace

import pytest
from test_device import Device, room

from host_tools import runtimes, soak

PLAN = {
    "room": "12b",
    "contact_office": "555 0100",
    "contact_office_hours": "Mon-Fri 8:30-17:00",
    "contact_on_call": "555 0199",
    "refill_alarm_date": "2026-01-17",
}


@pytest.fixture
def image(tmp_path):
    return tmp_path / "flash.img"


def said(device):
    return [json.loads(event["line"]) for event in device.of("stdout")]


def talk(*rows):
    return [{"t": t, "stdin": text} for t, text in rows]


def test_log_health_and_settings_are_read_while_it_listens(image):
    inputs = talk((5, "health\n"), (30, "log\n"), (35, "log from 2\n"), (40, "settings\n"))
    device = Device(room(60, chimes=[20]), image, inputs=inputs, settings=PLAN)
    assert device.result.why == "end" and not device.of("error")
    answers = said(device)
    health = next(a for a in answers if a.get("k") == "health")
    assert health["listening"] and health["faults"] == {} and health["board"] == "pico"
    ends = [a["end"] for a in answers if "end" in a]
    assert ends == ["health", "log", "log", "settings"]
    assert {"contact_on_call": "555 0199"} in answers
    numbers = [a["n"] for a in answers if "n" in a]
    assert numbers[:3] == [1, 2, 3] and 2 in numbers[3:]
    # Every line as it stands in the file, its check sum included.
    assert all("c" in a for a in answers if "n" in a)


def test_no_sample_is_lost_while_the_port_is_flooded(image, tmp_path):
    flood = "log\n" * 20 + "x" * 500 + "\n"
    inputs = [{"t": 3 + 0.5 * i, "stdin": flood} for i in range(60)]
    inputs += [{"t": 3.2 + 0.5 * i, "stdin_hex": "00ff0aff03040d"} for i in range(60)]
    quiet = Device(room(45), tmp_path / "quiet.img")
    device = Device(room(45), image, inputs=inputs)
    assert device.result.totals["samples_lost"] == quiet.result.totals["samples_lost"]
    assert not [e for e in device.of("i2s") if "lost_ms" in e]
    assert not device.records("technical") and device.result.restarts == 0
    assert len(said(device)) > 50


def test_a_chime_is_heard_and_alerted_while_the_log_streams(image):
    inputs = [{"t": 15 + 0.25 * i, "stdin": "log\n"} for i in range(60)]
    device = Device(room(45, chimes=[20]), image, inputs=inputs)
    assert device.records("alert") and [e for e in device.of("sounder") if e["duty"]]
    first = next(e["t"] for e in device.of("sounder") if e["duty"])
    assert 21 <= first <= 22.5


def test_findings_follow_live(image):
    device = Device(room(40, chimes=[20]), image, inputs=talk((5, "findings\n")))
    live = [a["live"] for a in said(device) if "live" in a]
    assert [r["k"] for r in live if r["k"] != "not_matched"][:2] == ["heard", "alert"]


def test_a_computer_that_stops_reading_costs_no_sample(image):
    inputs = talk((5, "findings\n"), (10, "log\n")) + [{"t": 9, "fault": "usb_stall"}]
    device = Device(room(60, chimes=[30]), image, inputs=inputs)
    assert not [e for e in device.of("i2s") if "lost_ms" in e]
    assert device.records("alert") and not device.records("technical")


def test_the_self_test_can_be_asked_for(image):
    device = Device(room(20), image, inputs=talk((10, "selftest\n")))
    assert {"k": "selftest", "ok": True} in said(device)


def test_a_script_that_asks_for_self_tests_neither_deafens_it_nor_fills_its_log(image):
    asked = talk(*[(5 + second, "selftest\n") for second in range(40)])
    device = Device(room(80, chimes=[60]), image, inputs=asked)
    beeps = [e["t"] for e in device.of("sounder") if e["duty"] and e["t"] < 55]
    assert len(beeps) == 10 and len(device.records("selftest")) == 10
    assert any("most" in answer.get("error", "") for answer in said(device))
    assert device.records("alert")


def test_maintenance_needs_the_word_and_is_refused_during_an_alert(image):
    inputs = talk((5, "maintenance\n"), (30, "maintenance now\n"))
    device = Device(room(40, chimes=[20]), image, inputs=inputs)
    errors = [a["error"] for a in said(device) if "error" in a]
    assert "say: maintenance now" in errors[0] and "alert sounds" in errors[1]
    assert device.result.restarts == 0


def on_display(device):
    return [event["lines"] for event in device.of("display")]


@pytest.mark.skipif(runtimes.find("x86-64") is None, reason="the display's font is MicroPython's")
def test_the_display_says_what_to_do(image):
    device = Device(room(45, chimes=[20]), image, settings=PLAN, display=True)
    pages = on_display(device)
    idle = ["12b", "listening", "22:00", "", "refill alarm in", "2 days"]
    assert idle in pages
    told = next(p for p in pages if "CALL on call" in p and "555 0199" in p)
    assert told[0] == "PUMP CHIME" and told[1].startswith("22:00")
    assert "reservoir low" in " ".join(told)
    (alert,) = device.records("alert")
    assert alert["means"] == "likely: reservoir low" and alert["call"] == "on call: 555 0199"
    assert not [e for e in device.of("i2s") if "lost_ms" in e]


@pytest.mark.skipif(runtimes.find("x86-64") is None, reason="the display's font is MicroPython's")
def test_a_display_that_is_fitted_and_gone_is_degraded_and_comes_back(image):
    fitted = {"display_fitted": True}
    faults = [{"t": 20, "fault": "display_absent"}, {"t": 70, "fault": "display_ok"}]
    device = Device(room(200), image, settings=fitted, display=True, faults=faults)
    assert [r["name"] for r in device.records("degraded")] == ["display"]
    assert [r["name"] for r in device.records("cleared")] == ["display"]
    assert not device.records("technical")


def test_an_absent_display_is_no_fault_unless_it_is_fitted(image, tmp_path):
    assert not Device(room(10), image).records("degraded")
    device = Device(room(10), tmp_path / "b.img", settings={"display_fitted": True})
    assert [r["name"] for r in device.records("degraded")] == ["display"]


def test_a_siren_on_an_mri_day_is_named_as_a_likely_stall(image):
    def audio():
        script = replace(soak.SHORT, chimes=(), sirens=(20,), period_s=60, loud=(59, 59))
        yield from soak.audio(script, 1)

    device = Device(audio(), image, settings={"mri_date": "2026-01-15", **PLAN}, display=True)
    alert = next(r for r in device.records("alert") if r["cond"] == "siren" and r["up"] > 19)
    assert alert["means"] == "pump stalled by MRI?" and alert["priority"] == "high"
    assert alert["call"] == "on call: 555 0199"
    if device.result.real_littlefs:  # MicroPython, which has the font
        assert any(lines[:1] == ["PUMP SIREN (MRI)"] for lines in on_display(device))


def test_a_refill_date_reminds_at_the_civil_hour_and_a_press_ends_it(image):
    inputs = [{"t": 62, "pin": "button", "value": 0}, {"t": 62.3, "pin": "button", "value": 1}]
    plan = {"refill_alarm_date": "2026-01-22"}
    device = Device(room(72), image, settings=plan, inputs=inputs, start_utc="2026-01-15T07:59:00Z")
    (record,) = device.records("reminder")
    assert record["days_left"] == 7 and record["priority"] == "low"
    sounds = [e["t"] for e in device.of("sounder") if e["duty"]]
    assert sounds and 59 <= sounds[0] <= 64 and max(sounds) < 63
    assert device.records("ack")[0]["cond"] == "reminder"
