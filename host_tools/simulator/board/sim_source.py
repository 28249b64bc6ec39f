# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The pipe that brings the microphone's sound, and what changes that sound before it is heard.

In: the pipe's file, faults and tones set by sim_inputs and sim_pins. Out: bytes read to the full
length, audio dropped that nobody heard, blocks shaped by faults and by our own sounder.
"""

from sim_core import sim
from sim_sound import add_wave, wave_of

SAMPLE_LAG = 125  # half microseconds a sample
_scrap = bytearray(4096)


class Source:
    """The microphone's surroundings, shared by all I2S objects of a run."""

    file = None
    fault = ""  # "", dead, stuck, clip, slot, slot_ones, stop
    waves = ()  # waves of what sounds now, each (table, length)
    phase = 0


def open_source(file):
    Source.file = file
    sim.on_lag = drop_late


def read_exact(view):
    """Fills a writable byte view from the pipe; returns the bytes read (fewer only at the end)."""
    done = 0
    total = len(view)
    while done < total:
        got = Source.file.readinto(view[done:])
        if not got:
            break
        done += got
    return done


def drop(samples):
    """Reads and forgets audio that nobody heard."""
    left = samples * 4
    sim.count("samples_lost", samples)
    while left:
        size = min(left, len(_scrap))
        got = read_exact(memoryview(_scrap)[:size])
        left -= got
        if got < size:
            sim.lag -= (samples - left // 4) * SAMPLE_LAG
            sim.end(max(0, sim.lag))
    sim.lag -= samples * SAMPLE_LAG


def drop_late():
    """Called by the clock when more audio waits than the active ring (or nobody) can hold."""
    if sim.i2s is None:
        drop(sim.lag // SAMPLE_LAG)
    else:
        sim.i2s.overflow()


def set_waves(tones):
    """Tones that sound in the room now: a list of (hz, duty 0..65535, gain)."""
    Source.waves = tuple([wave_of(hz, duty, gain) for hz, duty, gain in tones])
    if sim.i2s is not None:
        sim.i2s.leave_fast()


def set_fault(name):
    Source.fault = name
    if sim.i2s is not None:
        sim.i2s.leave_fast()


def shape(view, samples, both=False):
    """Adds our own sounder's sound to a block of bytes, then applies the microphone's fault. The
    wrong slot is one only for whoever does not read `both`."""
    for table, length in Source.waves:
        add_wave(view, table, samples, Source.phase % length, length)
    if Source.waves:
        Source.phase = (Source.phase + samples) % 16000
    fault = Source.fault
    if fault == "dead" or fault == "slot" and not both:
        view[:] = bytes(len(view))
    elif fault == "slot_ones" and not both:
        view[:] = b"\xff" * len(view)
    elif fault == "stuck":
        for i in range(0, samples * 4, 4):
            view[i : i + 4] = b"\x00\x34\x12\x00"
    elif fault == "clip":
        for i in range(3, samples * 4, 4):
            view[i - 3 : i + 1] = b"\x00\x00\x00\x80" if view[i] & 128 else b"\x00\xff\xff\x7f"


try:
    from uctypes import addressof, bytearray_at

    def bytes_of(buf):
        """The same memory as writable bytes."""
        width = 1 if isinstance(buf, bytearray) else 4
        return bytearray_at(addressof(buf), len(buf) * width)

except ImportError:

    def bytes_of(buf):
        return memoryview(buf).cast("B")
