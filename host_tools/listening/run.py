# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The listening chain alone, as a child process: sound in on stdin, findings out on stdout.

Runs under MicroPython or CPython with the firmware on its module path. In: any number of
recordings one after another, each as pieces of a 4-byte count of blocks (native order) and that
many blocks of 256 int32 slots; a count of 0 ends the recording. Out: a JSON line for each finding,
times in ms of the recording, and {"over": ms} at its end. Every recording meets a fresh listener.
Paths of profiles may be given as arguments; "--learn" learns from
each recording, and what came of it stands in the last line.
"""

import json
import sys
from array import array

from alarm import profile
from alarm.listener import Listener

try:
    import uctypes
except ImportError:  # CPython, whose memoryview can do it
    uctypes = None

SLOTS = 256


def tell(listener):
    while True:
        found = listener.take()
        if found is None:
            return
        line = {
            "t": listener.time_ms,
            "start": found.start_ms,
            "end": found.end_ms,
            "kind": found.kind,
            "looks": found.looks,
            "grade": found.grade,
            "confidence": found.confidence,
            "hz": list(found.hz),
            "snr_db10": found.snr_db10,
            "reason": found.reason,
            "profile": found.profile,
        }
        print(json.dumps(line))


def as_bytes(buffer):
    view = memoryview(buffer)
    if hasattr(view, "cast"):
        return view.cast("B")
    return uctypes.bytearray_at(uctypes.addressof(buffer), len(buffer) * 4)


def read(sound, into, size):
    """Fill the buffer from a pipe, which may give less at a time; False when it has ended."""
    done = sound.readinto(into)
    while done and done < size:
        got = sound.readinto(as_bytes(into)[done:])
        if not got:
            return False
        done += got
    return bool(done)


def learned(listener):
    found = listener.learned("learned", "")
    return {
        "profile": found.profile,
        "reason": found.reason,
        "sure": found.sure,
        "confuse": found.confuse,
        "notes": found.notes,
        "took": found.took,
    }


def fresh(profiles, learn):
    listener = Listener(profiles)
    if learn:
        listener.learn()
    return listener


def serve(profiles, learn):
    sound = sys.stdin.buffer
    count = array("I", [0])
    block = array("i", [0] * SLOTS)
    listener = fresh(profiles, learn)
    heard = False
    while read(sound, count, 4):
        for _ in range(count[0]):
            if not read(sound, block, 4 * SLOTS):
                return
            crumb = (listener,)  # noqa: F841 - moves on where MicroPython looks for room (sim_outputs)
            if listener.push(block):
                tell(listener)
        if count[0]:
            heard = True
            continue
        over = {"over": listener.time_ms}
        if learn and heard:
            over["learned"] = learned(listener)
        print(json.dumps(over))
        if heard:
            listener = None  # its tables make room for the next one's
            listener = fresh(profiles, learn)
            heard = False


def load_profile(path):
    found, errors = profile.load(path)
    if found is None:
        raise ValueError(errors[0])
    return found


if __name__ == "__main__":
    learning = "--learn" in sys.argv
    serve([load_profile(path) for path in sys.argv[1:] if path != "--learn"], learning)
