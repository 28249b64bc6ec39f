# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Learning: from what is heard to a profile, and every reason to refuse."""

from scene import Scene
from sounds import Sine

from alarm import profile
from alarm.learning import offset16
from alarm.listener import Listener

LOUD = 4000  # peak of 24-bit samples: 51 dB-Hz over the scene's noise
CLOSE = 20000  # a hand's breadth away: the starts and ends stand beside each tone's own pitch


def listening(seed=1, shift=4):
    scene = Scene(seed=seed, shift=shift)
    scene.listener.learn()
    return scene


def learned(scene):
    found = scene.listener.learned("mine", "test")
    assert scene.listener.learner is None
    if found.profile:
        assert profile.check(found.profile)[1] == []
        assert not found.reason
    return found


def test_a_chime_is_learned():
    scene = listening().play(3008)
    for _ in range(2):
        scene.play(1008, [Sine(1873 * 16, LOUD)]).play(3008)
    found = learned(scene)
    assert found.profile, found.reason
    (sound,) = found.profile["sounds"]
    low, high = sound["tones"][0]
    assert sound["kind"] == "chime" and low <= 1873 <= high and high - low <= 20, sound
    assert sound["segments"][0]["ms"][0] <= 1008 <= sound["segments"][0]["ms"][1]
    assert len(found.took) == 2 and abs(found.took[0][1] - 3008) <= 100, found.took
    assert 60 <= found.sure <= 95 and "1873 Hz" in found.confuse[0]


def test_a_siren_and_a_chime_are_learned_together():
    scene = listening(2).play(3008)
    for _ in range(2):
        scene.play(3008, [Sine(1480 * 16, LOUD), Sine(2116 * 16, LOUD)], 256).play(2000)
    scene.play(1008, [Sine(1000 * 16, LOUD)]).play(3008)
    found = learned(scene)
    assert found.profile, found.reason
    chime, siren = found.profile["sounds"]
    assert (chime["kind"], siren["kind"]) == ("chime", "siren")
    assert [len(s["tones"]) for s in (chime, siren)] == [1, 2]
    for part in siren["segments"]:
        assert part["ms"][0] <= 256 <= part["ms"][1], siren
    assert siren["priority"] == "high"


def both_from_close(scene, sounds):
    """Each once, at full onset; both must be learned, each at its pitches."""
    scene.play(3008)
    for hz in sounds:
        tones = [Sine(f * 16, CLOSE) for f in hz]
        scene.play(3008 if len(hz) > 1 else 1008, tones, 256).play(2000)
    found = learned(scene)
    assert found.profile, found.reason
    assert [s["kind"] for s in found.profile["sounds"]] == ["chime", "siren"], found.notes
    for sound, hz in zip(found.profile["sounds"], sorted(sounds, key=len)):
        for (low, high), f in zip(sorted(sound["tones"]), hz):
            assert low <= f <= high and high - low <= 20, (sound, hz)
    chime, siren = found.profile["sounds"]
    assert chime["segments"][0]["ms"][0] <= 1008 <= chime["segments"][0]["ms"][1], chime
    assert siren["total_ms"][0] <= 3008 <= siren["total_ms"][1], siren
    assert len(found.took) == 2, found.took


def test_both_are_learned_from_close_when_the_chime_has_the_sirens_upper_tone():
    both_from_close(listening(21), [[1200, 1500], [1500]])


def test_both_are_learned_from_close_with_the_chime_first_and_a_tone_of_its_own():
    both_from_close(listening(22), [[1873], [1200, 1500]])


def test_what_was_learned_is_heard():
    scene = listening(3).play(3008)
    for _ in range(2):
        scene.play(1008, [Sine(1300 * 16, LOUD)]).play(3008)
    found = learned(scene)
    again = Scene(seed=4)
    again.listener = Listener([profile.check(found.profile)[0]])
    again.play(4000).play(1008, [Sine(1300 * 16, 320)]).play(2500)
    assert [f.profile for f in again.found if f.kind == "chime"] == ["mine"], again.told()


def test_a_sequence_of_one_pitch_is_learned_with_its_silences():
    scene = listening(5).play(3008)
    for _ in range(2):
        for pause in (160, 160, 3008):
            scene.play(208, [Sine(2000 * 16, LOUD)]).play(pause)
    found = learned(scene)
    assert found.profile, found.reason
    (sound,) = found.profile["sounds"]
    assert [s["tone"] for s in sound["segments"]] == [0, None], sound
    assert sound["repeats"] == [3, 3]


def refused(scene, words):
    found = learned(scene)
    assert found.profile is None and words in found.reason, (found.reason, found.profile)


def test_noise_holds_no_pump():
    refused(listening(6).play(8000), "no pump sound")


def test_a_tone_without_end_is_none():
    refused(listening(7).play(3008).play(6000, [Sine(1500 * 16, LOUD)]).play(3008), "longer than")


def test_two_different_chimes_are_refused():
    scene = listening(8).play(3008)
    for hz in (1500, 2500):
        scene.play(1008, [Sine(hz * 16, LOUD)]).play(3008)
    refused(scene, "two different alarms")


def test_two_different_sirens_are_refused_also_beside_a_chime():
    scene = listening(23).play(3008).play(1008, [Sine(1000 * 16, LOUD)]).play(2000)
    for low, high in ((1480, 2116), (1200, 1500)):
        scene.play(3008, [Sine(low * 16, LOUD), Sine(high * 16, LOUD)], 256).play(2000)
    refused(scene, "two different alarms: a siren of")


def test_a_sound_that_is_cut_off_is_refused():
    scene = listening(9).play(160).play(704, [Sine(1500 * 16, LOUD)]).play(3008)
    refused(scene, "cut off")
    refused(listening(9).play(3008).play(704, [Sine(1500 * 16, LOUD)]), "cut off")
    # Half a siren, between two of its tones: no chime of two tones, whatever ends the listening.
    for ms in (1024, 1040, 1152, 2048):
        scene = listening(9).play(3008)
        scene.play(ms, [Sine(1480 * 16, LOUD), Sine(2116 * 16, LOUD)], 256)
        refused(scene, "cut off")
    # What was heard whole before is learned; the piece at the end is not taken into it.
    scene = listening(9).play(3008).play(1008, [Sine(1500 * 16, LOUD)]).play(3008)
    found = learned(scene.play(704, [Sine(1500 * 16, LOUD)]))
    assert found.profile and len(found.took) == 1, (found.reason, found.took)


def test_half_a_second_of_silence_at_the_end_is_enough():
    scene = listening(9).play(3008).play(1008, [Sine(1500 * 16, LOUD)]).play(496)
    assert learned(scene).profile


def test_a_faint_one_is_refused():
    scene = listening(10).play(4000)
    for _ in range(2):
        scene.play(1008, [Sine(1500 * 16, 190)]).play(3008)
    refused(scene, "too noisy or too far away")


def test_a_clipped_one_is_refused():
    scene = listening(11, 12).play(3008)
    tone = Sine(1500 * 16, 32767)

    class Clipped:
        def next(self):
            return max(-8388595, min(8388595, tone.next() * 400))  # room for the noise

    scene.play(1008, [Clipped()]).play(3008)
    refused(scene, "clipped")


def test_a_gliding_tone_is_a_voice():
    class Glide:
        """1 kHz upwards by 200 Hz a second."""

        def __init__(self):
            self._sines = [Sine((1000 + 2 * i) * 16, LOUD) for i in range(100)]
            self._n = 0

        def next(self):
            self._n += 1
            at = min(99, self._n // 160)
            # one phase for all: the pitch moves, nothing clicks
            phase = self._sines[0]._at
            self._sines[at]._at = phase
            v = self._sines[at].next()
            self._sines[0]._at = self._sines[at]._at
            return v

    scene = listening(12).play(3008).play(1008, [Glide()]).play(3008)
    refused(scene, "")


def test_a_gap_forgets_what_went_on():
    scene = listening(13).play(3008).play(496, [Sine(1500 * 16, LOUD)])
    scene.listener.gap(300)
    scene.play(496, [Sine(1500 * 16, LOUD)]).play(3008)
    assert learned(scene).profile is None


def test_the_place_between_two_bins():
    assert offset16(0, 100, 0) == 0
    assert offset16(0, 100, 100) == 8 and offset16(100, 100, 0) == -8
    assert 2 <= offset16(70, 100, 88) <= 4
