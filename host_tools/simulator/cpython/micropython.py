# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""CPython's stand-in for MicroPython's `micropython` module.

Comes in: firmware run under CPython. Goes out: the same names, with the parts that only exist on
MicroPython reduced to nothing. It shares their contract, not their effect: a viper function runs
as plain Python (integers do not wrap), and `heap_lock` forbids no allocation. Tests that depend on
either run on real MicroPython.
"""

_locks = 0


def const(value):
    return value


def viper(function):
    return function


native = viper
bytecode = viper


def heap_lock():
    global _locks
    _locks += 1


def heap_unlock():
    global _locks
    _locks -= 1
    return _locks


def heap_locked():
    return _locks


def mem_info(verbose=None):
    pass


def qstr_info(verbose=None):
    pass


def stack_use():
    return 0


def opt_level(level=None):
    return 0


def alloc_emergency_exception_buf(size):
    pass


def kbd_intr(character):
    pass


def schedule(function, argument):
    # The interpreters run it between two bytecodes; here it is simply run now.
    function(argument)
