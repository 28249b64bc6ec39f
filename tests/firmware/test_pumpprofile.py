# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Which profile is listened for; learning sessions keep what there was when they refuse."""

import json
import os

import learnsession
import pumpprofile
import store
from test_matching import chime

FILE = "profile-test.json"


def value(name="mine"):
    return {"format": 1, "name": name, "source": "t", "sounds": [chime()]}


def chosen(name, text=None, stored=None):
    try:
        os.remove(FILE)
    except OSError:
        pass
    if text is not None:
        with open(FILE, "wb") as file:
            file.write(text)
    if stored is not None:
        store.save(FILE, stored)
    try:
        return pumpprofile.choose(name, FILE, ("firmware", ""))
    finally:
        if text is not None or stored is not None:
            os.remove(FILE)


def test_nothing_there_and_nothing_asked():
    assert chosen("") == ([], "")


def test_the_learned_one_is_taken_as_json_and_as_the_device_stores_it():
    plain = json.dumps(value()).encode()
    for found, fault in (chosen("", text=plain), chosen("mine", stored=value())):
        assert not fault and found[0].name == "mine" and found[0].knows("chime")


def test_blind_is_blind():
    assert chosen("blind", stored=value()) == ([], "")


def test_a_shipped_one_by_name():
    found, fault = chosen("synchromed-ii")
    assert not fault and found[0].name == "SynchroMed II"


def test_a_name_that_is_nowhere():
    found, fault = chosen("nonesuch")
    assert found == [] and "there is no 'nonesuch'" in fault


def test_a_bad_file_is_a_fault_that_names_the_field():
    bad = value()
    bad["sounds"][0]["tones"] = [[200, 300]]
    for options in ({"stored": bad}, {"text": json.dumps(bad).encode()}):
        found, fault = chosen("", **options)
        assert found == [] and "sounds[0].tones[0]" in fault, fault
    found, fault = chosen("", text=b"torn")
    assert found == [] and FILE in fault
    # A shipped one that was asked for by name is heard all the same.
    assert chosen("synchromed-ii", text=b"torn")[0]


class Listener:
    def __init__(self, proposal):
        self.proposal = proposal
        self.learning = False

    def learn(self):
        self.learning = True

    def learned(self, name, source):
        self.learning = False
        return self.proposal


class Proposal:
    def __init__(self, profile, reason=""):
        self.profile = profile
        self.reason = reason
        self.sure = 75


class Bench:
    def __init__(self, proposal):
        self.said = []
        self.used = []
        self.stored = []
        self.beeps = 0
        self.listener = Listener(proposal)
        self.session = learnsession.LearnSession(
            self.listener, self, self.log, self.used.append, self.stored.append
        )

    def selftest(self):
        self.beeps += 1
        return True

    def log(self, kind, fields=(), urgent=False):
        self.said.append((kind, dict(fields), urgent))


def test_a_session_ends_with_a_profile_that_is_used_and_stored():
    bench = Bench(Proposal(value()))
    session = bench.session
    assert session.start("button") and not session.start("port")
    for _ in range(learnsession.SECONDS - 1):
        session.second()
    assert session.active and bench.listener.learning and bench.beeps == 1
    for _ in range(3):
        session.second()
    assert not session.active and bench.beeps == 2
    assert bench.used[0][0].name == "mine" and bench.stored == [value()]
    assert [kind for kind, _, _ in bench.said] == ["learning", "learned_profile"]
    assert bench.said[1][2] and session.said == "learned, quality 75 of 95 points"


def test_a_refusal_keeps_what_there_was():
    bad = value()
    bad["sounds"] = []
    for proposal in (Proposal(None, "no pump sound"), Proposal(bad)):
        bench = Bench(proposal)
        bench.session.start("port")
        bench.session.stop()
        for _ in range(5):
            bench.session.second()
        assert not bench.session.active and bench.beeps == 3
        assert bench.used == [] and bench.stored == []
        assert bench.said[-1][0] == "not_learned" and bench.session.said.startswith("refused: ")
