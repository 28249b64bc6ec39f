# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The listening chain amid other sounds: music, beeps, what goes on at a pump's own tones."""

from scene import TONE, Chord, Scene
from sounds import Noise, Sine


class Notes:
    """One after another, over and over, each for so many samples."""

    def __init__(self, hz, samples, loud):
        self._notes = [Sine(f * 16, loud) for f in hz]
        self._samples = samples
        self._at = 0

    def next(self):
        self._at += 1
        return self._notes[self._at // self._samples % len(self._notes)].next()


def music(held):
    """Four notes over and over, as a game's music has them, under held ones."""
    return Chord(
        Notes((660, 880, 990, 1330), 2400, TONE),
        *[Sine(f * 16, TONE) for f in held],
    )


FEW = (740, 2960)
MANY = FEW + (1050, 1160, 1270, 1380, 1960, 2070, 2180, 2700, 2810, 3330, 3700, 4070, 4440, 4700)


def test_amid_music_a_siren_is_told_and_the_music_is_not():
    """For sure only where its turns are plain and fast."""
    for held, turn_ms, told in (
        (FEW, 250, "sure"),
        (FEW, 500, "weak"),
        (FEW, 0, ""),
        (MANY, 0, ""),
    ):
        scene = Scene(seed=2).play(4000)
        playing = music(held)
        scene.play(3504, [playing])
        if turn_ms:
            scene.play(3008, [Chord(playing, Sine(f * 16, TONE)) for f in (1685, 2405)], turn_ms)
        scene.play(4000, [playing])
        sirens = [f for f in scene.found if f.kind == "siren"]
        assert scene.matched() == ["siren"] * len(sirens), scene.told()
        assert [f.grade for f in sirens] == ([told] if told else []), (held, turn_ms, scene.told())
        for siren in sirens:
            assert abs(siren.hz[0] - 1685) <= 8 and abs(siren.hz[1] - 2405) <= 8, siren.hz


def test_what_is_no_siren_amid_music_is_told_as_a_look_alike():
    """Whoever asks why nothing happened finds it in the log."""
    scene = Scene(seed=2).play(4000)
    playing = music(MANY)
    scene.play(2000, [playing])
    scene.play(2016, [Chord(playing, Sine(f * 16, TONE)) for f in (1685, 2405)], 500)
    scene.play(3200, [playing])
    refused = [f for f in scene.found if f.looks == "siren"]
    assert [(f.kind, f.reason) for f in refused] == [
        ("not matched", "the two tones do not alternate")
    ], scene.told()


def test_a_faint_siren_soon_after_music_is_told_with_doubt():
    """A tune that comes through a wall has two notes by turns now and then, as faint as this. What
    is loud, or comes to a quiet room, is told for sure."""
    for loud, music_ms, turn_ms, told in (
        (80, 0, 250, "sure"),
        (80, 1200, 250, "weak"),
        (120, 1200, 250, "sure"),
        (120, 2400, 250, "weak"),
    ):
        scene = Scene(seed=3).play(6400 - music_ms)
        if music_ms:
            scene.play(music_ms, [music(FEW)])
        scene.play(1200)
        scene.play(3008, [Sine(f * 16, loud) for f in (1685, 2405)], turn_ms)
        scene.play(3200)
        sirens = [f.grade for f in scene.found if f.kind == "siren"]
        assert sirens == [told], (loud, music_ms, turn_ms, scene.told())


def test_a_faint_chime_soon_after_music_is_told_with_doubt():
    for loud, music_ms, told in ((150, 0, "sure"), (150, 1200, "weak"), (600, 2400, "sure")):
        scene = Scene(seed=3).play(6400 - music_ms)
        if music_ms:
            scene.play(music_ms, [music(FEW)])
        scene.play(1600).play(1008, [Sine(1685 * 16, loud)]).play(2400)
        chimes = [f.grade for f in scene.found if f.kind == "chime"]
        assert chimes == [told], (loud, music_ms, scene.told())


class Shaped:
    """A tone whose level is shape(n) thousandths at its nth sample."""

    def __init__(self, hz, loud, shape):
        self._tone = Sine(hz * 16, loud)
        self._shape = shape
        self._n = 0

    def next(self):
        self._n += 1
        return self._tone.next() * self._shape(self._n) // 1000


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


def on_and_off(n):
    return 1000 if n % 8000 < 4000 else 0


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


def test_a_louder_beep_does_not_drive_a_siren_out():
    """Nor delay it: with one of the siren's tones it makes the better pair."""
    scene = Scene(seed=2).play(4000)
    beeps = Shaped(1900, TONE * 8, on_and_off)
    scene.play(3200, [beeps])
    scene.play(3008, [Chord(beeps, Sine(f * 16, TONE * 4)) for f in (1500, 2100)], 250)
    scene.play(3200, [beeps])
    assert scene.matched() == ["siren"], scene.told()
    (siren,) = [f for f in scene.found if f.kind == "siren"]
    assert siren.grade == "sure"
    assert scene.heard_at_ms[scene.found.index(siren)] - 10208 <= 450, scene.heard_at_ms
    assert abs(siren.hz[0] - 1500) <= 8 and abs(siren.hz[1] - 2100) <= 8, siren.hz


def test_a_softer_sound_at_its_own_tone_hides_neither_end_of_a_siren():
    """It is told in time when something goes on there, and told when something came before."""
    for before, after in ((0, 50), (36, 0)):
        scene = Scene(seed=2).play(1008)
        scene.play(3008, [Sine(2100 * 16, TONE * before // 25)])
        scene.play(3008, [Sine(f * 16, TONE * 4) for f in (1500, 2100)], 250)
        scene.play(3200, [Sine(1500 * 16, TONE * after // 25)])
        assert scene.matched() == ["siren"], (before, after, scene.told())
        at = [f.kind for f in scene.found].index("siren")
        assert scene.found[at].grade == "sure"
        assert scene.heard_at_ms[at] - 7008 <= 450, (before, after, scene.heard_at_ms)
        assert abs(scene.found[at].start_ms - 4000) <= 200
        assert abs(scene.found[at].end_ms - 7008) <= 200


def voices(count):
    """Runs of loud short notes at once, all others than the siren's."""
    return Chord(
        *[
            Notes(
                [630 * 2 ** (v % 3) * (100 + 7 * v + 11 * n + n * n) // 100 for n in range(8)],
                1600 + 500 * v,
                TONE * 4,
            )
            for v in range(count)
        ]
    )


def test_a_siren_with_which_music_begins_is_told_with_doubt():
    for siren_too in (True, False):
        scene = Scene(seed=2).play(4000)
        playing = voices(4)
        tones = [Chord(playing, Sine(f * 16, TONE * 4)) for f in (1685, 2405)]
        scene.play(3008, tones if siren_too else [playing], 250)
        scene.play(3200, [playing])
        assert scene.matched() == ["siren"] * siren_too, scene.told()
        for siren in [f for f in scene.found if f.kind == "siren"]:
            assert siren.grade == "weak"
            assert abs(siren.hz[0] - 1685) <= 8 and abs(siren.hz[1] - 2405) <= 8, siren.hz


def test_a_siren_whose_beginning_another_sound_hides_is_told_with_doubt():
    """A tone of another sound stood at its own until it began. What takes turns for longer than a
    siren is none, wherever it began, nor what does so slowly or raggedly, or with another tone
    close beside its own, nor anything among many lines."""
    for turns_ms, turn_ms, held, loud, beside, ragged_ms, told in (
        (3008, 250, FEW, 2, 0, 0, ["weak"]),
        (4000, 250, FEW, 2, 0, 0, []),
        (5008, 250, FEW, 4, 0, 0, []),  # so long that the history shows nothing before
        (3008, 500, FEW, 2, 0, 0, []),
        (2912, 224, FEW, 2, 0, 64, []),
        (3008, 250, FEW, 2, 55, 0, []),  # percent of the tone, three bins above
        (3008, 250, MANY, 2, 0, 0, []),
    ):
        scene = Scene(seed=2).play(4000)
        playing = music(held)
        stood = [Sine(f * 16, TONE * 3) for f in ((1690, 1713) if beside else (1690,))]
        scene.play(2000, [Chord(playing, *stood)])
        tones = [
            Chord(
                playing, Sine(f * 16, TONE * loud), Sine((f + 23) * 16, TONE * loud * beside // 100)
            )
            for f in (1685, 2405)
        ]
        if ragged_ms:
            for n in range(turns_ms // turn_ms):
                scene.play(turn_ms + (-ragged_ms // 2 if n % 3 else ragged_ms), [tones[n & 1]])
        else:
            scene.play(turns_ms, tones, turn_ms)
        scene.play(3200, [playing])
        sirens = [f for f in scene.found if f.kind == "siren"]
        case = (turns_ms, turn_ms, beside, ragged_ms)
        assert [f.grade for f in sirens] == told, (case, scene.told())
        for siren in sirens:
            assert abs(siren.hz[0] - 1685) <= 8 and abs(siren.hz[1] - 2405) <= 8, siren.hz
            assert abs(siren.start_ms - 6000) <= 200, siren.start_ms
