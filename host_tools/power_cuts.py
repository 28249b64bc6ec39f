# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Power cuts of the whole firmware at every flash operation of a run, then a restart.

The run: power-on with a full log (the first write rotates) and a stored profile, a pump's chime
learned at the line port (the profile is replaced), a strange chime that alerts, a long press that
acknowledges, a restart after each cut. Real littlefs, the unmodified firmware. Settings are saved
by `deploy`, not by the firmware: cut in a run of their own (`power_cuts_settings`).

In: shares of the cut operation that arrive (None: clean). Out: `Count`, printed by

    python -m host_tools.power_cuts            (clean and torn at three points)
"""

from __future__ import annotations

import binascii
import json
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from host_tools import device_code, simulator
from host_tools.power_cuts_settings import settings_cuts
from host_tools.records import read_log

RATE_HZ = 16000
LEARN_S = 2
LESSONS_S = (5, 9)
LEARNED_S = 12
CHIME_S = 16
PRESS_S = 22
LENGTH_S = 31
AFTER_S = 6  # of the restart
LOG_FILES = 24
LOG_FILE_BYTES = 16384
#: Every chime is an emergency: the alert latches at once.
SETTINGS = {"any_sound_is_emergency": True}
PUMP_HZ = 1500
STRANGE_HZ = 2300
PROFILE = "profile.json"
OLD_PROFILE = {
    "format": 1,
    "name": "old",
    "source": "made up",
    "sounds": [
        {
            "kind": "chime",
            "name": "c",
            "tones": [[3195, 3205]],
            "segments": [{"tone": 0, "ms": [930, 1080]}],
            "repeats": [1, 1],
            "total_ms": [930, 1080],
            "interval_s": [3600],
            "priority": "medium",
        }
    ],
}


@dataclass
class Count:
    """What the cuts showed."""

    operations: int = 0
    cuts: int = 0
    lost: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    latch: list[str] = field(default_factory=list)
    states: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return self.cuts > 0 and not (self.lost or self.unreadable or self.latch or self.states)

    def line(self) -> str:
        return (
            f"power cuts: {self.cuts} at {self.operations} operations of the whole firmware; "
            f"acknowledged records lost {len(self.lost)}, unreadable logs {len(self.unreadable)}, "
            f"wrong latches {len(self.latch)}, damaged states {len(self.states)}"
        )


def audio(seconds: int, chime_s: int | None) -> Iterator[np.ndarray]:
    rng = np.random.default_rng(11)
    for second in range(seconds):
        block = rng.standard_normal(RATE_HZ) * 10 ** (-75 / 20)
        if chime_s is not None and second in (chime_s, *LESSONS_S):
            hz = STRANGE_HZ if second == chime_s else PUMP_HZ
            block += np.sin(2 * np.pi * hz * np.arange(RATE_HZ) / RATE_HZ) * 10 ** (-45 / 20)
        yield (block * 2**31).astype(np.int32)


def old_log() -> dict[str, str]:
    """A log that is full: the next write begins a new file and drops the oldest."""
    eventlog = device_code.module("eventlog")
    files = {}
    n = 0
    for number in range(1, LOG_FILES + 1):
        lines: list[bytes] = []
        size = 0
        while size < LOG_FILE_BYTES:
            n += 1
            lines.append(eventlog.format_line(n, "heard", (("sound", "chime"),), None, n))
            size += len(lines[-1])
        files[f"log/{number:06d}.jsonl"] = b"".join(lines).decode()
    return files


def base_image(path: Path) -> None:
    """An image with settings and a full log, as the runs start from."""
    simulator.flash.new_image(path)
    body = json.dumps(OLD_PROFILE)
    files = {**old_log(), "settings.json": json.dumps(SETTINGS)}
    files[PROFILE] = f"{binascii.crc32(body.encode()):08x}\n{body}"
    for name, text in files.items():
        simulator.flash.write_file(path, name, text.encode())


def _run(image: Path, seconds: int, chime: int | None, **options: Any) -> tuple[Any, list[dict]]:
    inputs = []
    if chime is not None:
        inputs = [
            {"t": LEARN_S, "stdin": "learn\n"},
            {"t": LEARN_S + 1, "stdin": "stop\n"},
            {"t": LEARNED_S, "stdin": "learn stop\n"},
            {"t": PRESS_S, "pin": "button", "value": 0},
            {"t": PRESS_S + 3.5, "pin": "button", "value": 1},
        ]
    run = simulator.run(
        audio(seconds, chime), flash_image=image, inputs=inputs, progress_s=1e6, **options
    )
    return run, list(run)


def last_commit_s(events: list[dict]) -> float:
    """When the last write that was finished had begun; what was logged before is acknowledged."""
    begun = 0.0
    off = 0.0
    for event in events:
        if event["ev"] == "i2s" and "on" in event:
            if event["on"]:
                begun = off
            else:
                off = event["t"]
    return begun


def damaged_states(image: Path) -> list[str]:
    """Files that `store` keeps (alert, recurrence, boot, reminder, profile) that are neither the
    old one nor the new one, whole."""
    tree = simulator.flash.read_tree(image)
    bad = [] if PROFILE in tree else [PROFILE + " is gone"]
    for path, data in tree.items():
        if path == PROFILE or (path.startswith("state/") and path.endswith(".json")):
            head, _, body = data.partition(b"\n")
            if head != b"%08x" % binascii.crc32(body):
                bad.append(path)
    return bad


def profile_name(image: Path) -> str:
    data = simulator.flash.read_tree(image).get(PROFILE, b"")
    body = data.partition(b"\n")[2]
    return json.loads(body)["name"] if body else ""


def cut_once(base: Path, image: Path, reference: list[dict], op: int, torn: float | None) -> str:
    """Cut at that operation, restart, compare. Returns "", or what was wrong."""
    shutil.copyfile(base, image)
    options = {"cut_at_op": op} if torn is None else {"cut_at_op": op, "torn": torn}
    run, events = _run(image, LENGTH_S, CHIME_S, flash_options=options)
    if run.result.why != "cut":
        return f"lost: no cut at operation {op}: {run.result.why} {run.result.error}"
    damaged = damaged_states(image)
    if damaged:
        return f"states: after a cut at {op} ({torn}): {damaged}"
    begun_s = last_commit_s(events)
    acked = [r for r in reference if r["up"] < int(begun_s)] if begun_s else []
    second, after = _run(image, AFTER_S, None)
    if second.result.why != "end" or any(e["ev"] == "error" for e in after):
        return f"unreadable: after a cut at {op}: {second.result.why} {second.result.error}"
    log = read_log(second.result.files())
    refused = [r for r in log.records if r["k"] == "degraded" and r.get("name") == "profile"]
    if refused:
        return f"states: after a cut at {op} ({torn}): {refused}"
    found = {record["n"] for record in log.records}
    missing = [record["n"] for record in acked if record["n"] not in found]
    if missing or (log.records and log.records[-1]["k"] not in _LAST):
        return f"lost: after a cut at {op} ({torn}): {missing} {log.records[-1:]}"
    in_flight = [r["k"] for r in reference if r["up"] >= int(begun_s)]
    in_flight = in_flight if events[-1]["t"] > PRESS_S + 3 else []
    return _latch_problem([record["k"] for record in acked], in_flight, after, op)


_LAST = ("boot", "restored", "technical", "degraded", "waiting", "gap", "resumed", "alert")


def _latch_problem(acked: list[str], in_flight: list[str], after: list[dict], op: int) -> str:
    """A stored alert sounds again, one that was taken over stays silent. When the cut fell into
    the very write that stores the taking over, either is right: it is the old state or the new."""
    sounds = any(event["ev"] == "sounder" and event.get("duty") for event in after)
    if "alert" in acked and "ack" not in acked + in_flight and not sounds:
        return f"latch: alert before the cut at {op}, silence after"
    if "ack" in acked and sounds:
        return f"latch: taken over before the cut at {op}, sounds after"
    return ""


def power_cuts(torn: Iterable[float | None], every: int = 1) -> Count:
    """Cut at every operation (or every n-th) for each share in `torn`."""
    count = Count()
    with tempfile.TemporaryDirectory(prefix="chimewatch-") as folder:
        base, image = Path(folder) / "base.img", Path(folder) / "cut.img"
        base_image(base)
        shutil.copyfile(base, image)
        whole, _ = _run(image, LENGTH_S, CHIME_S)
        reference = [r for r in read_log(whole.result.files()).records if r["k"] != "heard"]
        missing = {"learned_profile", "alert", "ack"} - {r["k"] for r in reference}
        stored = profile_name(image)
        if missing or stored in ("", "old"):
            raise AssertionError(f"the run without a cut lacks {missing}, profile '{stored}'")
        old = max((r["n"] for r in reference if r["k"] == "boot"), default=1) - 1
        reference = [r for r in reference if r["n"] > old]
        count.operations = whole.result.totals["flash_ops"]
        for share in torn:
            for op in range(1, count.operations + 1, every):
                problem = cut_once(base, image, reference, op, share)
                count.cuts += 1
                for name in ("lost", "unreadable", "latch", "states"):
                    if problem.startswith(name):
                        getattr(count, name).append(problem)
    return count


def add_settings(count: Count, torn: Iterable[float | None]) -> None:
    """The cuts while settings are saved, counted with the others."""
    operations, cuts, wrong = settings_cuts(torn)
    count.operations += operations
    count.cuts += cuts
    count.states += wrong
    print(f"power cuts while settings are saved: {cuts} at {operations} operations")


def main() -> int:
    shares = (None, 0.25, 0.5, 0.75)
    count = power_cuts(shares)
    add_settings(count, shares)
    print(count.line())
    for problem in (*count.lost, *count.unreadable, *count.latch, *count.states):
        print("  " + problem)
    return 0 if count.ok else 4


if __name__ == "__main__":
    sys.exit(main())
