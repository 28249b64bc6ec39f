# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Truth against findings, the fixed last line, and thousands of edges told in a few words."""

import re

from host_tools import summary
from host_tools.records import Alert, Finding
from host_tools.render import Truth
from host_tools.timeline import Timeline

LAST_LINE = re.compile(
    r"alerts: high \d+, medium \d+, low \d+, technical \d+; "
    r"sounds: chime \d+ of (\d+|\?) heard, siren \d+ of (\d+|\?) heard, false (\d+|\?)"
)
TRUTH = [
    Truth(100.0, 101.0, "chime", (1500.0,), 30),
    Truth(500.0, 503.0, "siren", (1000.0, 1300.0), 30),
    Truth(600.0, 603.0, "siren", (1000.0, 1300.0), 30),
]


TONES = {"chime": (1500,), "siren": (1000, 1300)}


def finding(at_s: float, kind: str, hz: tuple[int, ...] | None = None) -> Finding:
    return Finding(at_s, kind, "sure", TONES.get(kind, ()) if hz is None else hz, 30.0, 90, "")


def timeline(*bursts: tuple[float, float]) -> Timeline:
    line = Timeline()
    for on, off in bursts:
        list(line.feed({"t": on, "ev": "sounder", "hz": 520, "duty": 9000}))
        list(line.feed({"t": off, "ev": "sounder", "hz": 0, "duty": 0}))
    return line


def test_every_sound_finds_its_finding_and_its_alert():
    found = [finding(99.2, "chime"), finding(500.9, "siren"), finding(601.0, "siren")]
    alerts = [Alert(101, "low", "chime"), Alert(503, "high", "siren")]
    burst = [(503.3 + 0.3 * pulse, 503.4 + 0.3 * pulse) for pulse in range(10)]
    report = summary.judge(TRUTH, found, alerts, timeline((102.25, 102.4), *burst))
    assert [round(row.alert_after_s or 0, 2) for row in report.rows] == [1.25, 0.3, 0]
    assert report.rows[2].outcome() == "heard, no sound (lamp and log)"
    assert report.last_line() == (
        "alerts: high 1, medium 0, low 1, technical 0; "
        "sounds: chime 1 of 1 heard, siren 2 of 2 heard, false 0"
    )


def test_alert_that_still_sounds_is_no_new_one():
    report = summary.judge(TRUTH, [finding(600, "siren")], [], timeline((590, 590.2), (604, 604.2)))
    assert report.rows[2].already_on and report.rows[2].alert_after_s is None
    assert "already sounding" in report.rows[2].outcome()
    assert report.rows[0].outcome() == "MISSED"
    low = timeline((520, 520.2), (520.4, 520.6))
    raised = timeline((520, 520.2), (520.4, 520.6))
    list(raised.feed({"t": 603.4, "ev": "lamp", "lamp": "red", "value": 1}))
    row = summary.judge(TRUTH, [finding(600, "siren")], [], raised).rows[2]
    assert row.outcome() == "alert raised to high 0.40 s after its end"
    assert summary.judge(TRUTH, [finding(600, "siren")], [], low).rows[2].already_on, "60 s gaps"


def test_a_sound_under_our_own_burst_is_missed_and_says_so():
    report = summary.judge(TRUTH, [], [], timeline((501, 501.2), (598, 599.0)))
    outcomes = [row.outcome() for row in report.rows]
    assert outcomes == ["MISSED", "MISSED under the alert's own bursts", "MISSED"]
    assert [sound["covered"] for sound in report.as_dict()["sounds"]] == [False, True, False]


def test_false_findings_are_those_that_fit_no_sound():
    found = [finding(100, "siren"), finding(300, "chime"), finding(100.5, "chime"),
             finding(100.6, "chime"), finding(301, "not matched, like a chime")]  # fmt: skip
    report = summary.judge(TRUTH, found, [], timeline())
    assert [(item.at_s, item.kind) for item in report.false] == [(100, "siren"), (300, "chime")]
    assert report.heard["chime"] == 1
    assert report.last_line().endswith("chime 1 of 1 heard, siren 0 of 2 heard, false 2")


def test_last_line_keeps_its_form_for_an_unknown_recording():
    report = summary.judge(None, [finding(3, "chime")], [Alert(4, "technical", "")], timeline())
    assert report.last_line() == (
        "alerts: high 0, medium 0, low 0, technical 1; "
        "sounds: chime 1 of ? heard, siren 0 of ? heard, false ?"
    )
    assert LAST_LINE.fullmatch(report.last_line())
    assert report.any_alert and report.as_dict()["expected"] is None
    assert LAST_LINE.fullmatch(summary.judge([], [], [], timeline()).last_line())


def test_a_whole_burst_is_one_line_and_a_flashing_lamp_another():
    line, told = Timeline(), []
    for burst in range(10):
        for pulse in range(10):
            at = 100 + burst * 8 + pulse * 0.25
            told += line.feed({"t": at, "ev": "sounder", "hz": 520, "duty": 16384})
            told += line.feed({"t": at + 0.1, "ev": "sounder", "hz": 0, "duty": 0})
            told += line.feed({"t": at + 0.1, "ev": "lamp", "lamp": "red", "value": pulse & 1})
    assert [item.text for item in told] == ["sounder on", "lamp red on"]
    assert line.outputs["lamp red"].state(line.now_s) == "flashing"
    assert line.outputs["sounder"].state(line.now_s) == "sounding"
    list(line.feed({"t": 175, "ev": "lamp", "lamp": "red", "value": 0}))
    told = list(line.feed({"t": 400, "ev": "progress"}))
    assert sorted(item.text for item in told) == ["lamp red off", "sounder off"]
    assert line.outputs["sounder"].state(400) == "off"


def test_low_bursts_a_minute_apart_are_one_sound_and_a_blipping_lamp_one_lamp():
    line, told = Timeline(), []
    for minute in range(5):
        for at, duty in ((0, 9000), (0.2, 0), (0.4, 9000), (0.6, 0)):
            told += line.feed({"t": 60 * minute + at, "ev": "sounder", "hz": 520, "duty": duty})
        for blip in range(14):
            for at, value in ((0, 1), (0.1, 0)):
                at += 60 * minute + 1 + 4 * blip
                told += line.feed({"t": at, "ev": "lamp", "lamp": "green", "value": value})
    assert [item.text for item in told] == ["sounder on", "lamp green on"]
    told = list(line.feed({"t": 500, "ev": "progress"}))
    assert [(item.text, round(item.at_s, 1)) for item in told] == [
        ("sounder off", 240.6), ("lamp green off", 293.1)]  # fmt: skip


def test_relay_green_lamp_resets_and_deaf_time():
    line, told = Timeline(), []
    for event in (
        {"t": 0, "ev": "boot", "run": 0},
        {"t": 1, "ev": "relay", "value": 1},
        {"t": 1, "ev": "lamp", "lamp": "green", "value": 1},
        {"t": 2, "ev": "i2s", "on": 0},
        {"t": 2.5, "ev": "i2s", "on": 1},
        {"t": 3, "ev": "i2s", "lost_ms": 100},
        {"t": 9, "ev": "relay", "value": 0},
        {"t": 9, "ev": "lamp", "lamp": "green", "value": 0},
        {"t": 10, "ev": "wdt", "timeout_ms": 8000},
        {"t": 11, "ev": "boot", "run": 1, "cause": "wdt"},
        {"t": 12, "ev": "input", "input": "button", "value": 0},
        {"t": 13, "ev": "error", "text": "MemoryError", "trace": "Traceback"},
        {"t": 14, "ev": "end", "totals": {"blocks": 5}},
    ):
        told += line.feed(event)
    texts = [item.text for item in told]
    assert "nurse call: quiet" in texts and "nurse call: ALARM" in texts
    assert "lamp green on" in texts and "lamp green off" in texts
    assert "the watchdog restarts the device" in texts and "button pressed" in texts
    assert "the device stopped: MemoryError" in texts
    assert abs(line.deaf_s - 0.6) < 1e-9
    assert (line.resets, line.ended, line.error) == (1, True, "MemoryError")


def test_a_finding_at_other_tones_is_false_even_while_the_pump_sounds():
    for hz in ((1900, 2400), (1000, 1700)):  # one tone in common is not the pump's siren
        report = summary.judge(TRUTH[1:2], [finding(500.9, "siren", hz)], [], timeline())
        assert report.rows[0].outcome() == "MISSED" and report.false
    for hz in ((1010, 1290), (2000, 2600), ()):  # near by, harmonics, not told
        report = summary.judge(TRUTH[1:2], [finding(500.9, "siren", hz)], [], timeline())
        assert report.rows[0].finding and not report.false
