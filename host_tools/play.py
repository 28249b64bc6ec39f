# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""One run of the simulated device, from its first sound to the report.

In: a source of sound (`SampleNight` or `Playback`), a view, an interpreter, a place for the flash
image. Out: an exit status; the view was given every line, the log and the report.
"""

import resource
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from host_tools import live, runtimes, simulator, summary
from host_tools.errors import EXIT_DEVICE, EXIT_PLAYED, UserError
from host_tools.log_words import say
from host_tools.night import SampleNight
from host_tools.playback import Playback
from host_tools.records import Log, alert_of, finding_of, parse_line, read_log, run_seconds
from host_tools.timeline import Line, Timeline

# The device's port is asked for its records as they are made, as from a computer beside a real one;
# again every minute, for a restart forgets it.
FOLLOW = {"t": 3, "every_s": 60, "stdin": "findings\n"}
LIVE = '{"live":'
WHAT_THIS_IS = "a simulation: no alarm below is real; what was heard and not matched alerts nobody"
ALIKE_SHOWN = 3  # look-alikes in ALIKE_EVERY_S that are told one by one
ALIKE_EVERY_S = 1800
# Records that a person watching wants to see at once, beside findings and alerts.
TOLD = (
    "technical", "degraded", "cleared", "paused", "resumed", "ack", "missed", "masked",
    "no longer heard", "error", "quiet", "ended", "selftest",
)  # fmt: skip


class Session:
    """One run: events to lines, then log and truth to the report."""

    def __init__(
        self,
        source: SampleNight | Playback,
        view: live.View,
        runtime: runtimes.Runtime,
        image: Path,
        prepared_s: float = 0.0,
    ) -> None:
        self.source, self.view, self.runtime, self.image = source, view, runtime, image
        self.prepared_s = prepared_s
        self.timeline = Timeline()
        self.report_alert = False
        self._live: dict[int, dict] = {}  # records as the device told them
        self._alike: list[dict] = []
        self._alike_until_s: float = ALIKE_EVERY_S

    def play(
        self,
        settings: dict | None,
        inputs: list[dict],
        files: dict[str, str] | None = None,
    ) -> int:
        source, timeline = self.source, self.timeline
        began, busy_s = time.monotonic(), _processor_s()
        for note in (WHAT_THIS_IS, *source.notes):
            self.view.line(Line(0, note, "dim"))
        self.view.line(Line(0, f"the device starts, on {self.runtime.describe()}", "dim"))
        run = simulator.run(
            source.chunks(),
            flash_image=self.image,
            runtime=self.runtime,
            inputs=[FOLLOW, *inputs],
            settings=settings,
            files=files,
            start_utc=source.start_utc,
            progress_s=10.0,
        )
        with run:
            for event in run:
                for line in timeline.feed(event):
                    self.view.line(line)
                if event["ev"] == "stdout":
                    self._told(event["line"])
                elif event["ev"] == "progress":
                    self._tell_alike()
                    self.view.progress(timeline)
        took_s = time.monotonic() - began
        self._tell_alike(at_end=True)
        log = self._read()
        for record in log.records:
            if record["n"] not in self._live and record.get("k") != "not_matched":
                self._show(record)  # made before the port was asked
        last = log.records[-1]["n"] if log.records else 0
        unsaved = [self._live[n] for n in sorted(self._live) if n > last]
        report = self._judge(log.records + unsaved)
        self.report_alert = report.any_alert
        facts = self._facts(took_s, _processor_s() - busy_s, run.result, log)
        if unsaved:
            facts.append(
                f"{len(unsaved)} record{'s were' if len(unsaved) > 1 else ' was'} not yet on the "
                "flash when the run ended (mere findings wait for up to 30 minutes)"
            )
        self.view.finish(log, report, facts)
        if timeline.trace:
            raise DeviceStopped(timeline.error, timeline.trace)
        return EXIT_PLAYED if run.result.ok and not timeline.error else EXIT_DEVICE

    def _facts(self, took_s: float, busy_s: float, result: Any, log: Log) -> list[str]:
        played_s = result.virtual_s
        factor = played_s / took_s if took_s else 0
        facts = [
            f"played {played_s / 3600:.2f} h in {took_s:.1f} s: {factor:.0f} times real time, on "
            f"{self.runtime.describe()} ({busy_s:.1f} s of processor time; before that "
            f"{self.prepared_s:.1f} s to get the sound ready)",
            f"not listening while it wrote to flash: {_deaf_s(log):.1f} s (the device's count)",
        ]
        if not result.real_littlefs:
            facts.append("CPython stands in for MicroPython: no littlefs, no viper (make setup)")
        if result.error:
            facts.append(f"the device stopped: {result.error}")
        return facts

    def _judge(self, records: list[dict]) -> summary.Report:
        start_utc = self.source.start_utc
        findings = [finding_of(record, start_utc) for record in records]
        alerts = [alert_of(record, start_utc) for record in records]
        return summary.judge(
            self.source.truth,
            [finding for finding in findings if finding],
            [alert for alert in alerts if alert],
            self.timeline,
        )

    def _read(self) -> Log:
        try:
            return read_log(simulator.flash.read_tree(self.image, self.runtime))
        except (simulator.FlashError, OSError) as error:
            self.view.line(Line(self.timeline.now_s, f"the flash is not readable: {error}", "bad"))
            return Log([], 0, 0)

    def _told(self, text: str) -> None:
        """A line from the device's port: a record is shown at once."""
        record = parse_line(text[len(LIVE) : -1].encode()) if text.startswith(LIVE) else None
        if record is None:
            return
        self._live[record["n"]] = record
        if record.get("k") == "not_matched":
            self._alike.append(record)
            if len(self._alike) > ALIKE_SHOWN:
                return  # an evening's television gives hundreds: nobody would see the alert
        self._show(record)

    def _show(self, record: dict) -> None:
        for line in record_lines(record, self.source.start_utc):
            self.view.line(line)

    def _tell_alike(self, at_end: bool = False) -> None:
        if self.timeline.now_s < self._alike_until_s and not at_end:
            return
        self._alike_until_s = self.timeline.now_s + ALIKE_EVERY_S
        if len(self._alike) > ALIKE_SHOWN:
            self.view.line(alike_line(self._alike[ALIKE_SHOWN:], self.timeline.now_s))
        self._alike.clear()


def _processor_s() -> float:
    """Of this process and its ended children: on a busy machine it says more than the time."""
    own, children = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _deaf_s(log: Log) -> float:
    """Microphone start-ups after a write included, which the simulated pins do not show."""
    gaps = (record.get("ms", 0) for record in log.records if record.get("k") == "gap")
    return sum(ms for ms in gaps if isinstance(ms, int)) / 1000


def alike_line(records: list[dict], at_s: float) -> Line:
    """One line for many sounds that were like a pump's and failed a test."""
    reason, count = Counter(str(record.get("reason")) for record in records).most_common(1)[0]
    sounds = "sound was" if len(records) == 1 else "sounds were"
    text = f"{len(records)} more {sounds} like a pump's and failed a test ({count}: {reason})"
    return Line(at_s, text, "dim")


def record_lines(record: dict, start_utc: str) -> Iterator[Line]:
    """The lines of a log record that belong into the live view."""
    finding = finding_of(record, start_utc)
    if finding:
        heard = record["k"] == "heard"
        word = "heard " if heard else "heard, "
        style, about = ("good", "heard") if heard else ("dim", "")
        yield Line(finding.at_s, word + finding.describe(), style, about)
        return
    alert = alert_of(record, start_utc)
    if alert:
        text = f"ALERT, {alert.priority} priority: {alert.cause}"
        yield Line(alert.at_s, text, "bad", "alert")
    elif record["k"] in TOLD:
        text, style = say(record)
        yield Line(run_seconds(record, start_utc), text, style)


class DeviceStopped(UserError):
    """The firmware let an error through; the trace is for --debug."""

    def __init__(self, text: str, trace: str) -> None:
        super().__init__(f"the simulated device stopped: {text}", EXIT_DEVICE)
        self.trace = trace
