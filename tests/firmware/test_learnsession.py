# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""How often a learning session may keep the alerts away."""

from learnsession import MOST_A_DAY, MOST_AN_HOUR, SECONDS, LearnSession


class Nothing:
    profile = None
    reason = "no pump sound"


class Listener:
    def learn(self):
        pass

    def learned(self, name, source):
        return Nothing()


class Outputs:
    beeps = 0

    def selftest(self):
        self.beeps += 1
        return True


class Bench:
    def __init__(self):
        self.records = []
        self.outputs = Outputs()

        def log(kind, fields, urgent=False):
            self.records.append((kind, dict(fields)))

        self.session = LearnSession(Listener(), self.outputs, log, None, None)

    def muted_s(self, seconds, asks=True):
        """Seconds without alerts, while a script asks for a session in each of them."""
        muted = 0
        for _ in range(seconds):
            if asks:
                self.session.start("port")
            muted += self.session.active
            self.session.second()
        return muted

    def kinds(self, kind):
        return [fields for name, fields in self.records if name == kind]


def test_a_script_that_asks_for_ever_mutes_six_minutes_an_hour_and_twelve_a_day():
    bench = Bench()
    assert bench.muted_s(3600) == MOST_AN_HOUR * SECONDS == 360
    assert bench.muted_s(86400 - 3600) == (MOST_A_DAY - MOST_AN_HOUR) * SECONDS
    assert bench.muted_s(86400) == MOST_A_DAY * SECONDS == 720
    # It is told, once for each time that it begins to be too often, and not at each try.
    told = [fields for fields in bench.kinds("not_learned") if "via" in fields]
    assert 2 <= len(told) <= 6 and "most" in told[0]["reason"] and told[0]["via"] == "port"
    assert len(bench.records) < 60


def test_a_person_may_try_again_and_is_told_when_it_is_too_often():
    bench = Bench()
    for _ in range(MOST_AN_HOUR):
        assert bench.session.start("button")
        assert not bench.session.start("port") and "already" in bench.session.why
        bench.muted_s(SECONDS + 5, False)
    beeps = bench.outputs.beeps
    assert not bench.session.start("button") and "an hour" in bench.session.why
    bench.muted_s(5, False)
    assert bench.outputs.beeps == beeps + 2  # two: refused
    bench.muted_s(3600, False)
    assert bench.session.start("button")
