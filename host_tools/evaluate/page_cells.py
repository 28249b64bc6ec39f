# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Figures as the cells of a Markdown table. In: entries of `collect`. Out: short texts."""

from typing import Any


def table(names: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def db(value: float | None) -> str:
    return "not reached" if value is None else f"{value:.1f}"


def share(row: dict[str, Any], grade: str, places: int = 1) -> str:
    low, high = row[f"pd_{grade}_95"]
    return f"{row[f'pd_{grade}']:.{places}%} ({low:.{places}%} to {high:.{places}%})"


def rate(events: dict[str, Any]) -> str:
    return f"{events['per_24h']:.2f} in 24 h, at most {events['upper_95']:.2f} (95 %)"


def count(events: dict[str, Any]) -> str:
    return f"{events['count']} ({rate(events)})"


def reasons(refused: dict[str, int]) -> str:
    by_count = sorted(refused.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{name}: {count}" for name, count in by_count)


def why(found: dict[str, Any]) -> str:
    """The test that refused it, or how sure the listener was."""
    return found["reason"] or f"passed every test, confidence {found['confidence']}"


MOMENT = ("seconds", "finding", "Hz", "S/N0", "reason")


def moment(found: dict[str, Any]) -> list[str]:
    """When what was found, and why: cells of MOMENT."""
    return [
        f"{found['start']:.2f} to {found['end']:.2f}",
        f"{found['grade']} {found['kind']}",
        ", ".join(map(str, found["hz"])),
        f"{found['s_n0_db']:.0f}",
        why(found),
    ]


def found_table(listed: list[dict[str, Any]]) -> str:
    rows = [
        [
            f"`{found['name']}`",
            "tuning" if found["tuning"] else "held-out",
            *moment(found),
        ]
        for found in listed
    ]
    return table(["file", "split", *MOMENT], rows)
