# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""One run of the simulated device, from its first sound to the report.

In: a source of sound (`SampleNight` or `Playback`), a view, an interpreter, a place for the flash
image. Out: an exit status; the view was given every line, the log and the report.
"""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from host_tools import live, runtimes, simulator, summary
from host_tools.errors import EXIT_DEVICE, EXIT_PLAYED, UserError
from host_tools.night import SampleNight
from host_tools.playback import Playback
from host_tools.records import Log, alert_of, describe, finding_of, read_log, run_seconds
from host_tools.timeline import Line, Timeline

# The flash is looked into during the run, so that findings show up while it goes on; this often
# at most, and for at most this share of the time.
PEEK_EVERY_S = 0.3
PEEK_SHARE = 0.05
# Records that a person watching wants to see at once, beside findings and alerts.
TOLD = (
    "technical", "degraded", "cleared", "paused", "resumed", "ack", "missed", "masked",
    "no longer heard", "error",
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
        self._shown: set[int] = set()
        self._next_peek = 0.0

    def play(
        self,
        settings: dict | None,
        inputs: list[dict],
        files: dict[str, str] | None = None,
    ) -> int:
        source, timeline = self.source, self.timeline
        began = time.monotonic()
        for note in source.notes:
            self.view.line(Line(0, note, "dim"))
        self.view.line(Line(0, f"the device starts, on {self.runtime.describe()}", "dim"))
        run = simulator.run(
            source.chunks(),
            flash_image=self.image,
            runtime=self.runtime,
            inputs=inputs,
            settings=settings,
            files=files,
            start_utc=source.start_utc,
            progress_s=10.0,
        )
        with run:
            for event in run:
                for line in timeline.feed(event):
                    self.view.line(line)
                if event["ev"] == "flash":
                    self._peek()
                elif event["ev"] == "progress":
                    self.view.progress(timeline)
        took_s = time.monotonic() - began
        log = self._read()
        self._show_new(log)
        report = self._judge(log)
        self.report_alert = report.any_alert
        facts = self._facts(took_s, run.result, log)
        self.view.finish(log, report, facts)
        if timeline.trace:
            raise DeviceStopped(timeline.error, timeline.trace)
        return EXIT_PLAYED if run.result.ok and not timeline.error else EXIT_DEVICE

    def _facts(self, took_s: float, result: Any, log: Log) -> list[str]:
        played_s = result.virtual_s
        factor = played_s / took_s if took_s else 0
        facts = [
            f"played {played_s / 3600:.2f} h in {took_s:.1f} s: {factor:.0f} times real time, on "
            f"{self.runtime.describe()} (before that {self.prepared_s:.1f} s to make the sound)",
            f"not listening while it wrote to flash: {_deaf_s(log):.1f} s (the device's count)",
        ]
        if not result.real_littlefs:
            facts.append("CPython stands in for MicroPython: no littlefs, no viper (make setup)")
        if result.error:
            facts.append(f"the device stopped: {result.error}")
        return facts

    def _judge(self, log: Log) -> summary.Report:
        start_utc = self.source.start_utc
        findings = [finding_of(record, start_utc) for record in log.records]
        alerts = [alert_of(record, start_utc) for record in log.records]
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

    def _peek(self) -> None:
        """Show records that were committed meanwhile. The device writes on while this reads, so a
        copy is read, and a copy that was caught in the middle of a write is simply left alone."""
        began = time.monotonic()
        if began < self._next_peek:
            return
        copy = self.image.with_name("peek")
        try:
            if self.image.is_dir():
                log = read_log(simulator.flash.read_tree(self.image))
            else:
                shutil.copyfile(self.image, copy)
                log = read_log(simulator.flash.read_tree(copy, self.runtime))
        except (simulator.FlashError, OSError, ValueError):
            return
        finally:
            ended = time.monotonic()
            self._next_peek = ended + max(PEEK_EVERY_S, (ended - began) / PEEK_SHARE)
        self._show_new(log)

    def _show_new(self, log: Log) -> None:
        for record in log.records:
            if record["n"] in self._shown:
                continue
            self._shown.add(record["n"])
            for line in record_lines(record, self.source.start_utc):
                self.view.line(line)


def _deaf_s(log: Log) -> float:
    """Microphone start-ups after a write included, which the simulated pins do not show."""
    gaps = (record.get("ms", 0) for record in log.records if record.get("k") == "gap")
    return sum(ms for ms in gaps if isinstance(ms, int)) / 1000


def record_lines(record: dict, start_utc: str) -> Iterator[Line]:
    """The lines of a log record that belong into the live view."""
    finding = finding_of(record, start_utc)
    if finding:
        heard = record["k"] == "heard"
        word = "heard " if heard else "heard, "
        yield Line(finding.at_s, word + finding.describe(), "good" if heard else "dim")
        return
    alert = alert_of(record, start_utc)
    if alert:
        yield Line(alert.at_s, f"ALERT, {alert.priority} priority: {alert.cause}", "bad")
    elif record["k"] in TOLD:
        bad = record.get("severity") == "technical" or record["k"] == "error"
        style = "bad" if bad else "warn"
        yield Line(run_seconds(record, start_utc), describe(record), style)


class DeviceStopped(UserError):
    """The firmware let an error through; the trace is for --debug."""

    def __init__(self, text: str, trace: str) -> None:
        super().__init__(f"the simulated device stopped: {text}", EXIT_DEVICE)
        self.trace = trace
