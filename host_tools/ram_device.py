# mypy: ignore-errors
# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The part of the memory table that MicroPython runs: the firmware's own main.py on a bare board.

In: the compiled firmware on the path, or a ROMFS image of it as the argument; a working folder.
Out: lines "module NAME BYTES" (own bytes, without what it imports), "listener BYTES" (the object),
"listening BYTES" (all that lives while it listens), "known BYTES" (the same with a pump's profile),
"learning BYTES" (with that, while another is learned).

The board is made of the smallest objects that do: what they weigh is about what the port's own
weigh. The microphone's ring buffer and machine code are not counted here; `ram` adds them.
"""

import builtins
import gc
import sys


class _Thing:
    """Pin, PWM, ADC, WDT, I2C: takes everything, does nothing."""

    OUT = IN = PULL_UP = OPEN_DRAIN = 1

    def __init__(self, *arguments, **options):
        pass

    def value(self, level=1):
        return 1

    def feed(self):
        pass

    freq = duty_u16 = value

    def read_u16(self):
        return 33000

    def writeto(self, *arguments):
        raise OSError(5)

    readfrom_into = writeto_then_readfrom = writeto


class _I2S(_Thing):
    RX = MONO = STEREO = 0

    def readinto(self, block):
        report("listening")
        builtins.__import__ = _real_import
        _made.append(None)  # the table of modules is the start's
        _made[0].use(some_profile())
        report("known")
        _made[0].learn()
        report("learning")
        sys.exit(0)

    def deinit(self):
        pass


class _Machine:
    Pin = PWM = ADC = WDT = I2C = _Thing
    I2S = _I2S
    WDT_RESET = 3

    def reset_cause():
        return 1

    def reset():
        raise SystemExit(1)


_nested = [0]
_made = []
_real_import = builtins.__import__


def used():
    gc.collect()
    return gc.mem_alloc()


def report(what):
    print(what, used() - _start)


def some_profile():
    from alarm import profile

    for folder in sys.path:
        found, _ = profile.load(folder + "/profiles/synchromed-ii.json")
        if found:
            return [found]
    return []


def measured_import(name, globals=None, locals=None, fromlist=(), level=0):
    known = len(sys.modules)
    before = used()
    _nested.append(0)
    try:
        return _real_import(name, globals, locals, fromlist, level)
    finally:
        own = used() - before
        inside = _nested.pop()
        _nested[-1] += own
        if len(sys.modules) != known and len(_made) < 2:  # the start, not its end
            print("module", name, own - inside)


if len(sys.argv) > 1:
    import vfs

    with open(sys.argv[1], "rb") as _file:
        _image = _file.read()  # in place of flash: it is no part of what is measured
    vfs.mount(vfs.VfsRom(_image), "/rom")
    sys.path[:0] = ["/rom", "/rom/lib"]
sys.modules["machine"] = _Machine
_start = used()
builtins.__import__ = measured_import


def measured_listener(*arguments):
    before = used()
    listener = _Listener(*arguments)
    print("listener", used() - before)
    _made.append(listener)
    return listener


try:
    from alarm import listener as _module

    _Listener = _module.Listener
    _module.Listener = measured_listener
    import main  # noqa: F401 - it is what is measured
except SystemExit as e:
    sys.exit(e.args[0] if e.args else 0)
