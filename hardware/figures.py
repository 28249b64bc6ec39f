# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Writes figures.md, the tables of all calculations, so that the docs quote what the code says, and
hazards.md.

In: power, sound, relay, heartbeat, enclosure (each with `rows()`), orders per build. Out: Markdown.

    python -m hardware.figures            (a test compares the file with the code)
"""

from __future__ import annotations

from collections.abc import Sequence

from hardware import enclosure, heartbeat, netlist, power, relay, sound
from host_tools import hazards

PAGE = netlist.HERE / "figures.md"
HAZARDS = netlist.HERE / "hazards.csv"
HAZARDS_PAGE = netlist.HERE / "hazards.md"
HAZARDS_HEAD = """<!-- SPDX-FileCopyrightText: 2026 The Chimewatch authors -->
<!-- SPDX-License-Identifier: MIT -->
<!-- Written from hazards.csv by `make hardware`; change that file. -->
# Hazards of the hardware

What can go wrong with the box, why, what is done about it, and the test that shows it. The
monitor's other hazards are in [docs/hazards.md](../docs/hazards.md). It is no risk file of a
medical device, and no device has been built: the tests hold list, calculation, simulated board.

"""
HEAD = """<!-- SPDX-FileCopyrightText: 2026 The Chimewatch authors -->
<!-- SPDX-License-Identifier: MIT -->
<!-- Written by `make hardware` (hardware/figures.py); edit the scripts, not this page. -->
# Hardware figures

Calculated, not measured: no device has been built and put on a bench yet. Each table names the
command that prints it; assumptions stand at the top of the script with their reasons.
"""
SECTIONS = (
    ("Loudness", sound, "python -m hardware.sound"),
    ("Power and battery", power, "python -m hardware.power"),
    ("Cell-powered buzzer", heartbeat, "python -m hardware.heartbeat"),
    ("Nurse-call relay", relay, "python -m hardware.relay"),
    ("Enclosure", enclosure, "python -m hardware.enclosure"),
)


def table(head: tuple[str, ...], lines: Sequence[tuple[str, ...]]) -> str:
    rows = [head, tuple("---" for _ in head), *lines]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in rows) + "\n"


def page() -> str:
    parts = [HEAD]
    for title, module, command in SECTIONS:
        parts.append(f"## {title}\n\n`{command}`\n")
        parts.append(table(("what", "result", "needed"), module.rows()))
    parts.append(
        "## One broken part of the cell-powered buzzer\n\n`python -m hardware.heartbeat`\n"
    )
    parts.append(table(("part", "fault", "what follows"), heartbeat.single_faults()))
    parts.append(
        "## Orders\n\n`python -m hardware bom care_home`; price classes for one piece: "
        "A below 1, B 1-5, C 5-15, D 15-40 euros.\n"
    )
    lines = []
    for build in ("basic", "care_home"):
        rows = netlist.orders(netlist.design(build))
        low, high = price_range(rows)
        lines.append(
            (
                build.replace("_", " "),
                str(len(rows)),
                str(sum(int(row["quantity"]) for row in rows)),
                f"{low} to {high} euros",
            )
        )
    parts.append(table(("build", "order lines", "pieces", "parts in all"), lines))
    return "\n".join(parts)


def price_range(rows: list[dict[str, str]]) -> tuple[int, int]:
    euros = {"A": (0.05, 1.0), "B": (1, 5), "C": (5, 15), "D": (15, 40)}
    low = sum(int(row["quantity"]) * euros[row["price_class"]][0] for row in rows)
    high = sum(int(row["quantity"]) * euros[row["price_class"]][1] for row in rows)
    return round(low), round(high)


def hazards_page() -> str:
    return HAZARDS_HEAD + hazards.page(hazards.read(HAZARDS)).removeprefix(hazards.HEAD + "\n")


def write() -> None:
    PAGE.write_text(page(), "utf-8")
    HAZARDS_PAGE.write_text(hazards_page(), "utf-8")


if __name__ == "__main__":
    write()
    print(f"wrote {PAGE.name} and {HAZARDS_PAGE.name}")
