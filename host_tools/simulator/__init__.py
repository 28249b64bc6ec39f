# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The simulated board: runs the unmodified firmware on audio and tells what its outputs do.

    from host_tools import simulator
    night = simulator.run(blocks, flash_image="flash.img")
    for event in night:
        print(event)            # {"t": 12.345678, "ev": "sounder", "hz": 520, "duty": 16384}
    print(night.result.why, simulator.flash.read_tree("flash.img"))

See README.md beside this file for events, inputs, faults and options.
"""

from host_tools.simulator import flash
from host_tools.simulator.child import Event
from host_tools.simulator.flash import FlashError
from host_tools.simulator.result import Result
from host_tools.simulator.session import Run, run

__all__ = ["Event", "FlashError", "Result", "Run", "flash", "run"]
