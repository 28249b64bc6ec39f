# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""What the simulated device's outputs do over time, in words a person can follow.

In: the simulator's events, thousands of edges of a flashing lamp or a pulsing sounder.
Out: one `Line` where something began or ended, and the present state of every output.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

# Longer than the pause between two bursts of any priority (low: 15 s and more).
QUIET_AFTER_S = 45.0
# A lamp that changed twice within this time flashes.
FLASH_WINDOW_S = 4.0
OUTPUTS = ("sounder", "backup", "lamp red", "lamp yellow", "lamp green", "relay")
NAMES = {"backup": "second sounder", "relay": "nurse call"}


@dataclass(frozen=True)
class Line:
    """Something worth telling: seconds of the run, text, and how serious it is."""

    at_s: float
    text: str
    style: str = ""  # "", "good", "warn", "bad", "dim"


@dataclass
class Output:
    """One output. `active` covers the pauses of a burst or a flash."""

    name: str
    on: bool = False
    active: bool = False
    since_s: float = 0.0
    changed_s: float = -1e9
    before_s: float = -1e9
    starts: list[float] = field(default_factory=list)  # each time the sound of a burst began

    def state(self, now_s: float) -> str:
        """ "off", "on" or "flashing" (for a sounder: "sounding")."""
        if not self.active:
            return "off"
        if "sounder" in self.name or self.name == "backup":
            return "sounding"
        if self.before_s > now_s - FLASH_WINDOW_S:
            return "flashing"
        return "on" if self.on else "off"


class Timeline:
    """Feed it every event; it yields the lines."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.outputs = {name: Output(name) for name in OUTPUTS}
        self.error = ""
        self.trace = ""
        self.ended = False
        self.deaf_s = 0.0
        self.resets = 0
        self.totals: dict = {}
        self._deaf_from_s: float | None = None

    def feed(self, event: dict) -> Iterator[Line]:
        self.now_s = max(self.now_s, float(event.get("t", self.now_s)))
        yield from self._settle()
        kind = event.get("ev")
        if kind in ("sounder", "backup", "relay", "lamp"):
            yield from self._output(kind, event)
        elif kind == "i2s":
            self._listening(event)
        elif kind == "boot" and event.get("run"):
            self.resets += 1
            yield Line(self.now_s, f"the device started again ({event.get('cause', '')})", "warn")
        elif kind == "wdt":
            yield Line(self.now_s, "the watchdog restarts the device", "bad")
        elif kind == "power":
            yield Line(self.now_s, "power is cut", "warn")
        elif kind == "input" and event.get("input") == "button":
            pressed = not event.get("value")
            yield Line(self.now_s, "button " + ("pressed" if pressed else "released"))
        elif kind == "display":
            yield Line(self.now_s, f"display: {event.get('text', '')}", "dim")
        elif kind == "error":
            self.error = str(event.get("text") or event.get("what") or "unknown error")
            self.trace = str(event.get("trace", ""))
            yield Line(self.now_s, f"the device stopped: {self.error}", "bad")
        elif kind == "end":
            self.ended = True
            self.totals = event.get("totals") or {}

    def _output(self, kind: str, event: dict) -> Iterator[Line]:
        name = f"lamp {event.get('lamp')}" if kind == "lamp" else kind
        output = self.outputs.setdefault(name, Output(name))
        on = bool(event.get("duty", event.get("value", 0)))
        if on == output.on:
            return
        output.before_s, output.changed_s = output.changed_s, self.now_s
        output.on = on
        if on:
            output.starts.append(self.now_s)
        if kind == "relay":
            # Energised while all is well: dropping out is the alarm.
            output.active = on
            if on:
                yield Line(self.now_s, "nurse call: quiet", "dim")
            else:
                yield Line(self.now_s, "nurse call: ALARM", "bad")
        elif on and not output.active:
            output.active, output.since_s = True, self.now_s
            yield Line(self.now_s, f"{NAMES.get(name, name)} on", _style(name))
        elif not on and name == "lamp green":
            output.active = False
            yield Line(self.now_s, f"{name} off", "warn")

    def _settle(self) -> Iterator[Line]:
        """Outputs that have been off for long are over."""
        for output in self.outputs.values():
            quiet = self.now_s - output.changed_s > QUIET_AFTER_S
            if output.active and not output.on and quiet:
                output.active = False
                name = NAMES.get(output.name, output.name)
                yield Line(output.changed_s, f"{name} off", "dim")

    def _listening(self, event: dict) -> None:
        if not event.get("on", 1):
            self._deaf_from_s = self.now_s
        elif "on" in event and self._deaf_from_s is not None:
            self.deaf_s += self.now_s - self._deaf_from_s
            self._deaf_from_s = None
        self.deaf_s += event.get("lost_ms", 0) / 1000

    def sounder_at(self, from_s: float, to_s: float) -> float | None:
        """When the sounder first began a pulse in that span."""
        starts = self.outputs["sounder"].starts
        return next((at for at in starts if from_s <= at <= to_s), None)


def _style(name: str) -> str:
    return {"lamp green": "good", "lamp yellow": "warn"}.get(name, "bad")
