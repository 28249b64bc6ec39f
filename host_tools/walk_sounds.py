# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The sounds of the walk test: one pump sound again and again, each time 4 dB softer.

In: a profile (JSON) or none, a kind, a tone. Out: segments to render, the steps (number, level,
start), the whole walk as samples or as a WAV file that any phone plays.

No two pauses between the sounds are alike. So whoever heard some of them knows which ones they
were, without a common clock. The first pause is a minute: time to press the button.
"""

import io
import json
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import signal

from host_tools import browser, render
from host_tools.acoustics import RATE_HZ
from host_tools.detect import check_profile
from host_tools.errors import UserError

KINDS = ("siren", "chime")
HZ = 1500.0
LOW_HZ, HIGH_HZ = 600.0, 5000.0
RATIO = 1.25  # of the upper tone of a siren to the lower one, where no profile says
LEVELS_DB = tuple(range(0, -48, -4))
FIRST_GAP_S = 60.0
GAP_S, LONGER_S = 20.0, 3.0
EDGE_S = 2.0
PEAK = 0.9
PLAYED_HZ = 48_000  # what every phone plays without converting


@dataclass(frozen=True)
class Step:
    """One sound of the walk. `at_s` counts from the start of the first."""

    number: int
    level_db: int
    at_s: float


def steps() -> list[Step]:
    at_s, found = 0.0, []
    for index, level_db in enumerate(LEVELS_DB):
        found.append(Step(index + 1, level_db, at_s))
        at_s += FIRST_GAP_S if index == 0 else GAP_S + LONGER_S * (index - 1)
    return found


@dataclass(frozen=True)
class Sound:
    """What is played: its segments and the words for it."""

    kind: str
    segments: tuple[render.Segment, ...]
    source: str

    @property
    def words(self) -> str:
        tones = sorted({round(part.hz) for part in self.segments if part.hz})
        return f"{self.kind}, {' and '.join(map(str, tones))} Hz, {self.source}"


def choose(kind: str | None, hz: float | None, profile: Path | None) -> Sound:
    """The sound that was asked for. Raises `UserError`."""
    if kind is not None and kind not in KINDS:
        raise UserError(f"unknown kind {kind!r}: choose siren or chime (--kind)")
    if hz is not None and not LOW_HZ <= hz <= HIGH_HZ / RATIO:
        raise UserError(
            f"--hz {hz:g}: give {LOW_HZ:.0f} to {HIGH_HZ / RATIO:.0f}, where a pump is searched for"
        )
    if profile is not None:
        return _learned(profile, kind, hz or HZ)
    tone, kind = hz or HZ, kind or "siren"
    made = render.siren(tone, RATIO) if kind == "siren" else render.chime(tone)
    return Sound(kind, made, "not learned from a pump")


def _learned(path: Path, kind: str | None, hz: float) -> Sound:
    """The profile's sound of that kind; without a kind its siren, else whatever it holds."""
    check_profile(path)
    try:
        profile = json.loads(path.read_text("utf-8"))
        sounds = {sound["kind"]: sound for sound in reversed(profile["sounds"])}
        names = [name for name in KINDS if name in sounds]
        if not names or (kind and kind not in names):
            has = " and a ".join(names) or "nothing that is known here"
            raise UserError(f"{path}: holds no {kind or 'sound'}: it holds {has} (--kind)")
        chosen = kind or names[0]
        return Sound(chosen, _segments(sounds[chosen], hz), f"as learned ({path.name})")
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise UserError(
            f"{path}: is no profile that `chimewatch learn` wrote: learn it again"
        ) from error


def _segments(sound: dict, hz: float) -> tuple[render.Segment, ...]:
    """The middle of every range; an unknown tone becomes `hz`, the next unknown one RATIO above."""
    tones: list[float] = []
    for index, limits in enumerate(sound["tones"]):
        tone = (limits[0] * limits[1]) ** 0.5 if limits else hz * RATIO**index
        if not 100 <= tone <= RATE_HZ / 2:
            raise ValueError("a tone outside what can be heard")
        tones.append(tone)
    once = [
        render.Segment(sum(part["ms"]) / 2, 0.0 if part["tone"] is None else tones[part["tone"]])
        for part in sound["segments"]
    ]
    least, most = sound.get("repeats") or (1, 1)
    long_ms = sum(part.duration_ms for part in once)
    wanted_ms = sum(sound.get("total_ms") or (long_ms * least, long_ms * most)) / 2
    times = min(max(round(wanted_ms / long_ms), least, 1), max(most, 1))
    if not 50 <= long_ms * times <= 60_000:
        raise ValueError("a length that no pump sound has")
    return tuple(once * times)


def one(sound: Sound) -> np.ndarray:
    """The sound alone at level 0 (float, 16 kHz). Always the same."""
    made = render.pump(np.random.default_rng(5), sound.segments, sound.kind).signal
    return made * (PEAK / np.abs(made).max())


def samples(sound: Sound, rate_hz: int = PLAYED_HZ) -> np.ndarray:
    """The whole walk, with a little silence before and after."""
    single = one(sound)
    if rate_hz != RATE_HZ:
        single = signal.resample_poly(single, rate_hz, RATE_HZ)
        single *= PEAK / np.abs(single).max()
    last = steps()[-1]
    walk = np.zeros(round((2 * EDGE_S + last.at_s) * rate_hz) + len(single), np.float32)
    for step in steps():
        at = round((EDGE_S + step.at_s) * rate_hz)
        walk[at : at + len(single)] += single * 10 ** (step.level_db / 20)
    return walk


def write_wav(sound: Sound, target: Path) -> None:
    """16 bits, mono, 48 kHz. A whole file or none."""
    if target.suffix.lower() != ".wav":
        raise UserError(f"{target}: name the file .wav (--out)")
    data = io.BytesIO()
    with wave.open(data, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(PLAYED_HZ)
        file.writeframes((samples(sound) * 32767).astype("<i2").tobytes())
    browser.put(data.getvalue(), target)
