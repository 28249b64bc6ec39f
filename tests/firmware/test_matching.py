# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Known sounds: the templates, their inner loop, and the listener with learned profiles."""

import sys
from array import array

from dice import Dice
from heap import locked, only_where_it_is
from scene import BLOCK_MS, TONE, Scene
from skipping import SkipTest
from sounds import Sine

from alarm import profile
from alarm.listener import Listener
from alarm.matching_kernel import LOOK, gauge, gauge_plain
from alarm.matching_template import Template, fitting, plan_of, templates_of


def sound(kind, tones, segments, repeats, total_ms, priority="medium"):
    return {
        "kind": kind,
        "name": "x",
        "tones": tones,
        "segments": [{"tone": tone, "ms": list(ms)} for tone, ms in segments],
        "repeats": repeats,
        "total_ms": total_ms,
        "interval_s": [],
        "priority": priority,
    }


def chime(hz=1234, priority="medium"):
    return sound("chime", [[hz - 4, hz + 4]], [(0, (930, 1080))], [1, 1], [930, 1080], priority)


def siren(low=1500, high=2100):
    tones = [[low - 5, low + 5], [high - 6, high + 6]]
    return sound("siren", tones, [(0, (235, 265)), (1, (235, 265))], [6, 6], [2850, 3150], "high")


def pump(*sounds):
    found, errors = profile.check(
        {"format": 1, "name": "mine", "source": "test", "sounds": list(sounds)}
    )
    assert not errors, errors
    return found


def known(scene, *sounds):
    scene.listener = Listener([pump(*sounds)])
    return scene


def matched(scene):
    return [(f.kind, f.grade, f.profile) for f in scene.found if f.kind != "not matched"]


# --- templates -----------------------------------------------------------------------------------


def test_a_template_holds_its_tones_bins_and_frames():
    one = Template(None, pump(chime(1234)).sounds[0])
    # 1234 Hz = bin 157.95 of 7.8125 Hz; the band begins with bin 59
    assert one.bins[0][0] <= 99 <= one.bins[0][0] + one.bins[0][1] - 1, one.bins
    assert one.parts == [(0, 0, 15)] and one.frames == 15 and one.focused
    assert one.gate < one.weak * 2 and one.weak < one.sure


def test_slow_turns_are_summed_in_their_own_frames_and_fast_ones_together():
    slow = Template(None, pump(siren()).sounds[0])
    assert not slow.together and len(slow.parts) == 12
    assert [part[0] for part in slow.parts[:4]] == [0, 1, 0, 1]
    assert slow.cells == slow.frames and 45 <= slow.frames <= 47, slow.frames
    tones = [[1500, 1510], [2100, 2110]]
    fast = sound("siren", tones, [(0, (50, 120)), (1, (50, 120))], [11, 30], [2850, 3150])
    fast = Template(None, pump(fast).sounds[0])
    assert fast.together and fast.cells == 2 * fast.frames


def test_a_sequence_keeps_its_silences():
    segments = [(0, (180, 220)), (None, (90, 110))]
    row = Template(
        None, pump(sound("chime", [[2000, 2010]], segments, [3, 3], [780, 820])).sounds[0]
    )
    assert len(row.parts) == 3 and row.parts[1][1] > row.parts[0][2], row.parts


def test_unknown_tones_make_no_template():
    found = pump(sound("chime", [None], [(0, (900, 1100))], [1, 1], [900, 1100]))
    assert len(templates_of([found, pump(chime())])) == 1


def test_a_blind_finding_fits_by_tones_and_length():
    rows = templates_of([pump(chime(1234), siren())])
    assert fitting(rows, "chime", (1235,), 1000) is rows[0]
    assert fitting(rows, "chime", (1250,), 1000) is None
    assert fitting(rows, "chime", (1235,), 1500) is None
    assert fitting(rows, "siren", (1501, 2101), 3000) is rows[1]
    assert fitting(rows, "siren", (1501, 2301), 3000) is None


# --- the inner loop ------------------------------------------------------------------------------


def test_the_inner_loop_leaves_the_same_bits_as_plain_python():
    if sys.implementation.name != "micropython":
        raise SkipTest("one interpreter, one loop")
    dice = Dice(5)
    hist = bytearray(64 * 600)
    templates = templates_of([pump(chime(), siren(), chime(4900))])
    plan = plan_of(templates)
    lut = bytes(range(256))
    sides = []
    for _ in range(2):
        sides.append((bytearray(64 * 4), array("H", [0] * 3), array("H", [0] * 3)))
    for t in range(150):
        row = (t & 63) * 600
        loud = t % 70 < 20
        for k in range(600):
            hist[row + k] = dice.below(256 if loud else 60)
        a = gauge(hist, t, plan, sides[0][0], lut, sides[0][1], sides[0][2])
        b = gauge_plain(hist, t, plan, sides[1][0], lut, sides[1][1], sides[1][2])
        assert a == b, (t, a, b)
        assert sides[0] == sides[1], t


def test_full_scale_stays_within_its_words():
    hist = bytearray(b"\xff" * (64 * 600))
    templates = templates_of([pump(siren())])
    best, age = array("H", [0]), array("H", [0])
    lines = bytearray(128)
    for t in range(70):
        gauge(hist, t, plan_of(templates), lines, bytes([255] * 256), best, age)
    assert best[0] == 255 * templates[0].cells


def test_it_is_looked_at_once_and_judged_once():
    templates = templates_of([pump(chime())])
    plan = plan_of(templates)
    best, age, lines = array("H", [0]), array("H", [0]), bytearray(64)
    lut = bytes(range(256))
    quiet, loud = bytes([6] * 600), bytes([200] * 600)
    hist = bytearray(64 * 600)
    said = []
    for t in range(90):
        row = (t & 63) * 600
        hist[row : row + 600] = loud if 30 <= t < 45 else quiet
        said.append(gauge(hist, t, plan, lines, lut, best, age))
    assert said.count(LOOK) == 1 and said.count(0) == 1, said
    assert said.index(LOOK) == 45 and said.index(0) == 44 + 13


# --- the listener with a profile -----------------------------------------------------------------


def test_a_learned_chime_carries_its_profile_and_is_told_once():
    scene = known(Scene(), chime()).play(4000)
    scene.play(1008, [Sine(1234 * 16, TONE)]).play(2500)
    assert matched(scene) == [("chime", "sure", "mine")], scene.told()
    found = scene.found[0]
    assert found.priority == "medium" and abs(found.hz[0] - 1234) <= 4
    assert abs(found.start_ms - 4000) <= 130 and abs(found.end_ms - 5008) <= 130


def test_another_chime_is_found_blindly_without_the_profile():
    scene = known(Scene(), chime(2000)).play(4000)
    scene.play(1008, [Sine(1234 * 16, TONE)]).play(2500)
    assert matched(scene) == [("chime", "sure", "")], scene.told()
    assert scene.found[0].priority == ""


def test_a_siren_is_found_with_a_profile_that_knows_only_a_chime():
    scene = known(Scene(seed=2), chime()).play(4000)
    scene.play(3008, [Sine(1500 * 16, TONE), Sine(2100 * 16, TONE)], 250).play(2000)
    assert matched(scene) == [("siren", "sure", "")], scene.told()


def test_a_learned_siren_is_told_once_with_its_profile():
    scene = known(Scene(seed=2), siren()).play(4000)
    scene.play(3008, [Sine(1500 * 16, TONE), Sine(2100 * 16, TONE)], 250).play(2000)
    kinds = matched(scene)
    assert kinds[0][:2] == ("siren", "sure") and ("siren", "sure", "mine") in kinds, scene.told()


def test_a_learned_chime_is_heard_where_the_blind_search_hears_nothing():
    """16.9 dB-Hz: a quarter of the amplitude at which both are plain."""
    heard = []
    for profiles in ([pump(chime())], []):
        n = 0
        for seed in (3, 4, 5, 6):
            scene = Scene(seed=seed)
            scene.listener = Listener(profiles)
            scene.play(4500).play(1008, [Sine(1234 * 16, TONE // 4)]).play(2500)
            n += len(scene.matched()) > 0
        heard.append(n)
    assert heard[0] == 4 and heard[0] >= heard[1], heard


def test_a_learned_tone_that_lasts_is_no_chime():
    scene = known(Scene(), chime()).play(4000)
    scene.play(2496, [Sine(1234 * 16, TONE)]).play(2500)
    assert matched(scene) == [], scene.told()


def test_a_learned_sequence_is_found_and_its_single_tones_are_not():
    tones = [[1500 - 5, 1505], [2000 - 6, 2006]]
    row = sound("chime", tones, [(0, (220, 290)), (1, (220, 290))], [2, 2], [960, 1060])
    both = [Sine(1500 * 16, TONE), Sine(2000 * 16, TONE)]
    scene = known(Scene(seed=8), row).play(4000).play(1024, both, 256).play(2500)
    assert ("chime", "sure", "mine") in matched(scene), scene.told()
    scene = known(Scene(seed=8), row).play(4000).play(512, [both[0]]).play(2500)
    assert matched(scene) == [], scene.told()


def test_profiles_may_change_while_it_listens():
    scene = Scene().play(4000)
    scene.listener.use([pump(chime(priority="high"))])
    scene.play(2000).play(1008, [Sine(1234 * 16, TONE)]).play(2500)
    assert matched(scene) == [("chime", "sure", "mine")], scene.told()
    assert scene.found[0].priority == "high"


def test_matching_allocates_nothing_while_nothing_is_due():
    only_where_it_is()
    rows = [pump(chime(1000 + 350 * i), siren(1000 + 100 * i, 2500 + 100 * i)) for i in range(10)]
    scene = Scene()
    scene.listener = Listener(rows)
    scene.play(80 * BLOCK_MS)
    matcher = scene.listener.matcher
    for template in matcher.templates:
        template.gate = 65535
    matcher._plan = plan_of(matcher.templates)
    t = scene.listener.spectrum.t
    frame = matcher.frame

    def run():
        for _ in range(40):
            frame(t)

    locked(run)
    assert len(matcher.templates) == 20
