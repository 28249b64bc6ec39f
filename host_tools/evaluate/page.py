# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""docs/detection.md, from the figures alone: the same figures always give the same page.

In: the dictionary of `collect` (docs/detection.json). Out: Markdown text.
"""

from __future__ import annotations

from typing import Any

from host_tools.evaluate import (
    page_again,
    page_conditions,
    page_learned,
    page_learning,
    page_text,
    plots,
    sequences,
)
from host_tools.evaluate.collect import AUDIBLE, HIGH
from host_tools.evaluate.corpus import GAMES
from host_tools.evaluate.page_cells import (
    MOMENT,
    count,
    db,
    found_table,
    moment,
    rate,
    reasons,
    share,
    table,
)

Figures = dict[str, Any]


def text(figures: Figures) -> str:
    parts = [
        page_text.HEAD.format(**figures["about"], games=", ".join(f"`{g}`" for g in GAMES)),
        _summary(figures),
        _sensitivity(figures),
        page_learned.text(figures),
        page_again.text(figures),
        sequences.text(figures, page_text.SEQUENCES),
        page_learning.text(figures),
        _noise(figures.get("white_noise"), page_text.WHITE_NOISE),
        _noise(figures.get("gusts"), page_text.GUSTS),
        page_conditions.text(figures),
        _recordings(figures),
        _scenes(figures.get("scenes"), page_text.SCENES),
        _scenes(figures.get("singles"), page_text.SINGLES),
        _latency(figures),
        page_text.FOOT,
    ]
    return "\n\n".join(part.strip() for part in parts if part) + "\n"


def _summary(figures: Figures) -> str:
    rows = []
    for entry in figures.get("sensitivity", []):
        at99 = next(r for r in entry["reached"] if r["grade"] == "sure" and r["pd"] == 0.99)
        low, high = at99["between"]
        reached = db(at99["s_n0_db"])
        if at99["above_db"] is not None:
            reached += f", {at99['above_db']:+.1f} dB from the limit"
        trials = max(point["trials"] for point in entry["points"])
        limit = f"limit {at99['ideal_db']:.1f} dB-Hz"
        if entry["segments"] > 1:
            limit += f" ({at99['one_tone_db']:.1f} were its second tone not searched for)"
        rows.append(
            [
                f"{entry['name']}: S/N0 for Pd 99 %, sure",
                f"{reached} (95 %: {db(low)} to {db(high)})",
                "+3 dB",
                f"{limit}; {trials} trials a level near it",
            ]
        )
    rows += page_conditions.summary(figures)
    for title, key in (
        ("unique recordings", "recordings"),
        ("bedside scenes", "scenes"),
        ("single sounds in a quiet room", "singles"),
    ):
        for row in figures.get(key, {}).get("rows", []):
            if row.get("role", "negative") == "negative":
                held_out = key != "singles" and row["split"] == "held-out"
                for what, goal in (("high", "0"), ("audible", "1 in 24 h")):
                    rows.append(
                        [
                            f"false {what}, {title}, {row['split']}",
                            f"{row[what]['count']} = {rate(row[what])}",
                            goal if held_out else "",
                            f"{row['hours']:.1f} h",
                        ]
                    )
    if "gusts" in figures:
        gusts = figures["gusts"]
        found = gusts["rates"]["sure siren"]
        behind = f"{gusts['gusts']} gusts in {gusts['hours']:.1f} h"
        name = "false high, noise that comes and goes"
        rows.append([name, f"{found['count']} = {rate(found)}", "", behind])
    rows += _late(figures)
    names = ["figure", "measured", "goal", "behind it"]
    return "## In short\n\n" + table(names, rows) if rows else ""


def _late(figures: Figures) -> list[list[str]]:
    return [
        [
            f"{kind}, 12 dB above the limit: told later than {entry['goal_s']} s after its end",
            share(entry, "late", 2),
            "none",
            f"{entry['late']} of {entry['trials']}; slowest {entry['quantiles']['1.0']:.2f} s",
        ]
        for kind, entry in figures.get("latency", {}).items()
        if entry.get("goal_s") and entry["trials"]
    ]


def _sensitivity(figures: Figures) -> str:
    entries = figures.get("sensitivity")
    if not entries:
        return ""
    out = [page_text.SENSITIVITY, f"![Share heard against S/N0](img/{plots.SENSITIVITY})"]
    rows = [
        [
            entry["name"],
            "sure" if row["grade"] == "sure" else "sure or weak",
            f"{row['pd']:.0%}",
            db(row["s_n0_db"]),
            f"{db(row['between'][0])} to {db(row['between'][1])}",
            db(row["ideal_db"]),
            "" if row["above_db"] is None else f"{row['above_db']:+.1f} dB",
        ]
        for entry in entries
        for row in entry["reached"]
    ]
    names = ["sound", "grade", "Pd", "S/N0", "95 %", "limit", "from the limit"]
    out.append(table(names, rows))
    for entry in entries:
        rows = [
            [
                f"{point['s_n0_db']:.1f}",
                str(point["trials"]),
                share(point, "sure"),
                share(point, "any"),
                f"{point['ideal']:.1%}",
                reasons(point["refused"]),
            ]
            for point in entry["points"]
        ]
        names = ["S/N0", "trials", "sure (95 %)", "sure or weak (95 %)", "ideal", "else"]
        out += [f"### {entry['name']}", table(names, rows)]
    return "\n\n".join(out)


def _noise(noise: Figures | None, text: str) -> str:
    if not noise:
        return ""
    rows = [
        [
            name,
            str(rate["count"]),
            f"{rate['per_24h']:.2f}",
            f"{rate['upper_95']:.2f}",
            f"{rate['upper_95'] * 30:.1f}",
        ]
        for name, rate in noise["rates"].items()
    ]
    names = ["finding", "count", "in 24 h", "95 % at most", "95 % at most in a month"]
    refused = ", ".join(f"{name}: {count}" for name, count in noise["refused"].items()) or "none"
    out = [text.format(**noise).strip(), table(names, rows)]
    if noise["found"]:
        names = ["hour", *MOMENT]
        out.append(table(names, [[found["part"], *moment(found)] for found in noise["found"]]))
    out.append(f"Refused look-alikes, which alert nobody: {refused}.")
    return "\n\n".join(out)


def _recordings(figures: Figures) -> str:
    data = figures.get("recordings")
    if not data:
        return ""
    names = ["role", "split", "hours", "of which", "false high", "false audible", "weak chimes"]
    rows = [
        [
            row["role"],
            row["split"],
            f"{row['hours']:.2f}",
            ", ".join(f"{name} {hours:.2f}" for name, hours in row["by_category"].items()),
            count(row["high"]),
            count(row["audible"]),
            count(row["weak_chime"]),
        ]
        for row in data["rows"]
    ]
    refused = ", ".join(f"{kind}: {count}" for kind, count in data["refused"].items())
    intro = page_text.RECORDINGS.format(
        files=data["files"],
        refused=refused,
        left_out=figures["about"]["refused_recordings"],
        high=" and ".join(HIGH),
        audible=" or ".join(AUDIBLE),
    )
    out = [intro, table(names, rows), "### Every finding"]
    for role in ("negative", "beep-like", "alarm"):
        listed = [found for found in data["found"] if found["role"] == role]
        out.append(f"Role {role}: {len(listed)}.")
        if listed:
            out.append(found_table(listed))
    return "\n\n".join(out)


def _scenes(data: Figures | None, words: str) -> str:
    if not data:
        return ""
    names = ["split of the recordings", "mixed hours", "false high", "false audible", "weak chimes"]
    rows = [
        [
            row["split"],
            f"{row['hours']:.1f}",
            count(row["high"]),
            count(row["audible"]),
            count(row["weak_chime"]),
        ]
        for row in data["rows"]
    ]
    out = [words, table(names, rows)]
    if data["found"]:
        listed = [
            [
                found["split"],
                found["scene"],
                *moment(found),
                "; ".join(f"`{name}`" for name in found["sounding"]) or "the room alone",
            ]
            for found in data["found"]
        ]
        out.append(table(["split", "scene", *MOMENT, "what sounded then"], listed))
    return "\n\n".join(out)


def _latency(figures: Figures) -> str:
    data = figures.get("latency")
    if not data:
        return ""
    rows = [
        [kind, str(entry["trials"]), *(f"{v:.2f} s" for v in entry["quantiles"].values())]
        for kind, entry in data.items()
        if entry["trials"]
    ]
    names = ["sound", "heard", "median", "90 %", "99 %", "slowest"]
    return page_text.LATENCY + "\n\n" + table(names, rows)
