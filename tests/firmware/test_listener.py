# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The listening chain on small synthetic scenes: what it finds, when, and what it allocates."""

import gc
from array import array

from heap import locked, only_where_it_is
from scene import NOISE_SHIFT, TONE, Chord, Rest, Scene, Shaped
from sounds import BLOCK, Sine


def test_a_chime_is_found():
    scene = Scene().play(4000)
    scene.play(1008, [Sine(1234 * 16, TONE)])
    scene.play(2000)
    assert scene.matched() == ["chime"], scene.told()
    chime = scene.found[0]
    assert chime.grade == "sure" and chime.reason == "" and chime.looks == "chime"
    assert len(chime.hz) == 1 and abs(chime.hz[0] - 1234) <= 4, chime.hz
    assert abs(chime.start_ms - 4000) <= 130 and abs(chime.end_ms - 5008) <= 130
    assert scene.heard_at_ms[0] - 5008 <= 1500, scene.heard_at_ms
    assert abs(chime.snr_db10 - 289) <= 20, chime.snr_db10


def test_a_siren_is_found():
    scene = Scene(seed=2).play(4000)
    scene.play(3008, [Sine(1500 * 16, TONE), Sine(2100 * 16, TONE)], 250)
    scene.play(2000)
    assert scene.matched() == ["siren"], scene.told()
    siren = [f for f in scene.found if f.kind == "siren"][0]
    assert siren.grade == "sure" and siren.looks == "siren"
    low, high = siren.hz
    assert abs(low - 1500) <= 8 and abs(high - 2100) <= 8, siren.hz
    assert abs(siren.start_ms - 4000) <= 200 and abs(siren.end_ms - 7008) <= 200
    assert scene.heard_at_ms[0] - 7008 <= 500, scene.heard_at_ms


def scattered(share_permille, order=(1, 0)):
    """Twelve segments of 250 ms at 1500 and 2100 Hz, each off by up to that share."""
    off = (7, -9, 3, 10, -6, -10, 9, -2, -8, 5, 10, -4)  # in tenths of the share
    return [
        Sine((1500, 2100)[order[i & 1]] * 16 * (10000 + off[i] * share_permille) // 10000, TONE)
        for i in range(12)
    ]


def test_a_siren_whose_pitch_scatters_is_found():
    """No bin holds such a tone for long: bands beside the bins do."""
    for permille in (5, 10, 20):
        scene = Scene(seed=3).play(4000)
        scene.play(3008, scattered(permille), 250)
        scene.play(3200)
        assert scene.matched() == ["siren"], (permille, scene.told())
        siren = [f for f in scene.found if f.kind == "siren"][0]
        low, high = siren.hz
        assert siren.grade == "sure", permille
        assert abs(low - 1500) <= 15 and abs(high - 2100) <= 21, siren.hz  # mean of the segments
        assert abs(siren.start_ms - 4000) <= 200 and abs(siren.end_ms - 7008) <= 200


def test_a_run_of_notes_is_no_siren():
    """Twelve pitches that do not take turns: up a scale of 3 % steps, and one that wanders."""
    for steps in (range(12), (0, 5, 1, 4, 2, 9, 3, 7, 6, 8, 11, 10)):
        scene = Scene(seed=3).play(4000)
        scene.play(3008, [Sine(1500 * 16 * (100 + 3 * i) // 100, TONE) for i in steps], 250)
        scene.play(3200)
        assert "siren" not in scene.matched(), scene.told()


def test_a_siren_of_which_a_room_left_one_tone_is_told_with_doubt():
    """The other one 15 dB weaker, near the noise: a carer shall look, and hear it again."""
    scene = Scene(seed=2).play(4000)
    scene.play(3008, [Sine(1500 * 16, TONE), Sine(2100 * 16, TONE * 18 // 100)], 250)
    scene.play(3200)
    assert scene.matched() == ["siren"], scene.told()
    siren = [f for f in scene.found if f.kind == "siren"][0]
    low, high = siren.hz
    assert siren.grade == "weak"
    # Near enough that its repeat is known for the same: that makes the alert high.
    assert abs(low - 1500) <= 16 and abs(high - 2100) <= 16, siren.hz


def test_a_pulsed_tone_alone_is_no_siren():
    """But for a few in a hundred, whose noise has something that passes for another tone's rest."""
    for hz in (1500, 2450, 3700):
        scene = Scene(seed=5).play(4000)
        scene.play(3008, [Sine(hz * 16, TONE), Rest()], 250)
        scene.play(2400)
        assert "siren" not in scene.matched(), (hz, scene.told())


def test_the_turns_of_a_slow_siren_are_no_chimes():
    scene = Scene(seed=3).play(4000)
    scene.play(3008, [Sine(1500 * 16, TONE), Sine(2100 * 16, TONE)], 1003)
    scene.play(3200)
    assert scene.matched() == ["siren"], scene.told()


def test_a_siren_with_harmonics_is_told_by_its_own_tones():
    """Not by one of them and twice the other, which take turns as well."""
    for low, high in ((820, 1130), (1100, 1250)):
        scene = Scene(seed=2).play(4000)
        tones = [
            Chord(
                *[Sine(n * f * 16, TONE * share // 10) for n, share in ((1, 20), (2, 14), (3, 10))]
            )
            for f in (low, high)
        ]
        scene.play(3008, tones, 250)
        scene.play(2500)
        assert scene.matched() == ["siren"], scene.told()
        (siren,) = [f for f in scene.found if f.kind == "siren"]
        assert abs(siren.hz[0] - low) <= 8 and abs(siren.hz[1] - high) <= 8, siren.hz


def test_a_sound_at_half_a_tones_pitch_does_not_pass_for_its_fundamental():
    """It sounds before and during the siren, louder, and moves by 1 dB with the other tone's rests:
    the siren is told by its own tones, by which its repeat is known."""
    hum = Shaped(1000, 6 * TONE, lambda n: 1120 if (n - 1) // 4000 % 2 == 0 else 1000)
    scene = Scene(seed=2).play(4000)
    scene.play(3008, [hum])
    scene.play(
        3000, [Chord(hum, Sine(2000 * 16, 2 * TONE)), Chord(hum, Sine(2700 * 16, 2 * TONE))], 250
    )
    scene.play(400, [hum])
    scene.play(2500)
    (siren,) = [f for f in scene.found if f.kind == "siren"]
    assert abs(siren.hz[0] - 2000) <= 8 and abs(siren.hz[1] - 2700) <= 8, siren.hz


def test_what_a_doorbell_and_a_beeper_do_is_no_siren():
    """One note after another; three seconds of a tone with its octave, held or pulsed."""
    note = Chord(Sine(1200 * 16, TONE), Sine(2400 * 16, TONE))
    for tones, turn_ms in (
        ((Sine(1500 * 16, TONE), Sine(2100 * 16, TONE)), 1504),
        ((note,), 0),
        ((note, Rest()), 200),
    ):
        scene = Scene(seed=4).play(4000)
        scene.play(3008, tones, turn_ms)
        scene.play(3200)
        assert "siren" not in scene.matched(), scene.told()


def test_silence_and_noise_give_nothing():
    # A microphone that gives zeros is the health check's business, not a sound.
    assert Scene(shift=30).play(3000).found == []
    assert Scene(seed=5).play(8000).found == []
    assert Scene(seed=6, shift=0).play(4000).found == []


def test_the_loudest_sounds_are_found():
    """A clean recording at -12 dBFS in a quiet room: what the tones spill beside themselves stands
    over the floor, too."""
    for seconds, hz, kind in ((3, (1500, 2100), "siren"), (1, (1234,), "chime")):
        scene = Scene(seed=5).play(4000)
        scene.play(seconds * 1008, [Loud(Sine(f * 16)) for f in hz], 250 if len(hz) > 1 else 0)
        scene.play(2000)
        found = [f for f in scene.found if f.kind != "not matched"]
        assert [f.kind for f in found] == [kind], scene.told()
        off = [abs(heard - real) for heard, real in zip(found[0].hz, hz)]
        assert found[0].grade == "sure" and max(off) <= 8, scene.told()


class Loud:
    """A tone 36 dB louder."""

    def __init__(self, tone):
        self._tone = tone

    def next(self):
        return self._tone.next() << 6


def test_a_long_tone_is_no_chime():
    scene = Scene().play(4000)
    scene.play(2500, [Sine(1234 * 16, TONE)])
    scene.play(2000)
    assert scene.matched() == [], scene.told()


def test_time_counts_blocks_and_gaps():
    scene = Scene()
    listener = scene.listener
    assert listener.time_ms == 0
    scene.play(480)
    assert listener.time_ms == 480
    listener.gap(250)
    assert listener.time_ms == 730
    scene.play(160)
    assert listener.time_ms == 890


def test_a_chime_after_a_gap_has_its_time_in_the_stream():
    scene = Scene(seed=3).play(1600)
    scene.listener.gap(5000)
    scene.play(4000)
    began_ms = scene.listener.time_ms
    assert began_ms == 10600
    scene.play(1008, [Sine(3001 * 16, TONE)])
    scene.play(2000)
    assert scene.matched() == ["chime"], scene.told()
    assert abs(scene.found[0].start_ms - began_ms) <= 130


def test_half_a_chime_before_a_gap_is_forgotten():
    scene = Scene(seed=4).play(4000)
    scene.play(480, [Sine(1234 * 16, TONE)])
    scene.listener.gap(40)
    scene.play(512, [Sine(1234 * 16, TONE)])
    scene.play(2000)
    assert scene.matched() == [], scene.told()


def test_a_masked_chime_is_not_heard_and_time_goes_on():
    scene = Scene(seed=7).play(3200)
    scene.listener.mask(True)
    scene.play(1008, [Sine(1234 * 16, TONE)])
    scene.listener.mask(False)
    scene.play(2400)
    assert scene.found == []
    assert scene.listener.time_ms == 3200 + 1008 + 2400


def test_levels_for_the_health_check():
    scene = Scene().play(3200)
    # 4.4 of the 8 kHz lie in the band, and a median is less than a mean.
    assert abs(scene.listener.floor_dbfs10 - -850) <= 40, scene.listener.floor_dbfs10
    assert abs(scene.listener.peak_dbfs10 - -760) <= 20, scene.listener.peak_dbfs10
    assert scene.listener.clipped == 0
    loud = array("i", [(1 << 31) - 256 if i & 16 else -(2**31) for i in range(BLOCK)])
    scene.listener.push(loud)
    assert scene.listener.clipped == 1 and abs(scene.listener.peak_dbfs10) <= 3


# --- allocation ----------------------------------------------------------------------------------


def test_listening_to_a_quiet_room_allocates_nothing():
    """Half a minute of noise that never repeats: a short piece played again and again has a rhythm,
    and what is found in that is told, for which a finding is allocated. In this noise a look-alike
    is judged and dropped."""
    only_where_it_is()
    scene = Scene(seed=2).play(1120)  # the first frames: floor and history
    push = scene.listener.push
    block = scene.block
    noise = scene._noise

    def run():
        for _ in range(2000):
            for i in range(BLOCK):
                block[i] = (noise.next() >> NOISE_SHIFT) << 8
            push(block)

    gc.collect()
    before = gc.mem_alloc()
    again = gc.mem_alloc() - before  # what asking takes
    locked(run)
    gc.collect()
    grown = gc.mem_alloc() - before - 2 * again
    assert grown <= 0, grown
