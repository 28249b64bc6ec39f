# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Bursts and lamps against the table of IEC 60601-1-8, and the player that steps through them."""

import micropython

from alarm import cadence
from alarm.recurrence_due import DueTimes
from alarm.recurrence_track import Track

# The standard's limits in ms: pulses, pulse length, spacing, gap between bursts.
STANDARD = {
    "high": (10, (75, 200), (50, 125), (2500, 15000)),
    "medium": (3, (125, 250), (125, 250), (2500, 30000)),
    "low": (2, (125, 250), (125, 250), (15000, 1 << 29)),
}
LAMP_STANDARD = {"fast": (1400, 2800), "slow": (400, 800)}  # flash rate in mHz; duty 20-60 %


def check(name, times, gap, longest):
    """None, or what the standard has against this burst."""
    pulses, pulse_ms, spacing_ms, gap_ms = STANDARD[name]
    on, off = times[0::2], times[1::2]
    if len(on) != pulses or len(off) != pulses - 1:
        return "pulses"
    if min(on) != max(on) or not pulse_ms[0] <= on[0] <= pulse_ms[1]:
        return "pulse length"
    wide = {}
    if name == "high":
        wide = {2: (2 * off[0] + on[0],) * 2, 7: (2 * off[0] + on[0],) * 2, 4: (350, 1300)}
    for i, ms in enumerate(off):
        low, high = wide.get(i, spacing_ms)
        if not low <= ms <= high or (i not in wide and ms != off[0]):
            return "spacing %d" % (i + 1)
    for ms in (gap, longest):
        if not gap_ms[0] <= ms <= gap_ms[1]:
            return "gap"
    return None


def looks_like_fire_or_co(times, gap):
    """True for T3 (three 0.5 s pulses, 1.5 s pause) and T4 (four 0.1 s pulses, 5 s pause)."""
    on, off = times[0::2], times[1::2]
    for pulses, ms, pause in ((3, 500, 1500), (4, 100, 5000)):
        near = all(0.6 * ms < t < 1.6 * ms for t in on + off)
        if len(on) == pulses and near and 0.6 * pause < gap < 1.6 * pause:
            return True
    return False


def test_bursts_meet_the_standard():
    for name in STANDARD:
        assert check(name, *cadence.BURSTS[name]) is None, name


def test_the_checker_itself_refuses():
    times, gap, longest = cadence.BURSTS["high"]
    assert check("high", times[:-2], gap, longest) == "pulses"
    assert check("high", [208] + times[1:], gap, longest) == "pulse length"
    assert check("high", times[:5] + [96] + times[6:], gap, longest) == "spacing 3"
    assert check("high", times[:9] + [320] + times[10:], gap, longest) == "spacing 5"
    assert check("high", times, 2400, longest) == "gap"
    assert check("high", times, gap, 15008) == "gap"
    assert looks_like_fire_or_co([500] * 5, 1500)
    assert looks_like_fire_or_co([100] * 7, 5000)


def test_no_cadence_is_anothers():
    seen = []
    for name, (times, gap, longest) in cadence.BURSTS.items():
        assert not looks_like_fire_or_co(times, gap), name
        assert not looks_like_fire_or_co(times, longest), name
        assert max(times[0::2]) <= 500, name  # never near the chime's 1 s
        assert times not in seen, name
        seen.append(times)
    for name in ("technical", "degraded"):
        on = cadence.BURSTS[name][0][0::2]
        assert max(on) >= 3 * min(on), name  # short-long: unlike any burst of equal pulses


def test_a_siren_fits_between_bursts():
    for name, (_times, gap, longest) in cadence.BURSTS.items():
        assert gap >= 3500 + 2000, name  # the longest siren and a second of quiet on either side
        assert longest > gap, name


def test_lamps_meet_the_standard():
    for mode, (slowest, fastest) in LAMP_STANDARD.items():
        on, off = cadence.LAMPS[mode]
        assert slowest <= 1000000 // (on + off) <= fastest, mode
        assert 20 <= 100 * on // (on + off) <= 60, mode
    for mode in ("double", "blip"):
        period = sum(cadence.LAMPS[mode])
        assert 1000000 // period < 1400 and len(cadence.LAMPS[mode]) != 2 or period > 2500, mode


def test_lamp_lookup_follows_the_data():
    for mode, times in cadence.LAMPS.items():
        want, on = [], 1
        for ms in times:
            want += [on] * (ms // 16)
            on = 0 if on else 1
        got = [cadence.lamp(mode, n) for n in range(2 * len(want))]
        assert got == want + want, mode
    assert not any(cadence.lamp("off", n) for n in range(300))
    assert all(cadence.lamp("steady", n) for n in range(300))


def test_pause_lamp_counts_the_minutes():
    cases = ((0, 0), (1, 1), (60, 1), (61, 2), (120, 2), (541, 10), (600, 10), (9999, 10))
    for left_s, blinks in cases:
        row = [cadence.lamp(cadence.pause_mode(left_s), n) for n in range(500)]
        rises = sum(1 for n in range(500) if row[n] and not row[n - 1])
        assert rises == blinks, left_s


def test_blocks_refuses_a_time_between_blocks():
    try:
        cadence.blocks([16, 20])
    except ValueError as e:
        assert "20 ms" in str(e)
    else:
        raise AssertionError("20 ms taken")


def test_player_plays_burst_gap_burst():
    for name, (times, gap, _longest) in cadence.BURSTS.items():
        player = cadence.Player()
        player.select(name)
        burst = list(cadence.blocks(times))
        cycle = burst + [0] * (gap // 16)
        got = [player.step() for _ in range(2 * len(cycle))]
        assert got == cycle + cycle, name
        assert player.bursts == 2


def _gap(player, risk):
    """Blocks of silence after the burst that begins now, placed once a second."""
    length = cadence.burst_ms(player.name) // 16
    for _ in range(length):
        player.step()
    quiet = 0
    while True:
        if quiet % 62 == 0:
            player.place(quiet // 62, risk)
        if player.step():
            return quiet
        quiet += 1


def test_a_burst_is_put_off_but_not_for_ever():
    for name, (times, gap, longest) in cadence.BURSTS.items():
        player = cadence.Player()
        player.select(name)
        player.place(0, lambda at_s: 9)
        first = [player.step() for _ in range(sum(times) // 16)]
        assert first == list(cadence.blocks(times)), "the first burst is never put off"
        player.select("")
        player.select(name)
        assert _gap(player, lambda at_s: 0) == gap // 16, "nothing is due"
        player.select("")
        player.select(name)
        # Two of a kind, and the second more likely the farther away: as late as it may be.
        late = _gap(player, lambda at_s: max(1, 1000 - at_s))
        assert (gap + min(longest - gap, 20 * 992)) // 16 - 62 <= late <= longest // 16, (
            name,
            late,
        )


def test_only_cadences_that_need_it_come_early():
    for name, needs in (("high", True), ("technical", True), ("medium", False), ("low", False)):
        player = cadence.Player()
        player.select(name)
        quiet = _gap(player, lambda at_s: 1 + at_s)
        usual = cadence.BURSTS[name][1] // 16
        assert 2496 // 16 <= quiet <= 2496 // 16 + 62 if needs else quiet == usual, (name, quiet)


def _play(name, phase, dues, start):
    """Blocks in which the sounder sounds while a siren that begins at block ``start`` can be heard
    (from 0.3 s before it begins to 0.5 s after its end), the longest and the shortest gap.
    dues: [(block, likelier)] are what the recurrence expects; placed once in 62 blocks."""
    rec = DueTimes()
    for block, known in dues:
        track = Track("siren", (900, 1200), "sure", 0)
        track.hits = 3
        track.interval_x16 = 16 * (1000 + block // 62)
        track.known = known
        rec.tracks.append(track)
    player = cadence.Player()
    player.select(name)
    over = gap = 0
    gaps = []
    for block in range(-phase, 3500):
        if block % 62 == 0:
            player.place(1000 + block // 62, rec.risk)
        bursts = player.bursts
        if player.step():
            if player.bursts != bursts and bursts:
                gaps.append(gap)
            gap = 0
            over += start - 19 <= block < start + 219
        else:
            gap += 1
    return over, max(gaps) * 16, min(gaps) * 16


def _cycle(name):
    return (cadence.burst_ms(name) + cadence.BURSTS[name][1]) // 16


def test_no_burst_lies_over_a_siren_that_comes_when_it_is_due():
    """Wherever the cadence stands, and up to a second and a half early or late."""
    for name in ("high", "medium", "technical"):
        longest_ms = cadence.BURSTS[name][2]
        for phase in range(0, _cycle(name), 7):
            for late in (-93, 0, 93):
                over, longest, shortest = _play(name, phase, [(2000, True)], 2000 + late)
                assert not over, (name, phase, late, over)
                assert longest <= longest_ms and shortest >= 2480, (name, phase, longest, shortest)


def test_the_likelier_siren_stays_free_when_another_is_due_near_it():
    """Both together hold longer than the standard lets a burst wait: it has to lie over one."""
    for name in ("high", "technical"):
        longest_ms = cadence.BURSTS[name][2]
        for other_s in (-14, -10, -7, -4, 4, 7, 10, 14):
            dues = [(2000, True), (2000 + 62 * other_s, False)]
            for phase in range(0, _cycle(name), 29):
                over, longest, shortest = _play(name, phase, dues, 2000)
                assert not over, (name, other_s, phase, over)
                assert longest <= longest_ms and shortest >= 2480, (name, phase, longest, shortest)


def test_player_finishes_a_burst_whatever_is_due_and_stops_at_once_when_told():
    player = cadence.Player()
    player.select("medium")
    assert player.step() == 1
    player.place(0, lambda at_s: 9)
    rest = [player.step() for _ in range(59)]
    assert sum(rest) == 3 * 12 - 1
    player.select("high")
    assert player.step() == 1, "a higher priority starts at once"
    player.select("high")
    assert [player.step() for _ in range(9)] == [1] * 8 + [0], "selecting again does not restart"
    player.select("")
    assert [player.step() for _ in range(1000)] == [0] * 1000


def test_burst_length():
    assert cadence.burst_ms("high") == 3328
    assert cadence.burst_ms("") == 0


def test_steps_do_not_allocate():
    player = cadence.Player()
    player.select("high")
    player.step()
    cadence.lamp("fast", 1)
    micropython.heap_lock()
    try:
        n = 0
        while n < 1500:
            player.step()
            cadence.lamp("fast", n)
            n += 1
    finally:
        micropython.heap_unlock()
    assert player.bursts >= 1
