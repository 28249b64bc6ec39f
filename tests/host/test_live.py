# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The view in a terminal, as plain lines, and with much or nothing to tell."""

import io
import re

from host_tools import summary
from host_tools.live import FALSE_SHOWN, LOG_LINES_SHOWN, TextView
from host_tools.records import Finding, Log
from host_tools.render import Truth
from host_tools.timeline import Line, Timeline

UTC0 = "2026-01-15T22:00:00Z"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def events(timeline: Timeline) -> None:
    for event in (
        {"t": 1, "ev": "relay", "value": 1},
        {"t": 3600, "ev": "lamp", "lamp": "green", "value": 1},
        {"t": 3601, "ev": "sounder", "hz": 520, "duty": 9000},
    ):
        list(timeline.feed(event))


def test_terminal_shows_clock_progress_lamps_sounder_and_relay(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    out, timeline = Terminal(), Timeline()
    view = TextView(out, UTC0, 7200)
    events(timeline)
    view.line(Line(3601, "heard something", "good"))
    view.progress(timeline)
    view.close()
    view.close()  # harmless
    assert "\x1b[" in out.getvalue()
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", out.getvalue())
    for part in ("23:00:01", "50 %", "green: on", "sounder: sounding", "nurse call: quiet"):
        assert part in text
    assert "heard something" in text


def test_a_pipe_gets_plain_lines_and_an_hourly_sign_of_life():
    out, timeline = io.StringIO(), Timeline()
    view = TextView(out, UTC0, 7200)
    events(timeline)
    for _ in range(5):
        view.progress(timeline)
    assert out.getvalue() == "23:00:01  50 % of the night\n"
    long = "a line that is longer than any terminal " * 5
    view.line(Line(0, long, "bad"))
    assert f"22:00:00  {long}\n" in out.getvalue() and "\x1b" not in out.getvalue()


def test_log_and_false_findings_are_cut_short_and_damage_is_told():
    out = io.StringIO()
    records = [{"n": n, "t": None, "up": n, "k": "boot"} for n in range(1, LOG_LINES_SHOWN + 6)]
    false = [Finding(n, "chime", "weak", (900,), 12.0, 5, "") for n in range(FALSE_SHOWN + 2)]
    truth = [Truth(9000, 9001, "chime", (1500.0,), 30)]
    report = summary.judge(truth, false, [], Timeline())
    TextView(out, UTC0, 60).finish(Log(records, 2, 1), report, ["a fact"])
    text = out.getvalue()
    assert "… and 5 more" in text and "FALSE … and 2 more" in text
    assert "2 damaged line(s), 1 record(s) missing" in text
    assert re.search(r"00:30:00  chime +1500 Hz  30 dB-Hz  MISSED", text)
    assert text.splitlines()[-2:] == ["a fact", report.last_line()]


def test_an_empty_log_says_so():
    out = io.StringIO()
    report = summary.judge(None, [], [], Timeline())
    TextView(out, UTC0, 60).finish(Log([], 0, 0), report, [])
    assert "(empty)" in out.getvalue() and "Pump sounds" not in out.getvalue()
    assert "missing" not in out.getvalue()
