# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Reads wiring.toml and bom.csv into one `Design` per build.

In: the two files. Out: parts, nets (name -> pins "REF.pin"), pins left open, orders. Everything
that makes the list unreadable or ambiguous raises `HardwareError` with one line that names it.
"""

from __future__ import annotations

import csv
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from hardware import wiring_shape
from hardware.wiring_shape import HardwareError

HERE = Path(__file__).resolve().parent
WIRING = HERE / "wiring.toml"
BOM = HERE / "bom.csv"
BOM_COLUMNS = (
    "refs", "builds", "quantity", "function", "maker", "part_number", "price_class", "substitute",
    "facts", "confidence",
)  # fmt: skip
#: Ordered, but without pins: leads, holders, screws, housing.
UNWIRED = ("J0", "PS1", "PS2", "BT3", "W1", "H1", "W2", "EN1", "EN2", "HW1", "HW2", "HW3",
           "HW4")  # fmt: skip
_PREFIX = {"": 1.0, "p": 1e-12, "n": 1e-9, "u": 1e-6, "m": 1e-3, "k": 1e3, "M": 1e6}


@dataclass(frozen=True)
class Part:
    ref: str
    kind: str
    group: str
    value: str
    pins: tuple[str, ...]
    milliamps: dict[str, float] = field(default_factory=dict)

    @property
    def number(self) -> float:
        """The value in ohms or farads: "4k7" is 4700, "100n" is 1e-7."""
        match = re.fullmatch(r"(\d+)(?:\.(\d+))?([pnumkM]?)(\d*)", self.value)
        if match is None:
            raise HardwareError(
                f"{self.ref}: value {self.value!r} is no number such as 4k7 or 100n"
            )
        whole, point, prefix, after = match.groups()
        return float(f"{whole}.{point or after or 0}") * _PREFIX[prefix]


@dataclass(frozen=True)
class Design:
    """One build of the device."""

    build: str
    parts: dict[str, Part]
    nets: dict[str, tuple[str, ...]]
    volts: dict[str, float]
    domains: dict[str, str]
    open_pins: dict[str, str]  # pin -> why it is left open
    modules: dict[str, dict]
    cables: dict[str, str]

    def net_of(self, pin: str) -> str:
        """The net a pin is on; "" for a pin left open."""
        for name, pins in self.nets.items():
            if pin in pins:
                return name
        return ""

    def groups(self) -> dict[str, list[Part]]:
        """Parts by the frame of the schematic they are drawn in, in the list's order."""
        found: dict[str, list[Part]] = {}
        for part in self.parts.values():
            found.setdefault(part.group, []).append(part)
        return found


def read_wiring(path: Path = WIRING) -> dict:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise HardwareError(f"{path.name}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise HardwareError(f"{path.name}: not valid TOML: {error}") from error


def design(build: str, wiring: dict | None = None) -> Design:
    """The wiring of one build. Raises `HardwareError`."""
    wiring = read_wiring() if wiring is None else wiring
    wiring_shape.check(wiring)
    builds = wiring["builds"]
    if build not in builds:
        raise HardwareError(f"no build {build!r}: choose one of {', '.join(builds)}")
    parts = {}
    for ref, row in wiring.get("part", {}).items():
        if build in row.get("builds", builds):
            parts[ref] = _part(ref, row)
    nets = {}
    for name, row in wiring.get("net", {}).items():
        unknown = set(row) - {"pins", "volts", "domain", *builds}
        if unknown:
            raise HardwareError(f"net {name}: unknown key {sorted(unknown)[0]!r}")
        pins = (*row.get("pins", ()), *row.get(build, ()))
        if pins:
            nets[name] = pins
    _check(parts, nets)
    rows = wiring.get("net", {})
    return Design(
        build,
        parts,
        nets,
        {name: float(rows[name]["volts"]) for name in nets if "volts" in rows[name]},
        {name: rows[name]["domain"] for name in nets if "domain" in rows[name]},
        {
            pin: row["why"]
            for pin, row in wiring.get("nc", {}).items()
            if build in row.get("builds", builds) and pin.split(".")[0] in parts
        },
        wiring.get("modules", {}),
        wiring.get("cable", {}),
    )


def _part(ref: str, row: dict) -> Part:
    for key in ("kind", "group", "value", "pins"):
        if not row.get(key):
            raise HardwareError(f"part {ref}: it has no {key}")
    if len(set(row["pins"])) != len(row["pins"]):
        raise HardwareError(f"part {ref}: a pin is named twice")
    return Part(
        ref, row["kind"], row["group"], row["value"], tuple(row["pins"]), row.get("milliamps", {})
    )


def _check(parts: dict[str, Part], nets: dict[str, tuple[str, ...]]) -> None:
    seen: dict[str, str] = {}
    for name, pins in nets.items():
        for pin in pins:
            ref, _, own = pin.partition(".")
            if ref not in parts:
                raise HardwareError(f"net {name}: part {ref} is missing from the list ({pin})")
            if own not in parts[ref].pins:
                raise HardwareError(f"net {name}: {ref} has no pin {own!r}")
            if pin in seen:
                raise HardwareError(f"pin {pin} is used twice: on {seen[pin]} and on {name}")
            seen[pin] = name


def read_bom(path: Path = BOM) -> list[dict[str, str]]:
    """The order list; one row can serve several references."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != BOM_COLUMNS:
            raise HardwareError(f"{path.name}: the columns must be {', '.join(BOM_COLUMNS)}")
        rows = list(reader)
    seen: set[str] = set()
    for row in rows:
        if None in row or None in row.values():  # what csv makes of too many, too few cells
            raise HardwareError(
                f"{path.name}: {row['refs']}: must have {len(BOM_COLUMNS)} cells (a comma in a cell"
                ' needs "quotes" around it)'
            )
        refs = row["refs"].split()
        for ref in refs:
            if ref in seen:
                raise HardwareError(f"{path.name}: {ref} is listed twice")
            seen.add(ref)
        if row["quantity"] != str(len(refs)):
            raise HardwareError(
                f"{path.name}: {row['refs']}: quantity {row['quantity']}, {len(refs)} references"
            )
    return rows


def orders(plan: Design, rows: list[dict[str, str]] | None = None) -> list[dict[str, str]]:
    """The rows to order for this build, with references and quantity of this build only."""
    found = []
    for row in read_bom() if rows is None else rows:
        refs = [
            ref
            for ref in row["refs"].split()
            if ref in plan.parts or (ref in UNWIRED and row["builds"] in ("both", plan.build))
        ]
        if refs:
            found.append({**row, "refs": " ".join(refs), "quantity": str(len(refs))})
    return found


def check_bom(plan: Design, rows: list[dict[str, str]]) -> list[str]:
    """One line per part without an order and per order without a part."""
    listed = {ref: row for row in rows for ref in row["refs"].split()}
    problems = [f"part {ref} is missing from bom.csv" for ref in plan.parts if ref not in listed]
    wired = set(read_wiring().get("part", {}))
    for ref in listed:
        if ref not in wired and ref not in UNWIRED:
            problems.append(f"bom.csv: {ref} is not in wiring.toml")
    return problems
