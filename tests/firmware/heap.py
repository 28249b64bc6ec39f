# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Proof that something allocates nothing: it runs while MicroPython's heap is locked.

    from heap import locked, only_where_it_is

In: a function without arguments. Out: nothing; an allocation raises MemoryError.
"""

import sys

import micropython
from skipping import SkipTest


def only_where_it_is():
    """Skips the test that calls it elsewhere: CPython has no such heap."""
    if sys.implementation.name != "micropython":
        raise SkipTest("only MicroPython's heap can be locked")


def locked(run):
    error = None
    micropython.heap_lock()
    try:
        run()
    except MemoryError as e:
        error = e  # raised again when there is room for its traceback
    micropython.heap_unlock()
    if error:
        raise error
