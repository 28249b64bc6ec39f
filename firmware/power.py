# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""What the three voltages mean: the rail that all runs on, the adapter, the backup pack.

In: drivers of supply, mains and battery (the last two None on a board without), the settings; once
a second ``check``.  Out: faults of the health: "supply" (technical), "mains" (degraded: told once,
softly, at the civil hour; the lamp at once), "battery" (technical: on the pack, and it is nearly
empty), "pack" (degraded: one is said to be fitted and is not there).
"""

MAINS_MIN_MV = 4000  # a USB adapter has 4750 or more; without one the divider reads next to nothing
PACK_MIN_MV = 2500  # below this no lithium cell is there: the basic build ties the input to ground


class Power:
    def __init__(self, supply, mains, battery, settings):
        self._supply = supply
        self._mains = mains
        self._battery = battery
        self._supply_min_mv = settings["supply_min_mv"]
        self._battery_min_mv = settings["battery_min_mv"]
        self._fitted = settings["battery_fitted"]

    def check(self, health):
        """Once a second. Text takes memory: only where there is something to say."""
        supply_mv = self._supply.read_mv()
        low = supply_mv < self._supply_min_mv
        health.observe("supply", low, "%d mV" % supply_mv if low else "")
        if self._mains is None:
            return
        pack_mv = self._battery.read_mv()
        pack = pack_mv >= PACK_MIN_MV
        # Without a pack a lost adapter is a lost supply, and that is told already.
        away = pack and self._mains.read_mv() < MAINS_MIN_MV
        health.observe("mains", away, "on battery, %d mV" % pack_mv if away else "")
        low = away and pack_mv < self._battery_min_mv
        health.observe("battery", low, "%d mV" % pack_mv if low else "")
        missing = self._fitted and not pack
        health.observe("pack", missing, "%d mV" % pack_mv if missing else "")
