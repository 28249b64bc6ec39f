# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The hazard table: docs/hazards.csv is the data, docs/hazards.md is written from it.

In: the CSV. Out: rows, the page's text; `python -m host_tools.hazards` writes the page.
"""

from __future__ import annotations

import csv
from pathlib import Path

from host_tools.runtimes import ROOT

TABLE = ROOT / "docs/hazards.csv"
PAGE = ROOT / "docs/hazards.md"
FIELDS = ("id", "hazard", "harm", "cause", "measure", "told_within", "test", "residual")

HEAD = """\
<!-- SPDX-FileCopyrightText: 2026 The Chimewatch authors -->
<!-- SPDX-License-Identifier: MIT -->
<!-- Written from hazards.csv by `python -m host_tools.hazards`; change that file. -->

# Hazards

What can go wrong, why, what is done about it, and the test that shows it: a table in the manner of
ISO 14971. It is no risk file of a medical device: severities and probabilities are not rated, no
authority has seen it, and every test runs on a computer. Sounder, lamps, relay and cell-powered
buzzer are simulated; no real pump and no real board is among the tests.

*Told within* is the time from the cause until a person can notice. *Left over* is what remains.
"""


def read(path: Path = TABLE) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if tuple(row) != FIELDS or None in row.values():
            raise ValueError(f"{path.name}: {row.get('id')}: expected {len(FIELDS)} fields")
    return rows


def page(rows: list[dict[str, str]]) -> str:
    lines = [HEAD]
    for hazard in dict.fromkeys(row["hazard"] for row in rows):
        mine = [row for row in rows if row["hazard"] == hazard]
        lines += [
            f"## {hazard}",
            "",
            f"Harm: {mine[0]['harm']}.",
            "",
            "| no. | cause | measure | told within | left over | test |",
            "|---|---|---|---|---|---|",
        ]
        for row in mine:
            path, _, name = row["test"].partition("::")
            test = f"`{Path(path).stem}`: {name[5:].replace('_', ' ')}"
            cells = ("id", "cause", "measure", "told_within", "residual")
            lines.append(f"| {' | '.join([row[cell] for cell in cells] + [test])} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    PAGE.write_text(page(read()), "utf-8")


if __name__ == "__main__":
    main()
