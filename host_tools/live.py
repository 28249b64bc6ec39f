# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Shows a run: live in a terminal, as plain lines when piped, as JSON lines for machines.

In: lines and the timeline as the run goes on, then the log and the report. Out: text on a stream.
Every view has the same four methods, so that the run does not care which one it feeds.
"""

import json
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import Protocol, TextIO

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from host_tools.log_words import say
from host_tools.records import Log, utc
from host_tools.summary import Report
from host_tools.timeline import NAMES, Line, Timeline

STYLES = {"good": "green", "warn": "yellow", "bad": "bold red", "dim": "dim", "": ""}
COLOURS = {
    "sounding": "bold red",
    "ALARM": "bold red",
    "flashing": "bold yellow",
    "on": "bold",
    "off": "dim",
}
LOG_LINES_SHOWN = 60
FALSE_SHOWN = 30
TOLD_EVERY_S = 3600.0


class View(Protocol):
    """What a run needs to show itself."""

    def line(self, line: Line) -> None: ...
    def progress(self, timeline: Timeline) -> None: ...
    def close(self) -> None: ...
    def finish(self, log: Log, report: Report, facts: list[str]) -> None: ...


def busy(out: TextIO, quiet: bool) -> AbstractContextManager[object]:
    """A sign of life in a terminal while the sound is read or made, which takes seconds."""
    console = Console(file=out)
    if quiet or not console.is_terminal:
        return nullcontext()
    return console.status("getting the sound ready")


class Clock:
    """Seconds of the run as the time of the night."""

    def __init__(self, start_utc: str) -> None:
        self._start = utc(start_utc)

    def __call__(self, at_s: float) -> str:
        return (self._start + timedelta(seconds=max(0.0, at_s))).strftime("%H:%M:%S")


class TextView:
    """A terminal with a live status below the lines, or plain lines where there is none."""

    def __init__(self, out: TextIO, start_utc: str, seconds: float, colour: bool = True) -> None:
        self.console = Console(
            file=out, highlight=False, no_color=None if colour else True, soft_wrap=True
        )
        self._clock = Clock(start_utc)
        self._seconds = seconds
        self._next_told_s = TOLD_EVERY_S
        self._last: dict[str, str] = {}
        self._live: Live | None = None
        if self.console.is_terminal:
            self._live = Live(console=self.console, refresh_per_second=8, transient=True)
            self._live.start()

    def line(self, line: Line) -> None:
        if line.about:
            self._last[line.about] = f"{self._clock(line.at_s)}  {line.text}"
        text = Text(f"{self._clock(line.at_s)}  ", style="dim")
        self.console.print(text.append(Text(line.text, style=STYLES[line.style] or "default")))

    def progress(self, timeline: Timeline) -> None:
        if self._live:
            self._live.update(self._status(timeline))
        elif timeline.now_s >= self._next_told_s:
            # Where nothing can move, an hour's line says that it goes on.
            share = min(1.0, timeline.now_s / max(self._seconds, 1))
            self.line(Line(timeline.now_s, f"{100 * share:.0f} % of the night", "dim"))
            self._next_told_s += TOLD_EVERY_S

    def _status(self, timeline: Timeline) -> Group:
        now_s = timeline.now_s
        top = Table.grid(padding=(0, 1))
        share = min(1.0, now_s / max(self._seconds, 1))
        top.add_row(
            Text(self._clock(now_s), style="bold"),
            ProgressBar(total=1.0, completed=share, width=40),
            f"{100 * share:.0f} %",
        )
        lamps, others = Text("lamps   "), Text("sounds  ")
        for output in timeline.outputs.values():
            state = output.state(now_s)
            if output.name == "relay":
                state = "quiet" if output.on else "ALARM"
            lamp = output.name.startswith("lamp ")
            name = NAMES.get(output.name, output.name.removeprefix("lamp "))
            row = lamps if lamp else others
            row.append(f"{name}: ")
            row.append(state + "   ", style=COLOURS.get(state, ""))
        return Group(top, self._now(timeline), lamps, others, Text(self._last.get("heard", "")))

    def _now(self, timeline: Timeline) -> Text:
        """What somebody who comes in has to know first."""
        on = {name: output.active for name, output in timeline.outputs.items()}
        if not on["lamp green"]:
            return Text("NOT LISTENING", style="bold red")
        if not on["lamp red"] and not on["lamp yellow"]:
            return Text("listening", style="green")
        text = self._last.get("alert", "") or "an alert"
        more = (
            "" if on["sounder"] else "  (silent now: paused, seen, or the sound has had its time)"
        )
        return Text(text + more, style="bold red" if on["lamp red"] else "bold yellow")

    def close(self) -> None:
        if self._live:
            self._live.stop()
            self._live = None

    def finish(self, log: Log, report: Report, facts: list[str]) -> None:
        self.close()
        self._print_log(log)
        if report.rows:
            self._print_sounds(report)
        for finding in report.false[:FALSE_SHOWN]:
            self.console.print(
                Text(f"FALSE {self._clock(finding.at_s)}  {finding.describe()}", style="yellow")
            )
        if len(report.false) > FALSE_SHOWN:
            self.console.print(Text(f"FALSE … and {len(report.false) - FALSE_SHOWN} more"))
        self.console.print()
        for fact in facts:
            self.console.print(Text(fact))
        self.console.print(Text(report.last_line(), style="bold"))

    def _print_log(self, log: Log) -> None:
        self.console.print(Text("\nEvent log, read back from the flash image", style="bold"))
        told = [record for record in log.records if record.get("k") != "not_matched"]
        shown = told[:LOG_LINES_SHOWN]
        for record in shown:
            when = str(record.get("t") or f"up {record.get('up', '?')} s")
            self.console.print(Text(f"{record['n']:5d}  {when}  {say(record)[0]}"))
        more, alike = len(told) - len(shown), len(log.records) - len(told)
        if more:
            self.console.print(Text(f"       … and {more} more (--keep-flash keeps them all)"))
        if alike:
            sounds = "sound that was" if alike == 1 else "sounds that were"
            text = f"       and {alike} {sounds} like a pump's and failed a test"
            self.console.print(Text(f"{text} (--json shows them)"))
        if not log.records:
            self.console.print(Text("       (empty)"))
        if log.damaged or log.missing:
            text = f"       {log.damaged} damaged line(s), {log.missing} record(s) missing"
            self.console.print(Text(text, style="bold red"))

    def _print_sounds(self, report: Report) -> None:
        self.console.print(Text("\nPump sounds and what became of them", style="bold"))
        for row in report.rows:
            truth = row.truth
            tones = "/".join(f"{hz:.0f}" for hz in truth.hz)
            text = f"{self._clock(truth.start_s)}  {truth.kind:5}  {tones:>9} Hz"
            text += f"  {truth.s_n0_db:.0f} dB-Hz  {row.outcome()}"
            self.console.print(Text(text, style="" if row.finding else "bold red"))


class JsonView:
    """One JSON object a line: every told line, then every log record, then the report."""

    def __init__(self, out: TextIO, start_utc: str) -> None:
        self._out = out
        self._clock = Clock(start_utc)

    def _put(self, kind: str, **fields: object) -> None:
        print(json.dumps({"type": kind, **fields}), file=self._out, flush=True)

    def line(self, line: Line) -> None:
        at = round(line.at_s, 3)
        self._put("line", at_s=at, clock=self._clock(line.at_s), text=line.text)

    def progress(self, timeline: Timeline) -> None:
        pass

    def close(self) -> None:
        pass

    def finish(self, log: Log, report: Report, facts: list[str]) -> None:
        for record in log.records:
            self._put("log", record=record)
        self._put("log_state", damaged=log.damaged, missing=log.missing)
        self._put("report", **report.as_dict(), facts=facts, last_line=report.last_line())
