# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""`chimewatch report`: one page for the pump clinic and for the next shift.

In: `Options` (log, range, care plan, note). Out: an HTML or PDF file that holds everything it
shows. All is checked before the file is written.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from statistics import median
from typing import TextIO

from host_tools import browser, care_plan, local_time, pages, report_plots, report_words
from host_tools.errors import EXIT_PLAYED, UserError
from host_tools.log_command import chosen
from host_tools.log_words import printable
from host_tools.logbook import Logbook, open_log, pull
from host_tools.report_model import PUMP, Alert, Deaf, Story, tell, total_s
from host_tools.report_words import Words

MOST_NOTE = 2000
DATES = ("last_refill_date", "refill_alarm_date", "replace_by_date", "surgery_date")


@dataclass
class Options:
    """What `chimewatch report` was asked for."""

    source: Path | None
    out: Path
    start: str | None = None
    end: str | None = None
    hours: float | None = None
    zone: str | None = None
    settings: Path | None = None
    note: str = ""
    port: str | None = None
    as_json: bool = False
    language: str = "en"


def write(options: Options, out: TextIO) -> int:
    """Raises `UserError` before anything was written, else returns the exit status."""
    where = local_time.zone(options.zone)
    texts = report_words.load(options.language)
    log = open_log(options.source) if options.source else pull(options.port)
    start, end = range_of(log, where, options)
    plan = care_plan.read(options.settings) if options.settings else care_plan.beside(log)
    html = page(log, start, end, where, plan, options.note, texts=texts)
    browser.write_page(html, options.out)
    if options.as_json:
        facts = {"wrote": str(options.out), **as_dict(tell(log, start, end), log)}
        json.dump(facts, out, ensure_ascii=False, indent=1)
        out.write("\n")
    else:
        print(f"wrote {options.out}", file=out)
    return EXIT_PLAYED


def as_dict(story: Story, log: Logbook) -> dict:
    """The page's facts for other programs. Times are UTC."""
    return {
        "from": _utc(story.start),
        "to": _utc(story.end),
        "alerts": [
            {
                "condition": alert.condition,
                "began": _utc(alert.start),
                "priority": alert.highest,
                "first_press_s": alert.answer_s,
                "taken_over_s": alert.taken_s,
                "ended": _utc(alert.end),
                "repeats": alert.repeats,
            }
            for alert in story.alerts
        ],
        "sounds": [
            {"kind": sound.kind, "grade": sound.grade, "at": _utc(sound.at)}
            for sound in story.sounds
        ],
        "not_listening": [
            {"from": _utc(span.start), "to": _utc(span.end), "known": span.known, "why": span.why}
            for span in story.deaf
        ],
        "selftests": [
            {"at": _utc(entry.at), "ok": bool(entry.record.get("ok"))} for entry in story.selftests
        ],
        "problems": [vars(problem) for problem in log.problems],
    }


def _utc(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


def range_of(log: Logbook, where: tzinfo, options: Options) -> tuple[datetime, datetime]:
    """The range in UTC; without options, the whole log."""
    if log.span is None:
        why = "holds no good record" if not log.entries else "has no record with a valid time"
        raise UserError(f"{log.source}: the log {why}: `chimewatch log` shows what there is")
    first, last = chosen(log, where, options.start, options.end)
    if options.hours is not None:
        if options.start or options.end:
            raise UserError("--hours counts back from the log's end: leave out --from and --to")
        if not 0 < options.hours <= 24 * 3660:
            raise UserError(f"--hours {options.hours:g}: give a number above 0")
        first = max(log.span[0], log.span[1] - timedelta(hours=options.hours))
    start, end = first or log.span[0], last or log.span[1]
    return start, max(end, start + timedelta(minutes=1))


def page(
    log: Logbook, start: datetime, end: datetime, where: tzinfo, plan: dict, note: str = "",
    now: datetime | None = None, texts: dict | None = None,
) -> str:  # fmt: skip
    """The page as text. `now` is the time of writing, `texts` a language (English without)."""
    words = Words(texts or report_words.load("en"))
    story = tell(log, start, end)
    alerts = story.alerts
    answered = [alert for alert in alerts if alert.taken_s is not None]
    return pages.render(
        "report.html",
        t=words.texts,
        fill=words.fill,
        plan=plan,
        dates=[(words.texts["plan"][key], plan[key]) for key in DATES if plan.get(key)],
        note=printable(note, MOST_NOTE),
        start=local_time.stamp(start, where),
        end=local_time.stamp(end, where),
        zone=local_time.name_of(where, start),
        written=local_time.stamp(now or datetime.now(UTC), where),
        length=words.span((end - start).total_seconds()),
        figures=figures(story, words),
        timeline=pages.picture(report_plots.timeline(story, where, words)),
        alerts=[_alert(alert, where, words) for alert in alerts],
        responses=pages.picture(report_plots.responses(alerts, where, words)) if answered else "",
        answer_median=_median([alert.answer_s for alert in alerts], words),
        taken_median=_median([alert.taken_s for alert in answered], words),
        kinds=[_kind(story, kind, where, plan, words) for kind in PUMP],
        missed=[(words.moment(e.at, where, e.about), words.missed(e)) for e in story.missed],
        deaf=[_deaf(span, where, words) for span in story.deaf],
        flash_deaf=words.span(story.flash_deaf_s),
        selftests=[
            (words.moment(e.at, where, e.about), words.selftest(e)) for e in story.selftests
        ],
        starts=[(words.moment(e.at, where, e.about), words.start(e)) for e in story.starts],
        problems=log.problems,
        notes=log.notes,
        not_matched=story.not_matched,
    )


def figures(story: Story, words: Words) -> list[tuple[str, str]]:
    """The first look: what a hurried reader needs."""
    alerts = story.alerts
    failed = sum(not entry.record.get("ok") for entry in story.selftests)
    known = total_s(span for span in story.deaf if span.known)
    unknown = total_s(span for span in story.deaf if not span.known)
    values: dict[str, object] = {
        "sirens": sum(sound.kind == "siren" for sound in story.sounds),
        "chimes": sum(sound.kind == "chime" for sound in story.sounds),
        "alerts": len(alerts),
        "open": sum(alert.taken is None and alert.end is None for alert in alerts),
        "deaf": words.span(known),
        "unknown": words.span(unknown),
        "selftests": len(story.selftests),
        "failed": failed,
    }
    return [(words.texts["figures"][key], str(value)) for key, value in values.items()]


def _alert(alert: Alert, where: tzinfo, words: Words) -> dict:
    levels = dict.fromkeys(words.named("priorities", level) for _, level in alert.levels)
    return {
        "what": words.named("conditions", alert.condition),
        "start": words.moment(alert.start, where, alert.about),
        "levels": " → ".join(levels),
        "answer": "" if alert.answer_s is None else words.span(alert.answer_s),
        "taken": "" if alert.taken_s is None else words.span(alert.taken_s),
        "taken_at": "" if alert.taken is None else local_time.clock(alert.taken, where),
        "ended": alert.end is not None,
        "repeats": alert.repeats,
    }


def _kind(story: Story, kind: str, where: tzinfo, plan: dict, words: Words) -> dict:
    """How regularly one kind of sound came."""
    pairs = story.intervals(kind)
    minutes = [value for _, value in pairs]
    own = [sound for sound in story.sounds if sound.kind == kind]
    interval_s = plan.get(f"{kind}_interval_s") or 0
    plot = rhythm = ""
    if pairs:
        if len(pairs) > 1:  # one mark is no rhythm
            plot = report_plots.regularity(story, kind, where, words, interval_s / 60 or None)
        least, middle, most = (words.median_minutes(of(minutes)) for of in (min, median, max))
        key = "median" if least == most else "median_range"
        rhythm = words.fill("sounds", key, median=middle, least=least, most=most)
    return {
        "name": words.texts["sounds"][kind],
        "count": len(own),
        "weak": sum(sound.grade == "weak" for sound in own),
        "first": words.moment(own[0].at, where, own[0].about) if own else "",
        "last": words.moment(own[-1].at, where, own[-1].about) if own else "",
        "rhythm": rhythm,
        "tones": "; ".join(sorted({words.tones(sound.record) for sound in own})[:6]),
        "plot": pages.picture(plot),
    }


def _deaf(span: Deaf, where: tzinfo, words: Words) -> tuple[str, str, str, str]:
    why = words.named("faults", span.why) if span.known else words.texts["deaf"]["nothing"]
    long = words.span(span.seconds)
    return words.moment(span.start, where), words.moment(span.end, where), long, why


def _median(values: list[float | None], words: Words) -> str:
    known = [value for value in values if value is not None]
    return words.span(median(known)) if known else ""
