# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""What learned profiles cost, a MicroPython script: `bench_profiles.py PROFILES FRAMES`.

Runs `Matcher.frame` so often over a history of noise, with so many profiles of a chime and a siren
each. Out: a line of JSON {"profiles", "templates", "frames", "us_a_frame"}. Counted under an
emulator, the difference of two numbers of frames is the cost of a frame.
"""

import json
import sys
import time

from alarm import profile
from alarm.matching import Matcher
from alarm.spectrum import Spectrum


def pump(i):
    chime = 700 + 410 * i
    low, high = 650 + 170 * i, 2600 + 230 * i
    sounds = []
    for kind, tones, ms, repeats, total in (
        ("chime", [chime], 1000, 1, 1000),
        ("siren", [low, high], 250, 6, 3000),
    ):
        sounds.append(
            {
                "kind": kind,
                "name": kind,
                "tones": [[hz - hz * 3 // 1000, hz + hz * 3 // 1000] for hz in tones],
                "segments": [
                    {"tone": k, "ms": [ms * 92 // 100, ms * 108 // 100]} for k in range(len(tones))
                ],
                "repeats": [repeats, repeats],
                "total_ms": [total * 92 // 100, total * 108 // 100],
                "interval_s": [],
                "priority": "medium",
            }
        )
    found, errors = profile.check({"format": 1, "name": "b", "source": "", "sounds": sounds})
    assert found, errors
    return found


def run(profiles, frames):
    spectrum = Spectrum()
    # Noise: levels about the floor, by a small generator.
    x = 1
    for i in range(len(spectrum.hist)):
        x = (x * 75 + 74) % 65537
        spectrum.hist[i] = 56 + (x & 15)
    matcher = Matcher(spectrum, [pump(i) for i in range(profiles)])
    frame = matcher.frame
    began = time.ticks_us() if hasattr(time, "ticks_us") else time.time_ns() // 1000
    for t in range(frames):
        frame(t)
    ended = time.ticks_us() if hasattr(time, "ticks_us") else time.time_ns() // 1000
    us = (ended - began) / max(1, frames)
    return {
        "profiles": profiles,
        "templates": len(matcher.templates),
        "frames": frames,
        "us_a_frame": round(us, 2),
    }


print(json.dumps(run(int(sys.argv[1]), int(sys.argv[2]))))
