# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The figures as tables on the screen. In: the dictionary of `collect`, a rich console."""

from typing import Any

from rich.console import Console
from rich.table import Table


def show(figures: dict[str, Any], console: Console) -> None:
    for entry in figures.get("sensitivity", []):
        table = Table(title=f"{entry['name']}, white noise")
        for name in ("grade", "Pd", "S/N0 dB-Hz", "95 %", "limit", "above it"):
            table.add_column(name, justify="right")
        for row in entry["reached"]:
            table.add_row(
                row["grade"],
                f"{row['pd']:.0%}",
                number(row["s_n0_db"]),
                " to ".join(number(v) for v in row["between"]),
                number(row["ideal_db"]),
                number(row["above_db"]),
            )
        console.print(table)
    if "again" in figures:
        table = Table(title="an hourly chime, told by the Nth hearing")
        for name in ("N", "Pd", "S/N0 dB-Hz", "95 %", "gain dB"):
            table.add_column(name, justify="right")
        for row in figures["again"]["reached"]:
            between = " to ".join(number(v) for v in row["between"])
            table.add_row(str(row["hearings"]), f"{row['pd']:.0%}", number(row["faint"]), between,
                          number(row["gain_db"]))  # fmt: skip
        console.print(table)
    if "conditions" in figures:
        table = Table(title="12 dB above the limit: the worst cells")
        for name in ("kind", "varied", "value", "trials", "sure", "any", "95 % from"):
            table.add_column(name)
        worst = sorted(figures["conditions"], key=lambda row: (row["pd_any"], row["pd_sure"]))
        for row in worst[:12]:
            table.add_row(
                row["kind"],
                row["varied"],
                row["value"],
                str(row["trials"]),
                f"{row['pd_sure']:.1%}",
                f"{row['pd_any']:.1%}",
                f"{row['pd_any_95'][0]:.1%}",
            )
        console.print(table)
    table = Table(title="false findings")
    for name in ("sound", "hours", "high", "in 24 h at most", "audible", "in 24 h at most"):
        table.add_column(name, justify="right")
    if "white_noise" in figures:
        noise = figures["white_noise"]["rates"]
        for name, rate in noise.items():
            hours = figures["white_noise"]["hours"]
            table.add_row(f"white noise, {name}", f"{hours:.1f}", str(rate["count"]),
                          f"{rate['upper_95']:.2f}", "", "")  # fmt: skip
    for title in ("recordings", "scenes"):
        for row in figures.get(title, {}).get("rows", []):
            table.add_row(
                f"{title}, {row.get('role', 'negative')}, {row['split']}",
                f"{row['hours']:.1f}",
                str(row["high"]["count"]),
                f"{row['high']['upper_95']:.2f}",
                str(row["audible"]["count"]),
                f"{row['audible']['upper_95']:.2f}",
            )
    if table.rows:
        console.print(table)


def number(value: float | None) -> str:
    return "not reached" if value is None else f"{value:.1f}"
