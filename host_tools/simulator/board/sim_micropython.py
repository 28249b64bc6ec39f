# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""`micropython` as the boards have it: the unix port's, and what it lacks.

run.py puts it into sys.modules under the built-in's name; decorators and const() are the compiler's
and need nothing from here.
"""

from micropython import *  # noqa: F403


def alloc_emergency_exception_buf(size):
    pass
