# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""What plays in the sample night: recorded speech and music, or a synthetic stand-in.

In: a Generator and the folder with G.722 recordings (`asterisk-core-sounds-en-g722` and
`asterisk-moh-opsound-g722`, put there by `make setup`). Out: `television()`, a function that gives
the next samples of an endless programme, and `visitor(rng)`, one short far-away sound.
All of it has gone through a small loudspeaker and the room. float32, 16 kHz.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy import signal

from host_tools import decoding
from host_tools.acoustics import RATE_HZ, Bedding, Room, level_dba
from host_tools.errors import UserError

# Enough for variety; a longer programme would only take longer to prepare.
SPEECH_S = 420.0
MUSIC_S = 240.0
MUSIC_PIECE_S = 60.0
VISITOR_S = (2.0, 9.0)

RECORDED = "evening television and voices: recorded speech and music (Debian's asterisk sounds)"
SYNTHETIC = (
    "no recordings in build/audio/asterisk: the evening is synthetic babble instead "
    "(`make setup` fetches them, it needs the network)"
)


class Programme:
    """Sounds of people. `note` is the line that says where they come from."""

    def __init__(self, rng: np.random.Generator, folder: Path | None, dba: float) -> None:
        self._speech, self._music = _recorded(rng, folder) if folder else ([], [])
        self.note = RECORDED
        if not self._speech or not self._music:
            self.note = SYNTHETIC
            self._speech = [_babble(rng, rng.uniform(2, 9)) for _ in range(30)]
            self._music = []
        echo = Room(0.5, 2.5).response(rng)
        small_speaker = Bedding(5000, 6)
        self._speech = [_in_room(piece, echo, small_speaker) for piece in self._speech]
        self._music = [_in_room(piece, echo, small_speaker) for piece in self._music]
        self._reel = self._splice(rng)
        self._reel = at_level(self._reel, dba)

    def television(self, first: int = 0) -> Callable[[int], np.ndarray]:
        """A function that gives the programme's next `count` samples, from sample `first` on."""
        reel = self._reel
        at = first % len(reel)

        def following(count: int) -> np.ndarray:
            nonlocal at
            part = reel[at : at + count]
            if len(part) < count:
                part = np.concatenate([part, reel[: count - len(part)]])
            at = (at + count) % len(reel)
            return part

        return following

    def visitor(self, rng: np.random.Generator) -> np.ndarray:
        """One sound of a few seconds, at any level: mostly a voice, sometimes music."""
        pool = self._music if self._music and rng.uniform() < 0.25 else self._speech
        piece = pool[rng.integers(len(pool))]
        count = min(len(piece), round(rng.uniform(*VISITOR_S) * RATE_HZ))
        first = rng.integers(len(piece) - count + 1)
        return piece[first : first + count] * signal.windows.tukey(count, 0.1).astype(np.float32)

    def _splice(self, rng: np.random.Generator) -> np.ndarray:
        """Sentences with short pauses, now and then a piece of music."""
        speech = [self._speech[i] for i in rng.permutation(len(self._speech))]
        every = max(1, len(speech) // max(1, len(self._music)))
        parts: list[np.ndarray] = []
        for i, piece in enumerate(speech):
            if self._music and i % every == 0 and i // every < len(self._music):
                parts.append(self._music[i // every])
            parts.append(piece)
            parts.append(np.zeros(round(rng.uniform(0.1, 0.8) * RATE_HZ), np.float32))
        return np.concatenate(parts)


def at_level(samples: np.ndarray, dba: float) -> np.ndarray:
    """The sound at that A-weighted level."""
    return samples * np.float32(10 ** ((dba - level_dba(samples)) / 20))


def _recorded(rng: np.random.Generator, folder: Path) -> tuple[list[np.ndarray], list[np.ndarray]]:
    speech, music = [], []
    files = sorted(folder.rglob("*.g722"))
    spoken = [file for file in files if "/moh/" not in file.as_posix()]
    played = [file for file in files if "/moh/" in file.as_posix()]
    seconds = 0.0
    for i in rng.permutation(len(spoken)):
        if seconds > SPEECH_S:
            break
        piece = _load(spoken[i])
        if piece is not None and len(piece) > 1.5 * RATE_HZ:
            speech.append(_levelled(piece))
            seconds += len(piece) / RATE_HZ
    for i in rng.permutation(len(played))[: round(MUSIC_S / MUSIC_PIECE_S)]:
        piece = _load(played[i])
        if piece is not None:
            count = min(len(piece), round(MUSIC_PIECE_S * RATE_HZ))
            first = rng.integers(len(piece) - count + 1)
            music.append(_levelled(piece[first : first + count]))
    return speech, music


def _load(path: Path) -> np.ndarray | None:
    try:
        # Known files of the right rate: no second pass through the decoder.
        with decoding.open_stream(path) as stream:
            if stream.rate_hz != RATE_HZ:
                return None
            return np.concatenate([frame[0] for frame in stream.frames()])
    except (UserError, ValueError):
        return None  # one damaged file of hundreds must not cost the night


def _levelled(piece: np.ndarray) -> np.ndarray:
    return piece / np.float32(np.sqrt(np.mean(piece**2)) + 1e-9)


def _in_room(piece: np.ndarray, echo: np.ndarray, speaker: Bedding) -> np.ndarray:
    taps = np.convolve(speaker.response(), echo).astype(np.float32)
    return signal.oaconvolve(piece, taps).astype(np.float32)


def _babble(rng: np.random.Generator, seconds: float) -> np.ndarray:
    """Noise with the spectrum and the syllables of a voice; it holds no tone."""
    count = round(seconds * RATE_HZ)
    noise = signal.lfilter([1], [1, -0.9], rng.standard_normal(count))
    knots = rng.uniform(0, 1, round(seconds * 8) + 2) ** 2
    syllables = np.interp(np.arange(count) / RATE_HZ * 8, np.arange(len(knots)), knots)
    return _levelled((noise * syllables).astype(np.float32))
