# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The listening chain with its recurrence, as a child process: for sounds that take hours to find.

In and out as run.py, with two more kinds of line: "faint" (a candidate for the
recurrence alone; confidence = its strength in dB) and "repeat" (the recurrence would have alerted;
grade = that of the hearing that completed it, reason = the interval in s). Runs under MicroPython
or CPython.
"""

import json
import sys
from array import array

from run import SLOTS, read

from alarm.listener import Listener
from alarm.recurrence import Recurrence

SECOND_BLOCKS = 62


def line(listener, kind, looks, grade, number, hz, start_ms, end_ms, snr_db10, reason):
    told = {"t": listener.time_ms, "start": start_ms, "end": end_ms, "kind": kind, "looks": looks}
    told.update(grade=grade, confidence=number, hz=hz, snr_db10=snr_db10, reason=reason, profile="")
    print(json.dumps(told))


def hear(listener, recurrence):
    while True:
        found = listener.take()
        if found is None:
            return
        line(listener, found.kind, found.looks, found.grade, found.confidence, list(found.hz),
             found.start_ms, found.end_ms, found.snr_db10, found.reason)  # fmt: skip
        grade = "" if found.reason else found.grade
        verdict = recurrence.heard(found.looks, found.hz, grade, found.start_ms // 1000)
        if verdict.alert and verdict.repeat:
            repeat(listener, found.looks, grade, list(found.hz), found.start_ms, verdict)


def repeat(listener, looks, grade, hz, start_ms, verdict):
    line(listener, "repeat", looks, grade, verdict.confidence, hz, start_ms, start_ms, 0,
         str(verdict.interval_s))  # fmt: skip


def second(listener, recurrence):
    faint = listener.faint
    while faint.take(listener.time_ms):
        hz = [faint.low_hz, faint.high_hz] if faint.high_hz else [faint.low_hz]
        start_ms = listener.time_ms - faint.ago_ms
        looks = "siren" if faint.high_hz else "chime"
        line(listener, "faint", looks, "faint", faint.strength_db, hz, start_ms, start_ms, 0, "")
        verdict = recurrence.faint(faint.low_hz, faint.high_hz, faint.strength_db, start_ms // 1000)
        if verdict:
            repeat(listener, looks, "faint", hz, start_ms, verdict)
    recurrence.tick(listener.time_ms // 1000)
    recurrence.events.clear()


def serve():
    sound = sys.stdin.buffer
    count = array("I", [0])
    block = array("i", [0] * SLOTS)
    listener = recurrence = None
    blocks = 0
    while read(sound, count, 4):
        if not listener:
            listener = Listener()
            recurrence = Recurrence()
        for _ in range(count[0]):
            if not read(sound, block, 4 * SLOTS):
                return
            if listener.push(block):
                hear(listener, recurrence)
            blocks += 1
            if blocks % SECOND_BLOCKS == 0:
                second(listener, recurrence)
        if not count[0]:
            print(json.dumps({"over": listener.time_ms}))
            listener = recurrence = None


serve()
