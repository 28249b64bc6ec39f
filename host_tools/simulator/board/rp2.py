# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""`rp2` of the simulated board: the flash block device and the BOOTSEL button."""

from sim_core import sim


def Flash():  # noqa: N802 - a class on the chip
    return sim.device


def bootsel_button():
    return 0


def country(code=None):
    return "XX"
