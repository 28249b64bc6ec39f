# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Renders pump sounds: tones, the way through body, bedding and room, at a stated S/N0.

In: segments (as in a pump profile), a numpy Generator seeded by the caller, a background.
Out: `Rendered` (float64 signal at 16 kHz and what it is) and, once mixed, a `Truth` record.

S/N0 in dB-Hz: S is the power of the fundamentals at the microphone while the sound is on (its
harmonics and the echo after its end do not count); N0 is the one-sided noise density beside each
tone, measured in the background around the sound. With two tones, each one's power over the whole
sound is divided by the density beside it, and the two are added.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

import numpy as np
from scipy import signal

from host_tools.acoustics import RATE_HZ, Bedding, Room, noise_density, rms_of

# N0 is measured over the sound and this much before and after it.
AROUND_S = 3.0


@dataclass(frozen=True)
class Segment:
    """A tone, or silence where `hz` is 0."""

    duration_ms: float
    hz: float = 0.0


def chime(hz: float, duration_ms: float = 1000) -> tuple[Segment, ...]:
    """SynchroMed II's non-critical sound: one steady tone."""
    return (Segment(duration_ms, hz),)


def siren(
    hz: float, ratio: float = 1.25, changes_per_s: float = 4, duration_ms: float = 3000
) -> tuple[Segment, ...]:
    """SynchroMed II's critical sound: two tones in turn, `changes_per_s` segments a second.

    `hz` is the lower tone and `ratio` the upper one over it; the lower comes first.
    """
    count = max(2, round(duration_ms * changes_per_s / 1000))
    return tuple(Segment(duration_ms / count, hz * (ratio if i % 2 else 1)) for i in range(count))


@dataclass(frozen=True)
class Voice:
    """How one pump's transducer sounds."""

    harmonics_db: tuple[float, ...] = (-20.0, -26.0)  # 2nd, 3rd, … against the fundamental
    attack_ms: float = 5.0
    decay_ms: float = 15.0
    hz_scatter: float = 0.0  # every segment's pitch is off by up to this share
    duration_scatter: float = 0.0  # and its duration


@dataclass(frozen=True)
class Way:
    """From the pump to the microphone. `impulse_response` replaces the room where given."""

    bedding: Bedding | None = None
    room: Room | None = None
    impulse_response: np.ndarray | None = field(default=None, compare=False)

    def apply(self, rng: np.random.Generator, signals: np.ndarray) -> np.ndarray:
        """Rows of `signals` all go through the same room; longer by its echo."""
        if self.bedding:
            taps = self.bedding.response()[None]
            signals = signal.oaconvolve(signals, taps, mode="same", axes=1)
        echo = self.impulse_response
        if echo is None and self.room:
            echo = self.room.response(rng)
        if echo is not None and len(echo) > 1:
            signals = signal.oaconvolve(signals, np.asarray(echo)[None], axes=1)
        return signals


@dataclass(frozen=True)
class Truth:
    """What was really there: times in seconds of the recording, tones in Hz."""

    start_s: float
    end_s: float
    kind: str
    hz: tuple[float, ...]
    s_n0_db: float

    def as_dict(self) -> dict:
        return asdict(self)


@dataclass(frozen=True)
class Rendered:
    """A sound at the microphone in arbitrary level: `mix` gives it its strength."""

    signal: np.ndarray
    duration_s: float
    kind: str
    hz: tuple[float, ...]
    powers: tuple[float, ...]  # of each tone's fundamental, over the time tones are on


def pump(
    rng: np.random.Generator,
    segments: Sequence[Segment],
    kind: str,
    voice: Voice | None = None,
    way: Way | None = None,
) -> Rendered:
    """Render one sound. The first sample of `signal` is its start."""
    voice, way = voice or Voice(), way or Way()
    nominal = sorted({part.hz for part in segments if part.hz})
    if not nominal:
        raise ValueError("a sound needs at least one segment with a tone")
    parts = [_scattered(rng, part, voice) for part in segments]
    rows = np.zeros((len(nominal) + 1, sum(_samples(part) for part in parts)))
    at = 0
    for original, part in zip(segments, parts, strict=True):
        end = at + _samples(part)
        if part.hz:
            base, harmonics = _tone(rng, part, voice)
            rows[nominal.index(original.hz), at:end] = base
            rows[-1, at:end] = harmonics
        at = end
    heard = way.apply(rng, rows)
    on_samples = sum(_samples(part) for part in parts if part.hz)
    powers = np.sum(heard[:-1, :at] ** 2, axis=1) / on_samples
    return Rendered(
        heard.sum(axis=0), at / RATE_HZ, kind, tuple(nominal), tuple(float(p) for p in powers)
    )


def gain_for(rendered: Rendered, densities: Sequence[float], s_n0_db: float) -> float:
    """Factor that gives the sound this S/N0 over noise of that density beside each of its tones."""
    pairs = zip(rendered.powers, densities, strict=True)
    return float(np.sqrt(10 ** (s_n0_db / 10) / sum(power / n0 for power, n0 in pairs)))


def gain_for_level(rendered: Rendered, db_spl: float) -> float:
    """Factor that gives the tones this level at the microphone while they are on."""
    return float(rms_of(db_spl) / np.sqrt(sum(rendered.powers)))


def mix(background: np.ndarray, rendered: Rendered, at_s: float, s_n0_db: float) -> Truth:
    """Add the sound to `background` in place (float, 16 kHz). What hangs over its end is cut."""
    first = round(at_s * RATE_HZ)
    around_start = max(0, first - round(AROUND_S * RATE_HZ))
    around_end = first + round((rendered.duration_s + AROUND_S) * RATE_HZ)
    around = background[around_start:around_end]
    gain = gain_for(rendered, [noise_density(around, hz) for hz in rendered.hz], s_n0_db)
    place = background[first : first + len(rendered.signal)]
    place += gain * rendered.signal[: len(place)]
    start_s = first / RATE_HZ
    return Truth(start_s, start_s + rendered.duration_s, rendered.kind, rendered.hz, s_n0_db)


def _samples(part: Segment) -> int:
    return round(part.duration_ms * RATE_HZ / 1000)


def _scattered(rng: np.random.Generator, part: Segment, voice: Voice) -> Segment:
    pitch, length = rng.uniform(-1, 1, 2) * (voice.hz_scatter, voice.duration_scatter)
    return Segment(part.duration_ms * (1 + length), part.hz * (1 + pitch))


def _tone(rng: np.random.Generator, part: Segment, voice: Voice) -> tuple[np.ndarray, np.ndarray]:
    """Fundamental (amplitude 1) and the sum of its harmonics below half the rate."""
    count = _samples(part)
    time_s = np.arange(count) / RATE_HZ
    phase = 2 * np.pi * (part.hz * time_s + rng.uniform())
    envelope = np.ones(count)
    for ms, at_start in ((voice.attack_ms, True), (voice.decay_ms, False)):
        ramp_count = min(round(ms * RATE_HZ / 1000), count // 2)
        ramp = 0.5 - 0.5 * np.cos(np.pi * (np.arange(ramp_count) + 0.5) / max(ramp_count, 1))
        if at_start:
            envelope[:ramp_count] *= ramp
        elif ramp_count:
            envelope[-ramp_count:] *= ramp[::-1]
    harmonics = np.zeros(count)
    for order, level_db in enumerate(voice.harmonics_db, start=2):
        offset = rng.uniform(0, 2 * np.pi)
        if order * part.hz < 0.48 * RATE_HZ:
            harmonics += 10 ** (level_db / 20) * np.sin(order * phase + offset)
    return envelope * np.sin(phase), envelope * harmonics
