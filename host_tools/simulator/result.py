# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""What is left of a run of the simulated board: why it ended, totals, the flash as it was left."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from host_tools.simulator import flash
from host_tools.simulator.child import Event

#: Ends that are no fault of the firmware.
GOOD_ENDS = ("end", "cut", "closed")


@dataclass
class Result:
    """What is left of a run. `why` is "end" when the audio was played to its end, else "cut" (asked
    power cut), "flash_while_i2s", "hang", "stopped" (the firmware ended), "restarts" (too many),
    "inputs" (a wrong entry), "interpreter", or "closed" (the caller left early)."""

    why: str = "closed"
    error: str = ""
    virtual_s: float = 0.0
    wall_s: float = 0.0
    restarts: int = 0
    totals: dict[str, int] = field(default_factory=dict)
    wear: dict[str, int] = field(default_factory=dict)  # flash sector -> erases in this run
    rtc: Event | None = None
    runtime: str = ""
    real_littlefs: bool = True
    flash_image: Path | None = None

    @property
    def ok(self) -> bool:
        return self.why in GOOD_ENDS

    @property
    def factor(self) -> float:
        """How many times faster than real time."""
        return self.virtual_s / self.wall_s if self.wall_s else 0.0

    def files(self) -> dict[str, bytes]:
        """The flash as it was left: {path: bytes}."""
        return flash.read_tree(self.flash_image) if self.flash_image else {}
