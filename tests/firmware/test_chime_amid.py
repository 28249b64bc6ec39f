# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""A chime amid other sounds: music, a breath of noise, what goes on at its own tone."""

from music import FEW, MANY, music
from scene import TONE, Chord, Scene, Shaped
from sounds import Noise, Sine


def even(n):
    return 1000


def trembling(n):
    """By 4 dB, six times a second."""
    return 600 if n // 1333 & 1 else 1000


def lingering(n):
    """15 dB softer after a second."""
    return 1000 if n < 16000 else 170


def fading(n):
    """By 40 dB a second, from 0.9 s on."""
    n = max(0, n - 14400)
    return 1000 - 500 * (n % 2400) // 2400 >> n // 2400


def ringing(n):
    """By 60 dB a second, from 0.95 s on."""
    n = max(0, n - 15200)
    return 1000 - 500 * (n % 1600) // 1600 >> n // 1600


def test_amid_music_an_even_and_sharply_cut_chime_is_told_with_doubt():
    """Each of the others fails just one of what is asked of it there; the last is music alone."""
    for shape, ms, loud, told in (
        (even, 1008, TONE, ["weak"]),
        (trembling, 1008, TONE * 2, []),
        (lingering, 2000, TONE, []),
        (fading, 2400, TONE * 2, []),
        (even, 1184, TONE, []),
        (even, 0, TONE, []),
    ):
        scene = Scene(seed=2).play(4000)
        playing = music(FEW)
        scene.play(3504, [playing])
        scene.play(ms, [Chord(playing, Shaped(1685, loud, shape))])
        scene.play(3008, [playing])
        found = [f for f in scene.found if f.kind != "not matched"]
        assert [f.grade for f in found] == told, (shape, ms, scene.told())
        for chime in found:
            assert chime.kind == "chime" and abs(chime.hz[0] - 1685) <= 3, chime.hz
            assert abs(chime.start_ms - 7504) <= 100, chime.start_ms


def test_in_a_pause_of_music_a_loud_note_that_dies_away_is_no_sure_chime():
    """Over the noise by 36 dB and alone, but it rings on for half a second."""
    for shape, ms, told in ((even, 1008, ["sure"]), (ringing, 1504, ["weak"])):
        scene = Scene(seed=2).play(4000)
        scene.play(5008, [music(MANY)]).play(2000)
        scene.play(ms, [Shaped(1685, TONE * 8, shape)]).play(3008)
        found = [f for f in scene.found if f.kind != "not matched"]
        assert [(f.kind, f.grade) for f in found] == [("chime", g) for g in told], scene.told()


def test_a_faint_chime_soon_after_music_is_told_with_doubt():
    for loud, music_ms, told in ((150, 0, "sure"), (150, 1200, "weak"), (600, 2400, "sure")):
        scene = Scene(seed=3).play(6400 - music_ms)
        if music_ms:
            scene.play(music_ms, [music(FEW)])
        scene.play(1600).play(1008, [Sine(1685 * 16, loud)]).play(2400)
        chimes = [f.grade for f in scene.found if f.kind == "chime"]
        assert chimes == [told], (loud, music_ms, scene.told())


class Gust:
    """Noise so loud in bursts: a breath, rain at the window."""

    def __init__(self, loud):
        self._noise = Noise(7)
        self._loud = loud

    def next(self):
        return self._noise.next() * self._loud >> 8


def test_noise_just_before_or_after_a_chime_leaves_doubt_and_a_tone_there_refuses_it():
    gust = Gust(160)
    tone = Sine(1685 * 16, TONE * 4)
    for before, after, told in (
        (None, None, ["sure"]),
        (gust, None, ["weak"]),
        (None, gust, ["weak"]),
        (tone, None, []),
        (None, tone, []),
    ):
        scene = Scene(seed=2).play(6000)
        scene.play(1200, [before] if before else ())
        scene.play(1008, [Sine(1685 * 16, TONE * 8)])
        scene.play(1200, [after] if after else ())
        scene.play(2000)
        found = [f for f in scene.found if f.kind != "not matched"]
        assert [(f.kind, f.grade) for f in found] == [("chime", g) for g in told], (
            before, after, scene.told(),
        )  # fmt: skip
