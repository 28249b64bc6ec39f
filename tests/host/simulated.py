# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""For the simulator's tests: small firmwares, each runtime by name, audio one can recognise.

In: the source of a main.py. Out: its events and result. The firmware reports by printing JSON.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from host_tools import runtimes, simulator

RATE_HZ = 16000
BOARD = """
PINS = {"button": 14, "sounder": 15, "backup": 13, "relay": 9, "lamp_red": 10, "heartbeat": 8,
        "supply": 28, "mic_sck": 16, "mic_ws": 17, "mic_sd": 18}
"""
PRELUDE = """
import json
import os
import sys
import time
from array import array

import machine
from machine import I2S, PWM, WDT, ADC, I2C, Pin

block = array("i", [0] * 256)


def start(ibuf=40000):
    return I2S(0, sck=Pin(16), ws=Pin(17), sd=Pin(18), mode=I2S.RX, bits=32,
               format=I2S.MONO, rate=16000, ibuf=ibuf)


def tell(*values):
    print(json.dumps(values))

"""


def each_runtime(*arches):
    """Parametrises a test with the runtimes that exist; names and counts the missing ones."""
    cases = []
    for arch in arches or runtimes.ARCHES:
        missing = runtimes.find(arch) is None
        marks = pytest.mark.skipif(missing, reason=runtimes.why_missing(arch) if missing else "")
        cases.append(pytest.param(arch, marks=marks))
    return pytest.mark.parametrize("arch", cases)


def ramp(seconds, first=0):
    """Each sample names its own position: slot value = position << 8. Given in odd pieces."""
    count = int(seconds * RATE_HZ)
    positions = np.arange(first, first + count, dtype=np.int32) << 8
    return iter(np.split(positions, range(1000, count, 7777)))


def silence(seconds):
    left = int(seconds * RATE_HZ)
    while left > 0:
        yield np.zeros(min(left, 65536), np.int32)
        left -= 65536


class Played:
    def __init__(self, run):
        self.events = list(run)
        self.result = run.result

    def __getitem__(self, kind):
        return [event for event in self.events if event["ev"] == kind]

    @property
    def told(self):
        return [json.loads(event["line"]) for event in self["stdout"]]

    @property
    def why(self):
        return self.result.why


def prepare(tmp_path, source, audio, arch="x86-64", **options):
    firmware = tmp_path / "firmware"
    firmware.mkdir(exist_ok=True)
    (firmware / "main.py").write_text(PRELUDE + source)
    (firmware / "board.py").write_text(BOARD)
    options.setdefault("flash_image", Path(tmp_path) / "flash.img")
    return simulator.run(
        audio, runtime=runtimes.find(arch), firmware=firmware, stall_s=20, **options
    )


def play(tmp_path, source, audio, arch="x86-64", **options):
    return Played(prepare(tmp_path, source, audio, arch, **options))
