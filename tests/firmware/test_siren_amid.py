# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""A siren amid other sounds: music, beeps, what goes on at a pump's own tones."""

from music import FEW, MANY, Notes, music
from scene import TONE, Chord, Scene, Shaped
from sounds import Sine


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


def on_and_off(n):
    return 1000 if n % 8000 < 4000 else 0


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
