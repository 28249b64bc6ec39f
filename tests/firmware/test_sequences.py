# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Short sequences of unknown pitch: heard with a profile that describes them, and only then."""

from heap import locked, only_where_it_is
from scene import BLOCK_MS, TONE, Scene
from sounds import Sine
from test_matching import chime, known, matched, pump, sound

from alarm.listener import Listener

LEAD_MS = 6000
AFTER_MS = 2500


def row(tones=None):
    """Two to five beeps of 100 to 400 ms, 60 to 400 ms apart."""
    parts = [(0, (100, 400)), (None, (60, 400))]
    return sound("chime", [tones], parts, [2, 5], [260, 2400])


def beeps(scene, count, on_ms=208, off_ms=208, hz=1234, amplitude=TONE):
    for i in range(count):
        scene.play(on_ms, [Sine(hz * 16, amplitude)])
        if i < count - 1:
            scene.play(off_ms)
    return scene


def heard(count, on_ms=208, off_ms=208, tones=None, hz=1234):
    scene = known(Scene(seed=4), row(tones)).play(LEAD_MS)
    beeps(scene, count, on_ms, off_ms, hz).play(AFTER_MS)
    return matched(scene), scene.told()


def test_a_sequence_is_found_at_any_pitch():
    for hz in (700, 1234, 3300, 4990):
        found, told = heard(3, hz=hz)
        assert found == [("chime", "sure", "mine")], (hz, told)


def test_it_is_told_with_its_place_and_raises_nothing_by_its_profile():
    scene = known(Scene(seed=4), row()).play(LEAD_MS)
    beeps(scene, 3).play(AFTER_MS)
    found = [f for f in scene.found if f.kind == "chime"][0]
    assert abs(found.start_ms - LEAD_MS) <= 100, found.start_ms
    assert abs(found.end_ms - (LEAD_MS + 5 * 208)) <= 100, found.end_ms
    assert abs(found.hz[0] - 1234) <= 4
    # The pitch is not known: it counts as a sound of an unknown pump does.
    assert found.priority == ""


def test_without_such_a_profile_it_is_no_finding():
    for profiles in ([], [pump(chime())]):
        scene = Scene(seed=4)
        scene.listener = Listener(profiles)
        beeps(scene.play(LEAD_MS), 3, hz=1700).play(AFTER_MS)
        assert matched(scene) == [], scene.told()
        assert scene.listener.sequences is None


def test_what_the_profile_does_not_say_is_none():
    for what, count, on_ms, off_ms in (
        ("one beep", 1, 208, 208),
        ("too many", 8, 112, 112),
        ("too long", 2, 608, 208),
        ("pauses too long", 2, 208, 608),
    ):
        found, told = heard(count, on_ms, off_ms)
        assert found == [], (what, told)


def test_a_pitch_outside_the_profile_s_range_is_none():
    assert heard(3, tones=[1000, 2000])[0] == [("chime", "sure", "mine")]
    found, told = heard(3, tones=[1000, 2000], hz=2600)
    assert found == [], told


def test_a_tune_is_none():
    scene = known(Scene(seed=4), row()).play(LEAD_MS)
    for hz in (1234, 1540, 1234, 1800, 1234):
        scene.play(208, [Sine(hz * 16, TONE)])
    scene.play(AFTER_MS)
    assert matched(scene) == [], scene.told()


def test_two_tones_at_once_are_none():
    scene = known(Scene(seed=4), row()).play(LEAD_MS)
    for _ in range(3):
        scene.play(208, [_Sum(Sine(1234 * 16, TONE), Sine(1700 * 16, TONE))])
        scene.play(208)
    scene.play(AFTER_MS)
    assert matched(scene) == [], scene.told()


class _Sum:
    def __init__(self, *tones):
        self.tones = tones

    def next(self):
        return sum([tone.next() for tone in self.tones])


def test_one_short_tone_is_found_beside_others():
    single = sound("chime", [None], [(0, (100, 700))], [1, 1], [100, 700])
    for ms in (160, 256, 320, 608):
        scene = known(Scene(seed=4), single).play(LEAD_MS)
        # Its own harmonic and a steady line: company that is no reason.
        hum = Sine(2950 * 16, TONE // 4)
        scene.play(1008, [hum])
        scene.play(ms, [_Sum(Sine(1234 * 16, TONE), Sine(2468 * 16, TONE // 3), hum)])
        scene.play(AFTER_MS, [hum])
        assert matched(scene) == [("chime", "sure", "mine")], (ms, scene.told())


def test_a_gap_forgets_what_had_begun():
    scene = known(Scene(seed=4), row()).play(LEAD_MS)
    beeps(scene, 2)
    scene.listener.gap(500)
    beeps(scene, 1).play(AFTER_MS)
    assert matched(scene) == [], scene.told()


def test_listening_for_it_allocates_nothing():
    only_where_it_is()
    scene = known(Scene(seed=4), row())
    scene.play(100 * BLOCK_MS)
    t = scene.listener.spectrum.t
    frame = scene.listener.sequences.frame

    def run():
        for _ in range(40):
            frame(t)

    locked(run)
