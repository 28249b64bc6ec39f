# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""How outputs are told to the host: event kinds by the pin's name in the firmware's board.PINS.

sounder*, backup*, relay, lamp_X; heartbeat: first edge, stop and resume only; the rest is "pin".
"""

from sim_core import sim

_HEARTBEAT_STOP_MS = 2000


def name_of(number):
    return sim.names.get(number, "GP%d" % number)


def emit_output(number, fields):
    name = name_of(number)
    if name.startswith("lamp_"):
        fields["lamp"] = name[5:]
        sim.emit("lamp", fields)
    elif name.startswith("sounder") or name.startswith("backup") or name == "relay":
        kind = "relay" if name == "relay" else name.rstrip("0123456789_").split("_")[0]
        if name not in ("relay", "sounder", "backup", "backup_sounder"):
            fields["pin"] = name
        sim.emit(kind, fields)
    else:
        fields["pin"] = name
        sim.emit("pin", fields)


class Heartbeat:
    """Counts edges; tells the host only when the train starts and when it stops."""

    def __init__(self, number):
        self.number = number
        self.due_ms = 0
        self.last_ms = 0
        self.crumb = None

    def edge(self):
        self.last_ms = sim.ms
        # One block of memory: MicroPython looks for room from the last such block on. Without it
        # every call with a large frame searched all that is loaded: most of an evening's time.
        self.crumb = (self,)
        totals = sim.totals
        totals["heartbeat_edges"] = totals.get("heartbeat_edges", 0) + 1
        if self not in sim.timers:
            self.due_ms = sim.ms + _HEARTBEAT_STOP_MS
            sim.timers.append(self)
            sim.plan()
            emit_output(self.number, {"pulses": 1})

    def fire(self):
        if sim.ms - self.last_ms >= _HEARTBEAT_STOP_MS:
            sim.timers.remove(self)
            emit_output(self.number, {"pulses": 0})
        else:
            self.due_ms = self.last_ms + _HEARTBEAT_STOP_MS
