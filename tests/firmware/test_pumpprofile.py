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
KEPT = "profile-test-kept.json"


def value(name="mine"):
    return {"format": 1, "name": name, "source": "t", "sounds": [chime()]}


def remove(*paths):
    for path in paths:
        try:
            os.remove(path)
        except OSError:
            pass


def write(path, content):
    """Bytes as they are, a profile as the device stores it; None = no such file."""
    remove(path)
    if isinstance(content, bytes):
        with open(path, "wb") as file:
            file.write(content)
    elif content is not None:
        store.save(path, content)


def starts(*files, name=""):
    """Power on with each of these as profile.json in turn. What the last start chose."""
    remove(FILE, KEPT)
    try:
        for content in files:
            write(FILE, content)
            found = pumpprofile.choose(name, FILE, KEPT, ("firmware", ""))
        return found
    finally:
        remove(FILE, KEPT)


def chosen(name, text=None, stored=None):
    return starts(stored if text is None else text, name=name)


def spoiled():
    bad = value("bad")
    bad["sounds"][0]["tones"] = [[200, 300]]
    return bad


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
    bad = spoiled()
    for options in ({"stored": bad}, {"text": json.dumps(bad).encode()}):
        found, fault = chosen("", **options)
        assert found == [] and "sounds[0].tones[0]" in fault, fault
    found, fault = chosen("", text=b"torn")
    assert found == [] and FILE in fault
    # A shipped one that was asked for by name is heard all the same.
    assert chosen("synchromed-ii", text=b"torn")[0]


def test_a_bad_file_after_a_good_one_leaves_the_good_one_in_use():
    plain = json.dumps(value()).encode()
    for good in (value(), plain):
        for bad, field in (
            (spoiled(), "sounds[0].tones[0]"),
            (json.dumps(spoiled()).encode(), "sounds[0].tones[0]"),
            (plain[:-20], ": profile: "),  # MicroPython reads on to the end, and misses a field
            (b"", "not valid JSON"),
            (b"RIFF" * 9000, "larger than"),
        ):
            for name in ("", "mine"):
                found, fault = starts(good, bad, bad, name=name)
                assert [p.name for p in found] == ["mine"] and found[0].knows("chime"), fault
                assert FILE in fault and field in fault and "it had is used" in fault, fault
    # The last good one, and no fault once the file is good again.
    assert starts(value("old"), value("new"), b"torn")[0][0].name == "new"
    found, fault = starts(value("old"), b"torn", value("new"))
    assert found[0].name == "new" and not fault


def test_an_unknown_name_leaves_the_learned_one_in_use():
    found, fault = chosen("mien", stored=value())
    assert found[0].name == "mine" and "there is no 'mien'; 'mine' is used" in fault
    found, fault = starts(value(), b"torn", name="mien")
    assert found[0].name == "mine" and FILE in fault


def test_a_file_that_was_removed_does_not_come_back():
    assert starts(value(), None) == ([], "")
    found, fault = starts(value(), None, b"torn")
    assert found == [] and FILE in fault and "used" not in fault


def test_blind_stays_blind_after_a_bad_file():
    write(KEPT, value())
    write(FILE, b"torn")
    try:
        assert pumpprofile.choose("blind", FILE, KEPT) == ([], "")
    finally:
        remove(FILE, KEPT)


def test_a_copy_that_is_torn_or_no_profile_is_not_used():
    whole = json.dumps(value()).encode()
    for copy in (b"00000000\n" + whole, whole[:40], b"", spoiled()):
        write(KEPT, copy)
        write(FILE, spoiled())
        try:
            found, fault = pumpprofile.choose("", FILE, KEPT)
            assert found == [] and "sounds[0].tones[0]" in fault and "used" not in fault
            write(FILE, whole)  # and the next good one takes its place
            assert pumpprofile.choose("", FILE, KEPT)[0][0].name == "mine"
            assert store.load(KEPT) == (value(), "")
        finally:
            remove(FILE, KEPT)


def test_the_copy_is_written_only_when_it_is_another_one():
    saved = []
    save = store.save

    def count(path, content):
        saved.append(path)
        save(path, content)

    store.save = count
    try:
        plain = json.dumps(value()).encode()
        for files, most in (((plain,) * 4, 1), ((plain, b"torn", plain), 1), ((b"torn",), 0)):
            del saved[:]
            starts(*files)
            assert saved == [KEPT] * most, (files, saved)
    finally:
        store.save = save


def test_a_flash_that_takes_no_write_costs_no_profile():
    def full(path, content):
        raise OSError(28)

    save, store.save = store.save, full
    try:
        found, fault = starts(json.dumps(value()).encode())
        assert found[0].name == "mine" and not fault
    finally:
        store.save = save


def test_what_was_learned_is_written_beside_its_copy():
    marked = []

    class Recorder:
        def changed(self, path):
            marked.append(path)

    learned = learnsession.Learned(None, None, Recorder(), (FILE, KEPT))
    learned.keep(value())
    assert marked == [FILE, KEPT] and learned.now() == value()


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
