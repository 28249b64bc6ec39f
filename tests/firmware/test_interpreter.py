# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""What the firmware takes for granted about its interpreter, on each one the tests run on."""

import array
import json
import sys

import micropython
from micropython import const
from skipping import SkipTest

_LIMIT = const(1 << 20)
_ON_MICROPYTHON = sys.implementation.name == "micropython"


def test_const_is_the_value():
    assert _LIMIT == 1048576


def test_a_sample_array_holds_full_scale_on_any_word_size():
    samples = array.array("i", [-(2**31), 2**31 - 1, -256])
    assert samples[0] == -2147483648 and samples[1] == 2147483647
    # 24-bit samples sit at the top of a 32-bit slot; the shift must keep the sign.
    assert samples[2] >> 8 == -1


def test_seconds_since_2020_are_small_until_2054():
    # Small ints on 32 bits end at 2**30 - 1; beyond, each one is allocated.
    years = (2**30 - 1) // (365 * 86400)
    assert 2020 + years == 2054


def test_json_returns_every_key():
    keys = list(json.loads('{"n": 1, "t": null, "up": 2, "k": "boot", "c": "0"}'))
    # In any order on MicroPython: nothing may depend on it.
    assert sorted(keys) == ["c", "k", "n", "t", "up"]


def test_heap_lock_counts():
    micropython.heap_lock()
    assert micropython.heap_unlock() == 0


def test_heap_lock_forbids_allocation():
    if not _ON_MICROPYTHON:
        raise SkipTest("only MicroPython's heap can be locked")
    seen = False
    micropython.heap_lock()
    try:
        bytearray(64)
    except MemoryError:
        seen = True
    micropython.heap_unlock()
    assert seen


def test_viper_words_are_machine_words():
    if not _ON_MICROPYTHON:
        raise SkipTest("only MicroPython has viper")
    words = {}
    source = "@micropython.viper\ndef product(a: int, b: int) -> int:\n    return a * b\n"
    exec(source, {"micropython": micropython}, words)
    expected = 1 << 32 if sys.maxsize > 2**31 else 0
    assert words["product"](1 << 16, 1 << 16) == expected
