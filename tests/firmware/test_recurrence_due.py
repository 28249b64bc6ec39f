# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Recurrence with more than one sound: which is due next, what is worth telling, what is kept."""

import json

from test_recurrence import hear_all, names, run_ticks

from alarm.recurrence import Recurrence

UTC = 200000000
SIREN, OTHER, CHIME = (900, 1200), (2000, 2500), (3000,)


def test_the_nearest_of_several_due_times_is_given():
    rec = Recurrence()
    hear_all(rec, "chime", CHIME, "sure", [100, 3700, 7300])
    hear_all(rec, "siren", SIREN, "sure", [7400, 8000, 8600])
    assert rec.due(8700)[0] == "siren"
    late = Recurrence()  # the other way round
    hear_all(late, "siren", SIREN, "sure", [1000, 1600, 2200])
    hear_all(late, "chime", CHIME, "sure", [2260, 2320, 2380])
    kind, from_s, to_s = late.due(2400)
    assert kind == "chime" and from_s <= 2440 <= to_s


def test_a_weak_chime_is_worth_silence_from_its_second_hearing_on():
    """A look-alike, too; a weak siren is from the first on, for its repeat is a high alert."""
    for kind, hz, grade in (("chime", CHIME, "weak"), ("siren", SIREN, "")):
        every_s = 3600 if kind == "chime" else 600
        rec = Recurrence()
        rec.heard(kind, hz, grade, 1000)
        assert not rec.near_due(1000 + every_s)
        rec.heard(kind, hz, grade, 1000 + every_s)
        assert rec.near_due(1000 + 2 * every_s) and not rec.near_due(900 + 2 * every_s)
    rec = Recurrence()
    rec.heard("siren", SIREN, "weak", 1000)
    assert rec.near_due(1600) and not rec.near_due(1500)


def test_a_look_alike_just_before_the_pump_does_not_end_the_silence_kept_for_it():
    """It is taken for the repeat; the pump itself may sound a second later."""
    for grade, kept in (("", True), ("weak", True), ("sure", False)):
        rec = Recurrence()
        hear_all(rec, "chime", CHIME, "sure", [100, 3700, 7300])
        assert rec.near_due(10900) and rec.risk(10900)
        rec.heard("chime", CHIME, grade, 10899)
        assert rec.near_due(10901) == rec.near_due(10905) == kept
        assert (rec.risk(10901) > 0) == kept
        assert not rec.near_due(10906) and not rec.risk(10906)
        assert rec.near_due(14500)


def test_the_expected_intervals_prove_more_than_others():
    for kind, expected in (("siren", (600, 3600)), ("chime", (3600, 600))):
        hz = SIREN if kind == "siren" else CHIME
        scores = [hear_all(Recurrence(), kind, hz, "weak", [100, 100 + s])[1][1]
                  for s in expected + (900, 1500)]  # fmt: skip
        assert min(scores[:2]) > max(scores[2:]), (kind, scores)


def test_what_is_not_known_or_already_told_is_not_told_when_masked():
    rec = Recurrence()
    hear_all(rec, "chime", CHIME, "weak", [100, 3700])  # perhaps a pump
    rec.masked(7290, 7310)
    run_ticks(rec, 3700, 7400)
    assert names(rec) == []
    rec = Recurrence()
    hear_all(rec, "siren", SIREN, "sure", [1000 + 600 * n for n in range(4)])
    now = run_ticks(rec, 2800, 2800 + 4 * 600 - 60)
    assert names(rec)[-1] == "no longer heard"
    rec.events.clear()
    rec.masked(2800 + 4 * 600 - 5, 2800 + 4 * 600 + 5)
    run_ticks(rec, now, 2800 + 5 * 600 - 60)
    assert names(rec) == []


def test_masked_reaches_as_far_as_the_due_window():
    for from_s, to_s, masked in ((3380, 3393, False), (3380, 3397, True), (3403, 3420, True),
                                 (3412, 3420, False)):  # fmt: skip
        rec = Recurrence()
        hear_all(rec, "siren", SIREN, "sure", [1000 + 600 * n for n in range(4)])
        rec.events.clear()
        rec.masked(from_s, to_s)
        run_ticks(rec, 2800, 3500)
        assert names(rec) == ["masked" if masked else "missed"], (from_s, to_s)


def test_a_pump_that_was_restarted_is_known_under_its_new_phase():
    rec = Recurrence()
    hear_all(rec, "siren", SIREN, "sure", [1000 + 600 * n for n in range(5)])
    now = run_ticks(rec, 3400, 3700)
    rec.heard("siren", SIREN, "weak", 3700)
    rec.heard("siren", SIREN, "weak", 4300)
    now = run_ticks(rec, now, 3400 + 4 * 600)  # the old phase is given up
    rec.events.clear()
    run_ticks(rec, now, now + 4 * 600)
    assert "missed" in names(rec) and names(rec).count("no longer heard") == 1


def test_events_nobody_fetches_are_bounded_and_the_latest_stay():
    rec = Recurrence()
    for n in range(20):
        rec.learned_s["siren"] = 0
        rec.tracks = []
        hear_all(rec, "siren", SIREN, "sure", [100000 * n + (420 + n) * k for k in range(7)])
    assert len(rec.events) == 16
    told = [fields["at_s"] for name, fields in rec.events if name == "learned"]
    assert told[-1] == 439 and 420 not in told


def test_after_a_sleep_of_a_day_s_cycles_the_phase_is_lost():
    def wake(cycles):
        rec = Recurrence()
        hear_all(rec, "chime", CHIME, "sure", [100, 3700, 7300])
        fresh = Recurrence()
        state = json.loads(json.dumps(rec.state(7400, UTC)))
        assert fresh.restore(state, 10, UTC + cycles * 3600)
        return fresh

    fresh = wake(20)
    kind, from_s, to_s = fresh.due(10)
    assert kind == "chime" and from_s <= 10 + 3500 <= to_s
    assert wake(30).due(10) is None


def test_a_look_alike_heard_once_is_not_kept_over_a_reboot():
    rec = Recurrence()
    rec.heard("siren", OTHER, "", 100)
    rec.heard("siren", SIREN, "weak", 200)
    assert [row[1] for row in rec.state(300, UTC)["tracks"]] == [900]
    for n in range(1, 4):
        rec.heard("siren", OTHER, "", 100 + 600 * n)
    assert [row[1] for row in rec.state(2000, UTC)["tracks"]] == [900, 2000], "it came back"


def test_every_sound_s_due_times_are_judged():
    rec = Recurrence()
    for n in range(4):
        for i, low in enumerate((700, 1500, 2200)):
            rec.heard("siren", (low, low + 400), "sure", 1000 + 600 * n + 60 * i)
    rec.events.clear()
    run_ticks(rec, 2920, 3600)
    assert sorted(fields["hz"][0] for _, fields in rec.events) == [700, 1500, 2200]
    assert names(rec) == ["missed"] * 3
