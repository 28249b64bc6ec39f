# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""What the simulated device's outputs do over time, in words a person can follow.

In: the simulator's events, thousands of edges of a flashing lamp or a pulsing sounder.
Out: one `Line` where something began or ended, and the present state of every output.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

# A burst's pauses are shorter than this, the gaps between bursts longer.
BURST_PAUSE_S = 2.0
# After so long without a pulse the sound is over: a little more than the device's longest gap after
# a burst of so many pulses (high and technical 15 s, medium 30 s, low 120 s).
QUIET_AFTER_S = {4: 16.0, 3: 31.0, 0: 122.0}
# The rarest flash is one blink in 8 s (a minute of pause left). The green lamp may blip, too; but
# when it goes out after having been on for longer, that is told at once.
BLIP_S = 0.5
DARK_AFTER_S = 9.0
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
    about: str = ""  # "heard" and "alert": the view keeps the last of each in sight


@dataclass
class Output:
    """One output. `active` covers the pauses of a burst or a flash."""

    name: str
    on: bool = False
    active: bool = False
    since_s: float = 0.0
    changed_s: float = -1e9
    before_s: float = -1e9
    starts: list[float] = field(default_factory=list)  # each time a pulse began
    spans: list[list[float]] = field(default_factory=list)  # from and to of each time it was active
    pulses: int = 0  # of the burst

    @property
    def sounds(self) -> bool:
        """A sounder, not a lamp or the relay."""
        return "sounder" in self.name or self.name == "backup"

    def change(self, on: bool, now_s: float) -> None:
        """Take up an edge."""
        if on:
            in_burst = now_s - self.changed_s < BURST_PAUSE_S
            self.pulses = self.pulses + 1 if in_burst else 1
            self.starts.append(now_s)
        self.before_s, self.changed_s, self.on = self.changed_s, now_s, on

    def begin(self, now_s: float) -> None:
        self.active, self.since_s = True, now_s
        self.spans.append([now_s, float("inf")])

    @property
    def wait_s(self) -> float:
        """How long it may be off without being over."""
        if self.sounds:
            return next(s for pulses, s in QUIET_AFTER_S.items() if self.pulses >= pulses)
        return DARK_AFTER_S

    def over(self, now_s: float) -> bool:
        """Whether it has been off for so long that it is over."""
        return self.active and not self.on and now_s - self.changed_s > self.wait_s

    def end(self) -> None:
        self.active = False
        self.spans[-1][1] = self.changed_s

    def state(self, now_s: float) -> str:
        """ "off", "on" or "flashing" (for a sounder: "sounding")."""
        if not self.active:
            return "off"
        if self.sounds:
            return "sounding"
        if self.before_s > now_s - DARK_AFTER_S:
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
        output.change(on, self.now_s)
        if kind == "relay":
            # Energised while all is well: dropping out is the alarm.
            output.active = on
            if on:
                yield Line(self.now_s, "nurse call: quiet", "dim")
            else:
                yield Line(self.now_s, "nurse call: ALARM", "bad")
        elif on and not output.active:
            output.begin(self.now_s)
            yield Line(self.now_s, f"{NAMES.get(name, name)} on", _style(name))
        elif name == "lamp green" and output.active and not on:
            if self.now_s - output.before_s > BLIP_S:
                output.end()
                yield Line(self.now_s, "lamp green off", "warn")

    def _settle(self) -> Iterator[Line]:
        """Outputs that have been off for long are over."""
        for output in self.outputs.values():
            if output.name != "relay" and output.over(self.now_s):
                output.end()
                name = NAMES.get(output.name, output.name)
                style = "warn" if name == "lamp green" else "dim"
                yield Line(output.changed_s, f"{name} off", style)

    def _listening(self, event: dict) -> None:
        if not event.get("on", 1):
            self._deaf_from_s = self.now_s
        elif "on" in event and self._deaf_from_s is not None:
            self.deaf_s += self.now_s - self._deaf_from_s
            self._deaf_from_s = None
        self.deaf_s += event.get("lost_ms", 0) / 1000

    def sounding_at(self, at_s: float) -> bool:
        """Whether an alert was sounding then, gaps between bursts included."""
        sounder = self.outputs["sounder"]
        for first, last in sounder.spans:
            if sounder.active and not sounder.on and last == float("inf"):
                last = sounder.changed_s + sounder.wait_s
            if first <= at_s <= last:
                return True
        return False

    def red_at(self, from_s: float, to_s: float) -> float | None:
        """When the red lamp (high, or technical) came on in that span."""
        begun = [span[0] for span in self.outputs["lamp red"].spans]
        return next((at for at in begun if from_s <= at <= to_s), None)

    def covered(self, from_s: float, to_s: float) -> bool:
        """Whether the monitor's own sounder was heard in that span."""
        return self.sounder_at(from_s, to_s) is not None

    def sounder_at(self, from_s: float, to_s: float) -> float | None:
        """When the sounder first began a pulse in that span."""
        starts = self.outputs["sounder"].starts
        return next((at for at in starts if from_s <= at <= to_s), None)


def _style(name: str) -> str:
    return {"lamp green": "good", "lamp yellow": "warn"}.get(name, "bad")
