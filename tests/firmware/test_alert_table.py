# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Transitions that the other tests do not walk: each by what people do, with what must follow."""

from alarm.alert import Alert


def weak_chime(a, now_s):
    a.finding("chime", "weak", False, now_s)


def chime(a, now_s):
    a.finding("chime", "sure", True, now_s)


def sure_chime(a, now_s):
    a.finding("chime", "sure", False, now_s)


def weak_siren(a, now_s):
    a.finding("siren", "weak", False, now_s)


def siren(a, now_s):
    a.finding("siren", "sure", False, now_s)


def flaw(a, now_s):
    a.degraded("log", True, now_s)


def other_flaw(a, now_s):
    a.degraded("clock", True, now_s)


def mend(a, now_s):
    a.degraded("log", False, now_s)


def short(a, now_s):
    a.press("short", now_s)


def long(a, now_s):
    a.press("long", now_s)


def tick(a, now_s):
    a.tick(now_s)


HALF_DAY = 43200
# condition, acts with their times, state after, lamp yellow, last logged event
WALKS = (
    ("chime", ((weak_chime, 0), (weak_chime, 9)), "lamp", "steady", "repeat"),
    ("chime", ((weak_chime, 0), (weak_chime, 9000), (tick, HALF_DAY)), "lamp", "steady", "repeat"),
    ("chime", ((weak_chime, 0), (chime, 9)), "sounding", "slow", "alert"),
    ("chime", ((chime, 0), (weak_chime, 9)), "sounding", "slow", "repeat"),
    ("chime", ((chime, 0), (short, 5), (weak_chime, 9)), "paused", "slow", "repeat"),
    ("chime", ((chime, 0), (short, 5), (chime, 9)), "paused", "slow", "repeat"),
    ("chime", ((chime, 0), (short, 5), (chime, 9), (tick, 605)), "sounding", "slow", "resumed"),
    ("chime", ((sure_chime, 0), (tick, 900)), "shown", "steady", "quiet"),
    ("chime", ((sure_chime, 0), (tick, 900), (weak_chime, 999)), "shown", "steady", "repeat"),
    ("chime", ((sure_chime, 0), (tick, 900), (chime, 999)), "sounding", "slow", "alert"),
    ("chime", ((sure_chime, 0), (tick, 900), (long, 999)), "taken", "blip", "ack"),
    ("chime", ((sure_chime, 0), (long, 9), (weak_chime, 99)), "taken", "steady", "repeat"),
    ("chime", ((sure_chime, 0), (long, 9), (chime, 99)), "taken", "steady", "repeat"),
    ("siren", ((weak_siren, 0), (tick, 900), (long, 950)), "taken", "blip", "ack"),
    ("siren", ((weak_siren, 0), (tick, 900), (weak_siren, 950)), "sounding", "steady", "alert"),
    ("siren", ((weak_siren, 0), (short, 5), (siren, 9)), "sounding", "off", "alert"),
    ("degraded", ((flaw, 0), (mend, 9)), "idle", "off", "ended"),
    ("degraded", ((flaw, 0), (tick, HALF_DAY)), "sounding", "blip", "alert"),
    ("degraded", ((flaw, 0), (tick, HALF_DAY), (mend, 43210)), "idle", "off", "ended"),
    ("degraded", ((flaw, 0), (tick, HALF_DAY), (short, 43210)), "paused", "blip", "paused"),
    ("degraded", ((flaw, 0), (tick, HALF_DAY), (short, 43210), (mend, 43220)), "idle", "off",
     "ended"),
    ("degraded", ((flaw, 0), (long, 9)), "taken", "blip", "ack"),
    ("degraded", ((flaw, 0), (long, 9), (mend, 19)), "idle", "off", "ended"),
    ("degraded", ((flaw, 0), (long, 9), (other_flaw, 19)), "waiting", "blip", "waiting"),
    ("degraded", ((flaw, 0), (other_flaw, 9)), "waiting", "blip", "degraded"),
)  # fmt: skip


def test_walks():
    for name, acts, state, yellow, last in WALKS:
        a = Alert()
        for act, now_s in acts:
            a.tick(now_s)
            act(a, now_s)
        channel = [c for c in a.channels if c.name == name][0]
        label = (name, [(act.__name__, t) for act, t in acts])
        assert channel.state == state, (label, channel.state)
        assert a.lamps["yellow"] == yellow, (label, a.lamps)
        assert a.events[-1][0] == last, (label, a.events)
