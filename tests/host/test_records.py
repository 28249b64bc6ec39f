# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The log as it comes back: good, torn, damaged, missing; the firmware's own writer agrees."""

import json

import pytest

from host_tools import log_words, records
from tests.host.fake_device import heard, line

UTC0 = "2026-01-15T22:00:00Z"


def test_good_lines_come_in_order_and_bad_ones_are_counted():
    good = [line(n, n, "boot") for n in (1, 2, 4)]
    damaged = good[1].replace(b"boot", b"b0ot")
    files = {
        "log/000002.jsonl": good[2],
        "log/000001.jsonl": good[0] + damaged + good[1] + b'{"n":3,"t":"20',
        "settings.json": b"{}",
        "state/alert.json": b"not a log",
    }
    log = records.read_log(files)
    assert [record["n"] for record in log.records] == [1, 2, 4]
    assert (log.damaged, log.missing) == (2, 1)


@pytest.mark.parametrize("bad", [b"", b"\n", b"{}", b'{"n":1,"c":"00000000"}', b"\xff" * 40])
def test_nonsense_is_no_record(bad):
    assert records.parse_line(bad) is None


def test_every_single_byte_is_guarded():
    whole = line(1, 5, "alert", priority="high", cond="siren")
    for at in range(len(whole) - 1):
        spoiled = bytes([*whole[:at], whole[at] ^ 1, *whole[at + 1 :]])
        assert records.parse_line(spoiled) is None


def test_the_firmwares_lines_are_understood():
    eventlog = pytest.importorskip("eventlog", reason="SKIP: the firmware's log is not importable")
    fields = (("sound", "chime"), ("grade", "weak"), ("hz", [1200]), ("snr_db10", 255),
              ("confidence", 40), ("ago_ms", 1500))  # fmt: skip
    utc_s = 190_418_400  # seconds since 2020
    record = records.parse_line(eventlog.format_line(7, "heard", fields, utc_s, 12))
    assert record is not None and record["n"] == 7
    finding = records.finding_of(record, record["t"])
    assert finding == records.Finding(-1.5, "chime", "weak", (1200,), 25.5, 40, "")
    record = records.parse_line(eventlog.format_line(8, "heard", fields, None, 12))
    assert records.finding_of(record, UTC0).at_s == 10.5  # without a clock by uptime


def test_findings_and_alerts_are_told_in_words():
    record = json.loads(heard(1, 10800, "siren", hz=(1000, 1400)))
    text = records.finding_of(record, UTC0).describe()
    assert text == "siren (sure), 1000 and 1400 Hz, 30 dB-Hz above the noise"
    record = json.loads(line(2, 5, "not_matched", sound="chime", hz=[900], reason="harmonics"))
    assert "not matched, like a chime" in records.finding_of(record, UTC0).describe()
    assert "because: harmonics" in records.finding_of(record, UTC0).describe()
    alert = records.alert_of(json.loads(line(3, 9, "alert", priority="low", cond="chime")), UTC0)
    assert alert == records.Alert(9, "low", "chime")
    degraded = json.loads(line(3, 9, "alert", priority="degraded", cond="degraded"))
    assert records.alert_of(degraded, UTC0) is None
    assert records.finding_of(degraded, UTC0) is None


def test_a_trace_is_told_in_one_line():
    trace = 'Traceback (most recent call last):\n  File "main.py", line 9\nMemoryError: no room\n'
    text = records.describe({"n": 1, "k": "error", "trace": trace})
    assert text == 'error trace=File "main.py", line 9 MemoryError: no room'


@pytest.mark.parametrize(
    ("grade", "words"),
    [("sure", "(sure)"), ("weak", "(weak: perhaps the pump)"), ("faint", "(faint: known by its")],
)
def test_how_sure_it_is_stands_in_words_never_in_points(grade, words):
    record = {**json.loads(heard(1, 10800, "siren", grade)), "confidence": 99, "interval_s": 600}
    for text in (records.finding_of(record, UTC0).describe(), log_words.say(record)[0]):
        assert words in text and "99" not in text and "%" not in text
    assert "comes every 10 min" in log_words.say(record)[0]
