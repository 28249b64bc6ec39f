# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""`chimewatch doctor`: a connected monitor's health, once or live. It listens on meanwhile.

In: `Options`. Out: an exit status (0 healthy, 4 a fault or no monitor); text, or JSON lines.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TextIO

from host_tools.devicelink import DeviceLink, find_port
from host_tools.errors import EXIT_DEVICE, EXIT_PLAYED

CLOCK_LIMIT_S = 60


@dataclass
class Options:
    """What `chimewatch doctor` was asked for. `watch_s` None: once."""

    port: str | None = None
    watch_s: float | None = None
    as_json: bool = False
    rounds: int = 0  # with watch_s: stop after so many; 0 = until Ctrl-C


def problems(health: dict[str, Any], now: datetime | None = None) -> list[str]:
    """What somebody should look at, one line each."""
    found = [
        f"fault {name}: {detail or 'see the log'}" for name, detail in health["faults"].items()
    ]
    if not health["listening"]:
        found.insert(0, "NOT LISTENING")
    if health.get("alert"):
        found.append(f"alert: {health['alert']}, {health.get('state', '')}".rstrip(", "))
    if health.get("t"):
        told = datetime.fromisoformat(health["t"].replace("Z", "+00:00"))
        wrong_s = abs(((now or datetime.now(UTC)) - told).total_seconds())
        if wrong_s > CLOCK_LIMIT_S:
            found.append(f"its clock differs from this computer's by {wrong_s:.0f} s")
    else:
        found.append("its clock is not set")
    if health.get("restarts"):
        found.append(f"restarts in a row: {health['restarts']}")
    return found


def text(health: dict[str, Any], found: list[str]) -> str:
    days, rest = divmod(health["up"], 86400)
    rows = [
        ("listening", "yes" if health["listening"] else "NO"),
        ("board", f"{health.get('board', '?')}, firmware {health.get('version', '?')}"),
        ("time", health.get("t") or "not set"),
        ("running for", f"{days} d {rest // 3600} h {rest % 3600 // 60} min"),
        ("noise floor", f"{health['floor_dbfs10'] / 10:.1f} dBFS a bin"),
        ("loudest now", f"{health['peak_dbfs10'] / 10:.1f} dBFS"),
        ("supply", f"{health['supply_mv'] / 1000:.2f} V"),
        ("deaf in all", f"{health['deaf_ms'] / 1000:.1f} s in {health['writes']} writes"),
        ("log", f"{health['log_n']} records, {health['log_waiting']} not yet on flash"),
        ("free memory", f"{health['free'] / 1024:.0f} KiB"),
    ]
    lines = [f"{name + ':':<14}{value}" for name, value in rows]
    lines += [f"! {line}" for line in found] or ["nothing to complain about"]
    return "\n".join(lines)


def doctor(options: Options, out: TextIO) -> int:
    """Raises `UserError` when there is no monitor to ask."""
    status = EXIT_PLAYED
    with DeviceLink(find_port(options.port)) as link:
        done = 0
        while True:
            health = link.one("health")
            found = problems(health)
            bad = not health["listening"] or health["faults"]
            status = EXIT_DEVICE if bad else EXIT_PLAYED
            if options.as_json:
                out.write(json.dumps({**health, "problems": found}) + "\n")
            else:
                out.write(text(health, found) + "\n")
            out.flush()
            done += 1
            if options.watch_s is None or done == options.rounds:
                return status
            out.write("" if options.as_json else "\n")
            time.sleep(options.watch_s)
