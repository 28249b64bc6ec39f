# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The report's plots as inline SVG: legible on paper, in grey, and to a screen reader.

In: a `Story`, a time zone and the words of a language. Out: SVG text. Kinds differ by shape and
place, never by colour alone. Every text that is not our own goes through `escape`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from html import escape
from statistics import median

from host_tools import local_time
from host_tools.report_model import Alert, Story
from host_tools.report_words import Words

WIDTH = 960
LEFT = 126
INK, GREY, RED, AMBER, BLUE = "#1a1a1a", "#5c5c5c", "#b00020", "#8a5a00", "#0b4f8a"
LANES = ("siren", "chime", "alert", "deaf")
LANE = 26
MOST_ROWS = 45
LEVEL_COLOURS = {"high": RED, "technical": RED, "medium": AMBER, "low": AMBER}


class Drawing:
    """Collects SVG elements of a picture of the report's width."""

    def __init__(self) -> None:
        self.parts: list[str] = []

    def text(self, x: float, y: float, words: str, anchor: str = "start", size: int = 15) -> None:
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">'
            f"{escape(words)}</text>"
        )

    def line(self, x1: float, y1: float, x2: float, y2: float, style: str = "") -> None:
        look = style or f'stroke="{GREY}" stroke-width="0.6"'
        self.parts.append(f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" {look}/>')

    def box(self, x: float, y: float, w: float, h: float, fill: str, extra: str = "") -> None:
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(w, 1.5):.1f}" height="{h:.1f}" '
            f'fill="{fill}" {extra}/>'
        )

    def mark(self, kind: str, x: float, y: float, hollow: bool = False) -> None:
        """siren: triangle, chime: disc, taken: tick. Hollow: weak."""
        colour = {"siren": RED, "chime": BLUE}.get(kind, INK)
        look = f'fill="{"#fff" if hollow else colour}" stroke="{colour}" stroke-width="1.5"'
        if kind == "siren":
            points = f"{x - 5:.1f},{y + 5:.1f} {x + 5:.1f},{y + 5:.1f} {x:.1f},{y - 5:.1f}"
            self.parts.append(f'<polygon points="{points}" {look}/>')
        elif kind == "chime":
            self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" {look}/>')
        else:
            self.parts.append(
                f'<path d="M{x - 5:.1f} {y:.1f}l4 5l7 -11" fill="none" stroke="{INK}" '
                'stroke-width="2.4"/>'
            )

    def svg(self, height: float, title: str, words: str, key: str) -> str:
        return (
            f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-labelledby="{key}-t {key}-d" '
            f'xmlns="http://www.w3.org/2000/svg"><title id="{key}-t">{escape(title)}</title>'
            f'<desc id="{key}-d">{escape(words)}</desc>'
            '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
            'patternTransform="rotate(45)"><rect width="6" height="6" fill="#e4e4e4"/>'
            f'<path d="M0 0V6" stroke="{INK}" stroke-width="2.4"/></pattern></defs>'
            + "".join(self.parts)
            + "</svg>"
        )


def rows_of(start: datetime, end: datetime, where: tzinfo) -> list[tuple[datetime, datetime]]:
    """One row up to 26 hours; else one for each local day, which may have 23 or 25 hours."""
    if end - start <= timedelta(hours=26):
        return [(start, end)]
    local = start.astimezone(where)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    rows: list[tuple[datetime, datetime]] = []
    while True:
        begin = midnight.replace(tzinfo=where).astimezone(start.tzinfo)
        midnight += timedelta(days=1)
        after = midnight.replace(tzinfo=where).astimezone(start.tzinfo)
        if begin >= end:
            return rows[-MOST_ROWS:]
        rows.append((begin, after))


def timeline(story: Story, where: tzinfo, words: Words) -> str:
    """Sounds, alerts, acknowledgements and deaf times over the clock."""
    drawing = Drawing()
    rows = rows_of(story.start, story.end, where)
    single = len(rows) == 1
    lane = LANE if single else 9
    y = 8.0
    for begin, after in rows:
        _row(drawing, story, where, words, begin, after, y, lane, single)
        y += lane * len(LANES) + (34 if single else 8)
    if not single:
        _axis(drawing, rows[-1][0], rows[-1][1], where, y - 8, 8, True)
        y += 20
    sirens = sum(sound.kind == "siren" for sound in story.sounds)
    chimes = len(story.sounds) - sirens
    told = words.fill(
        "timeline", "words", sirens=sirens, chimes=chimes, alerts=len(story.alerts),
        deaf=len(story.deaf),
    )  # fmt: skip
    return drawing.svg(y, words.texts["timeline"]["heading"], told, "timeline")


def _row(
    drawing: Drawing, story: Story, where: tzinfo, words: Words, begin: datetime, after: datetime,
    y: float, lane: float, single: bool,
) -> None:  # fmt: skip
    wide = WIDTH - LEFT - 24
    seconds = max(1.0, (after - begin).total_seconds())

    def x(at: datetime) -> float:
        share = (at - begin).total_seconds() / seconds
        return LEFT + wide * min(1.0, max(0.0, share))

    height = lane * len(LANES)
    drawing.box(LEFT, y, wide, height, "#fff", f'stroke="{GREY}" stroke-width="0.6"')
    for since, until in ((begin, story.start), (story.end, after)):
        if since < until:  # no part of this report
            drawing.box(x(since), y, x(until) - x(since), height, "#dedede")
    if single:
        for index, name in enumerate(LANES):
            said = words.texts["timeline"][name]
            drawing.text(LEFT - 8, y + lane * index + lane * 0.68, said, "end")
            drawing.line(LEFT, y + lane * index, LEFT + wide, y + lane * index)
        _axis(drawing, begin, after, where, y + height, height, single)
    else:
        drawing.text(LEFT - 8, y + height * 0.62, words.day(begin, where), "end", 13)
        _axis(drawing, begin, after, where, y + height, height, False)
    for span in story.deaf:
        if span.start < after and span.end > begin:
            fill = INK if span.known else "url(#hatch)"
            left = x(span.start)
            drawing.box(left, y + 3 * lane + 1, x(span.end) - left, lane - 2, fill)
    for alert in story.alerts:
        _alert(drawing, alert, story.end, begin, after, x, y + 2 * lane, lane)
    for sound in story.sounds:
        if begin <= sound.at < after:
            middle = y + LANES.index(sound.kind) * lane + lane / 2
            drawing.mark(sound.kind, x(sound.at), middle, sound.grade == "weak")


def _alert(drawing, alert: Alert, last: datetime, begin, after, x, y: float, lane: float) -> None:
    until = alert.taken or alert.end or last
    if alert.start < after and until > begin:
        colour = LEVEL_COLOURS.get(alert.highest, GREY)
        left = x(alert.start)
        # A siren's alert does not hide the chime's that goes on under it.
        top = 0.1 if alert.condition == "siren" else 0.55
        drawing.box(left, y + lane * top, x(until) - left, lane * 0.35, colour)
    if alert.taken and begin <= alert.taken < after:
        drawing.mark("taken", x(alert.taken), y + lane / 2)


def _axis(drawing, begin, after, where, y: float, height: float, words: bool) -> None:
    """Ticks at whole local hours, as many as fit."""
    hours = (after - begin).total_seconds() / 3600
    step = next((s for s in (0.25, 0.5, 1, 2, 3, 6) if hours / s <= 13), 6)
    local = begin.astimezone(where).replace(minute=0, second=0, microsecond=0)
    at = local.astimezone(begin.tzinfo)
    wide = WIDTH - LEFT - 24
    while at <= after:
        clock = at.astimezone(where)
        if at >= begin and (clock.hour * 60 + clock.minute) % (step * 60) == 0:
            x = LEFT + wide * (at - begin).total_seconds() / max(1.0, hours * 3600)
            drawing.line(x, y - height, x, y + 4)
            if words:
                drawing.text(x, y + 18, f"{clock:%H:%M}", "middle", 14)
        at += timedelta(minutes=15)


def responses(alerts: Sequence[Alert], where: tzinfo, words: Words) -> str:
    """A bar for each alert: grey until the first press, then until someone has taken over."""
    drawing = Drawing()
    shown = list(alerts)[-30:]
    times = [alert.taken_s or alert.answer_s or 0 for alert in shown]
    # One alert that nobody heard for hours must not flatten the others: its bar is cut short.
    most = max(60.0, min(max(times), 4 * median(times)))
    left, wide = 215, WIDTH - 215 - 160
    for index, alert in enumerate(shown):
        y = 6 + index * 24
        label = f"{alert.start.astimezone(where):%Y-%m-%d} {local_time.clock(alert.start, where)}"
        drawing.text(left - 8, y + 14, label, "end")
        answer, taken = alert.answer_s, alert.taken_s
        if taken is not None:
            long = wide * min(1.0, taken / most)
            drawing.box(left, y + 3, long, 14, "#c9c9c9", f'stroke="{GREY}"')
        if answer is not None:
            drawing.box(left, y + 3, wide * min(1.0, answer / most), 14, BLUE)
        told = words.span(taken) if taken is not None else words.texts["alerts"]["nobody"]
        end = (taken or answer or 0) / most
        cut = "» " if end > 1 else ""
        drawing.text(left + wide * min(1.0, end) + 8, y + 14, cut + told)
    texts = words.texts["alerts"]
    told = words.fill("alerts", "responses_words", count=len(shown))
    return drawing.svg(len(shown) * 24 + 14, texts["responses"], told, "responses")


def regularity(
    story: Story, kind: str, where: tzinfo, words: Words, expected_min: float | None
) -> str:
    """Minutes since the sound before, one mark for each hearing."""
    pairs = story.intervals(kind)
    drawing = Drawing()
    top, high = 12, 150
    wide = WIDTH - LEFT - 12
    # One long pause must not flatten the rhythm: what is far off stands at the edge, labelled.
    typical = median(minutes for _, minutes in pairs)
    most = max(5.0, min(typical * 3, max(minutes for _, minutes in pairs))) * 1.15
    first, last = pairs[0][0].at, pairs[-1][0].at
    seconds = max(1.0, (last - first).total_seconds())
    step = next((s for s in (2, 5, 10, 20, 30, 60, 120, 240, 720, 1440) if most / s <= 6), 1440 * 7)
    for index in range(int(most / step) + 1):
        y = top + high * (1 - index * step / most)
        drawing.line(LEFT, y, LEFT + wide, y)
        drawing.text(LEFT - 8, y + 4, f"{index * step} min", "end", 14)
    if expected_min and expected_min < most:
        y = top + high * (1 - expected_min / most)
        drawing.line(LEFT, y, LEFT + wide, y, f'stroke="{INK}" stroke-dasharray="6 4"')
        drawing.text(LEFT + wide, y - 4, words.texts["sounds"]["set"], "end", 14)
    for sound, minutes in pairs:
        x = LEFT + 8 + (wide - 16) * (sound.at - first).total_seconds() / seconds
        share = min(minutes / most, 0.97)
        drawing.mark(kind, x, top + high * (1 - share), sound.grade == "weak")
        if minutes > most:
            drawing.text(x + 9, top + 9, f"{minutes:.0f} min ↑", "start", 14)
    drawing.text(LEFT, top + high + 18, local_time.stamp(first, where)[:16], "start", 14)
    if len(pairs) > 1:
        drawing.text(LEFT + wide, top + high + 18, local_time.stamp(last, where)[:16], "end", 14)
    title = words.fill("sounds", "plot", kind=words.texts["sounds"][kind])
    told = words.fill("sounds", "intervals", count=len(pairs))
    return drawing.svg(top + high + 26, title, told, f"regular-{kind}")
