# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The device's own modules, run on the computer: what it accepts is decided in one place only.

In: a name such as "settings" or "alarm.cadence". Out: the module of `firmware/`, which must be one
that needs no board. Nothing is written beside it: the folder is the board's file system.
"""

import importlib
import sys
from types import ModuleType

from host_tools import runtimes

FIRMWARE = runtimes.ROOT / "firmware"


def module(name: str) -> ModuleType:
    """Import it; `firmware/` stays on the path, last, for what it imports later."""
    if str(FIRMWARE) not in sys.path:
        sys.path.append(str(FIRMWARE))
    quiet, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        return importlib.import_module(name)
    finally:
        sys.dont_write_bytecode = quiet
