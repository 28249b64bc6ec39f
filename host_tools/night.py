# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The sample night: eight hours at a bedside with a pump that nobody hears.

In: hours, seed, S/N0, the folder with the recorded speech and music. Out: `SampleNight.chunks()`,
a stream of int32 microphone slots at 16 kHz, and `SampleNight.truth`, what the pump did and when.

Until 00:30 a television plays quietly (recorded speech and music, in the room); later now and then
a voice or some music from far away; under it all a room of about 40 dBA with a little mains hum.
The pump chimes at 01:00, 02:00 and 03:00, and from 04:00 on it sounds the siren every ten minutes,
as a reservoir that ran low and then empty would. Its tones come from the seed, it lies under a
duvet, in the room, at S/N0 = 30 dB-Hz: some 32 dB SPL at the microphone, a level that a person
asleep, or awake in the next chair, can miss. Far-away sounds keep five seconds off the pump's, so
that the stated S/N0 holds.

The room's noise is two loops of 320 s and 243 s added up: together they repeat after 21 hours.

Everything hangs on the time of the night: one that starts later holds the same sounds from there
on, so that what a long run showed can be heard again in seconds (`--start 02:25 --hours 0.1`).
"""

import functools
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from host_tools import render
from host_tools.acoustics import (
    FULL_SCALE_DB_SPL,
    RATE_HZ,
    Bedding,
    Room,
    noise_density,
    noise_loop,
    room_spectrum,
    white_spectrum,
)
from host_tools.audio import to_slots
from host_tools.errors import UserError
from host_tools.programme import Programme, at_level

START = "22:00"
DATE = "2026-01-15"
HOURS = 8.0
SEED = 20260115
S_N0_DB = 30.0
ROOM_DBA = 40.0
MICROPHONE_DBA = 30.0
TELEVISION_DBA = 46.0
VISITOR_DBA = (34.0, 46.0)
VISITORS_PER_HOUR = 5
LOOPS_S = (320, 243)
CHUNK_S = 5

TELEVISION_OFF_S = 2.5 * 3600  # 00:30, counted from 22:00 as all times below
CHIMES_S = tuple(hour * 3600 for hour in (3, 4, 5))
SIREN_FROM_S = 6 * 3600
SIREN_EVERY_S = 600
NIGHT_ENDS_S = 24 * 3600
CLEAR_OF_PUMP_S = 5.0


class SampleNight:
    """A night that can be streamed once or more, always the same for the same arguments.

    `truth` lists the pump's sounds in seconds from the start of the stream; `notes` holds lines
    for the user; `start_utc` is the time of the first sample.
    """

    def __init__(
        self,
        hours: float = HOURS,
        seed: int = SEED,
        s_n0_db: float = S_N0_DB,
        start: str = START,
        recordings: Path | None = None,
    ) -> None:
        if not 0 < hours <= 24:
            raise UserError(f"a night of {hours:g} hours: give more than 0 and up to 24 (--hours)")
        if seed < 0:
            raise UserError(f"seed {seed}: give a whole number from 0 on (--seed)")
        if not -20 <= s_n0_db <= 80:
            raise UserError(f"a pump at {s_n0_db:g} dB-Hz: give -20 to 80 (--s-n0)")
        self.seed, self.s_n0_db = seed, s_n0_db
        self._offset_s = after_start(start, START)
        self.start_utc = utc_of(self._offset_s)
        self.seconds = max(1, round(hours * 3600))
        # One generator a purpose: a longer night or a louder pump leaves the rest as it was.
        _, self._pump_rng, _, self._visit_rng = np.random.default_rng(seed).spawn(4)
        self._loops, self._programme = _makings(seed, recordings)
        self._pump = self._place_pump()
        self.notes = [
            self._programme.note,
            f"seed {seed}; pump at S/N0 {s_n0_db:g} dB-Hz{self._loudness()} in a room of "
            f"{ROOM_DBA:g} dBA",
        ]
        self.truth = [truth for truth, _ in self._pump]
        self._visitors = self._place_visitors()

    def chunks(self) -> Iterator[np.ndarray]:
        """int32 slots, `CHUNK_S` seconds at a time (the last one shorter)."""
        television = self._programme.television(self._offset_s * RATE_HZ)
        off = round((TELEVISION_OFF_S - self._offset_s) * RATE_HZ)
        sounds = self._visitors + [
            (round(truth.start_s * RATE_HZ), samples) for truth, samples in self._pump
        ]
        total = self.seconds * RATE_HZ
        for first in range(0, total, CHUNK_S * RATE_HZ):
            count = min(CHUNK_S * RATE_HZ, total - first)
            chunk = self._room(self._offset_s * RATE_HZ + first, count)
            if first < off:
                chunk[: off - first] += television(count)[: off - first]
            for start, samples in sounds:
                _overlay(chunk, first, start, samples)
            yield to_slots(chunk)

    def _room(self, first: int, count: int) -> np.ndarray:
        out = np.empty(count, np.float32)
        for i, loop in enumerate(self._loops):
            at, done = first % len(loop), 0
            while done < count:
                part = loop[at : at + count - done]
                if i:
                    out[done : done + len(part)] += part
                else:
                    out[done : done + len(part)] = part
                at, done = 0, done + len(part)
        return out

    def _place_pump(self) -> list[tuple[render.Truth, np.ndarray]]:
        """Every sound is rendered anew: the same tones, but never the same waveform twice."""
        rng = self._pump_rng
        chime_hz = rng.uniform(900, 2600)
        low_hz, ratio = rng.uniform(800, 2000), rng.uniform(1.15, 1.5)
        changes_per_s = rng.choice([2, 4, 5, 8])
        voice = render.Voice(hz_scatter=0.002)
        way = render.Way(Bedding(1500, 6), Room(0.4, 1.5, method="tail"))
        times = [(at, "chime") for at in CHIMES_S]
        times += [(at, "siren") for at in range(SIREN_FROM_S, NIGHT_ENDS_S, SIREN_EVERY_S)]
        room = self._room(0, 30 * RATE_HZ)
        densities = functools.cache(lambda hz: noise_density(room, hz))
        placed = []
        self._pump_times: list[tuple[float, float]] = []  # heard in this run or not
        for at_s, kind in times:
            if kind == "chime":
                segments = render.chime(chime_hz)
            else:
                segments = render.siren(low_hz, ratio, changes_per_s)
            own = np.random.default_rng([self.seed, at_s])
            start_s = at_s - self._offset_s + own.uniform(0, 1)  # a pump is no clock
            length_s = sum(segment.duration_ms for segment in segments) / 1000
            self._pump_times.append((start_s, start_s + length_s))
            if not 0 <= start_s < self.seconds - 5:
                continue
            sound = render.pump(own, segments, kind, voice, way)
            gain = render.gain_for(sound, [densities(hz) for hz in sound.hz], self.s_n0_db)
            start_s = round(start_s * RATE_HZ) / RATE_HZ
            truth = render.Truth(start_s, start_s + sound.duration_s, kind, sound.hz, self.s_n0_db)
            placed.append((truth, (gain * sound.signal).astype(np.float32)))
        return placed

    def _loudness(self) -> str:
        """The pump's level at the microphone while its tones are on, softest to loudest."""
        levels = []
        for truth, samples in self._pump:
            while_on = samples[: round((truth.end_s - truth.start_s) * RATE_HZ)].astype(float)
            levels.append(FULL_SCALE_DB_SPL + 10 * np.log10(2 * np.mean(while_on**2) + 1e-30))
        return f" ({min(levels):.0f} to {max(levels):.0f} dB SPL)" if levels else ""

    def _place_visitors(self) -> list[tuple[int, np.ndarray]]:
        """Voices and music from far away, after the television is off."""
        ends_s = self._offset_s + self.seconds
        visitors = self._visits(self._visit_rng, TELEVISION_OFF_S + 60, HOURS * 3600)
        for from_s in range(round(HOURS * 3600), ends_s, 3600):
            if from_s + 3600 > self._offset_s:
                own = np.random.default_rng([self.seed, from_s])
                visitors += self._visits(own, from_s, from_s + 3600)
        return visitors

    def _visits(
        self, rng: np.random.Generator, from_s: float, to_s: float
    ) -> list[tuple[int, np.ndarray]]:
        """Those between two times of the night; they keep off the pump's sounds."""
        visits = []
        for _ in range(int((to_s - from_s) / 3600 * VISITORS_PER_HOUR)):
            at_s = from_s + rng.uniform() * (to_s - from_s) - self._offset_s
            dba = rng.uniform(*VISITOR_DBA)
            sound = self._programme.visitor(rng)
            end_s = at_s + len(sound) / RATE_HZ
            if end_s <= 0 or at_s >= self.seconds:
                continue
            if not any(
                at_s < end + CLEAR_OF_PUMP_S and end_s > start - CLEAR_OF_PUMP_S
                for start, end in self._pump_times
            ):
                visits.append((round(at_s * RATE_HZ), at_level(sound, dba)))
        return visits


@functools.lru_cache(maxsize=1)
def _makings(seed: int, recordings: Path | None) -> tuple[list[np.ndarray], Programme]:
    """The room's noise and the people's sounds, which all nights of a seed share."""
    noise_rng, _, programme_rng, _ = np.random.default_rng(seed).spawn(4)
    room = [noise_loop(noise_rng, seconds, ROOM_DBA - 3, _room_with_hum) for seconds in LOOPS_S]
    # The microphone's own noise needs no loop of its own: it joins one of the room's.
    room[1] += noise_loop(noise_rng, LOOPS_S[1], MICROPHONE_DBA, white_spectrum)
    return room, Programme(programme_rng, recordings, TELEVISION_DBA)


def _overlay(chunk: np.ndarray, first: int, start: int, samples: np.ndarray) -> None:
    low, high = max(start, first), min(start + len(samples), first + len(chunk))
    if low < high:
        chunk[low - first : high - first] += samples[low - start : high - start]


def _room_with_hum(hz: np.ndarray) -> np.ndarray:
    shape = room_spectrum(hz)
    for harmonic, db in ((50, 6), (100, 10), (150, 3)):
        shape[np.argmin(np.abs(hz - harmonic))] *= 10 ** (db / 20) * np.sqrt(len(hz) / 1000)
    return shape


def after_start(clock: str, start: str) -> int:
    """Seconds from `start` to the next such clock time; `UserError` where it is none."""
    minutes = []
    for text in (clock, start):
        hour, colon, minute = text.partition(":")
        if not (colon and hour.isdecimal() and minute.isdecimal() and len(minute) == 2):
            raise UserError(f"{text!r} is no clock time: write it as 22:00")
        if int(hour) > 23 or int(minute) > 59:
            raise UserError(f"{text!r} is no clock time: write it from 00:00 to 23:59")
        minutes.append(int(hour) * 60 + int(minute))
    return (minutes[0] - minutes[1]) % (24 * 60) * 60


def utc_of(offset_s: int) -> str:
    """The UTC text of a moment that many seconds after 22:00 of the sample night."""
    start = np.datetime64(f"{DATE}T{START}:00") + np.timedelta64(offset_s, "s")
    return f"{start}Z"
