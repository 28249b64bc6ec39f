# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Runs before main.py. Keeps room for the text of an exception raised without heap; no more, so
that a board with a broken main.py can still be reached."""

import micropython

if hasattr(micropython, "alloc_emergency_exception_buf"):  # not in every port
    micropython.alloc_emergency_exception_buf(100)
