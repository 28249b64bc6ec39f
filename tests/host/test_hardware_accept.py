# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The acceptance test: the same steps on the simulated board, with faults, and led by a person."""

import io
import json
from datetime import UTC, datetime

import pytest
import typer
from simulated import each_runtime
from typer.testing import CliRunner

from host_tools import accept, accept_bench, accept_command, runtimes
from host_tools.errors import UserError

BEGAN = datetime(2026, 1, 15, 22, tzinfo=UTC)
x86_64 = each_runtime("x86-64")


def record(tmp_path, arch, build="basic", **options):
    steps = accept.read_steps(build)
    bench = accept_bench.SimulatedBoard(
        steps, tmp_path / "flash.img", runtime=runtimes.find(arch), **options
    )
    return accept.run(build, bench, lambda text: None, BEGAN)


def failed(result):
    return {step["id"] for step in result.steps if step["result"] != accept.PASSED}


@x86_64
def test_the_firmware_passes_on_the_simulated_board(tmp_path, arch):
    result = record(tmp_path, arch, "care_home", display=True)
    assert failed(result) == set(), result.text()
    assert result.device["board"] == "pico"
    assert [step["id"] for step in result.steps if step["id"].startswith("relay")] == [
        "relay drops", "relay returns",
    ]  # fmt: skip


@x86_64
@pytest.mark.parametrize(
    ("fault", "names"),
    [
        ({"t": 0.5, "fault": "mic_slot"}, {"microphone", "clap", "siren"}),
        ({"t": 0.5, "fault": "sounder_dead"}, {"sounder"}),
        ({"t": 0, "fault": "rtc_absent"}, {"clock"}),
        ({"t": 0.5, "adc": "supply", "value": 25000}, {"connect"}),
        ({"t": 0.5, "pin": "button", "value": 1}, set()),
    ],
)  # fmt: skip
def test_a_broken_device_fails_at_the_right_step(tmp_path, arch, fault, names):
    result = record(tmp_path, arch, inputs=[fault])
    assert names <= failed(result), result.text()
    assert result.passed == (not names)
    if names:
        assert "NOT ACCEPTED" in result.text()


@x86_64
def test_a_lost_adapter_that_is_not_told_fails(tmp_path, arch):
    deaf = {"t": 149.5, "adc": "mains", "value": 33100}  # the divider reads as if it were there
    assert failed(record(tmp_path, arch, "care_home", display=True, inputs=[deaf])) == {"mains cut"}


@x86_64
def test_a_clock_that_is_an_hour_off_fails(tmp_path, arch):
    result = record(tmp_path, arch, start_utc="2026-01-15T23:00:00Z")
    assert failed(result) == {"clock"} and "the clock is off by 36" in result.text()


def test_a_dead_button_fails(tmp_path):
    steps = accept.read_steps("basic")
    for step in steps:
        step.sim.pop("inputs", None) if step.id in ("pause", "acknowledge") else None
    bench = accept_bench.SimulatedBoard(steps, tmp_path / "flash.img")
    result = accept.run("basic", bench, lambda text: None, BEGAN)
    assert {"pause", "acknowledge"} <= failed(result)


class Script(accept.Bench):
    """Each step's seen answers in turn; None stops the test."""

    def __init__(self, seen, again=()):
        self.seen, self.retry, self.asked = list(seen), list(again), []

    def perform(self, step, fits):
        answer = self.seen.pop(0)
        if answer is None:
            raise accept.Stopped
        self.asked.append(step.id)
        return accept.Evidence([], answer)

    def again(self, step):
        return self.retry.pop(0) if self.retry else False


@pytest.fixture
def two_steps(tmp_path, monkeypatch):
    path = tmp_path / "two.toml"
    path.write_text(
        "".join(f"[[step]]\nid='{n}'\ntitle='{n}'\nfix='Turn {n}.'\nsee='{n}?'\n" for n in "ab")
    )
    original = accept.read_steps
    monkeypatch.setattr(accept, "read_steps", lambda build: original(build, path))


def test_a_failed_step_says_what_to_do_and_can_be_tried_again(two_steps):
    told = []
    bench = Script([False, True, True], again=[True])
    result = accept.run("basic", bench, told.append, BEGAN)
    assert result.passed and bench.asked == ["a", "a", "b"]
    assert any("not seen or heard: a?" in text and "What to do: Turn a." in text for text in told)
    assert [step["tries"] for step in result.steps] == [2, 1]
    result = accept.run("basic", Script([True, False]), told.append, BEGAN)
    assert not result.passed and result.steps[1]["fix"] == "Turn b."
    assert "what to do: Turn b." in result.text()


def test_a_test_that_is_stopped_leaves_the_rest_not_done(two_steps):
    result = accept.run("basic", Script([None]), lambda text: None, BEGAN)
    assert [step["result"] for step in result.steps] == ["not done", "not done"]
    assert [step["why"] for step in result.steps] == [["stopped by the person"], ["not reached"]]
    assert "NOT ACCEPTED" in result.text()


def test_a_monitor_that_never_answers_ends_the_test_at_once(two_steps):
    bench = Script([])
    bench.perform = lambda step, fits: (_ for _ in ()).throw(UserError("no monitor found"))
    told = []
    result = accept.run("basic", bench, told.append, BEGAN)
    assert [step["why"] for step in result.steps] == [["no monitor found"], ["not reached"]]
    assert any("no monitor found" in text and "What to do: Turn a." in text for text in told)


@pytest.mark.parametrize("build", accept.BUILDS)
def test_every_step_names_a_way_out(build):
    for step in accept.read_steps(build):
        assert len(step.fix) > 30 and step.fix.endswith("."), step.id


class Link:
    """A device that gives the answers of a list, then the last one for ever."""

    def __init__(self, answers):
        self.answers = answers

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def lines(self, command):
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        yield from answer


def person(answers, yes=True):
    told = []
    link = Link(answers)
    return accept_bench.Person(lambda: link, lambda q: yes, told.append), told


def test_a_person_is_led_and_asked_again_until_it_fits(monkeypatch):
    monkeypatch.setattr(accept_bench.time, "sleep", lambda s: None)
    step = accept.Step("a", "a", "Mend it.", do="Do it.", ask="health", see="Seen?", within_s=5,
                       expect=({"check": "field", "field": "listening", "is": True},))  # fmt: skip
    bench, told = person([UserError("restarting"), [{"listening": False}], [{"listening": True}]])
    evidence = bench.perform(step, lambda e: list(accept.CHECKS["field"](step.expect[0], e)))
    assert accept.judge(step, evidence) == [] and told == ["Do it."]
    bench, _ = person([[{"listening": True}]], yes=False)
    assert accept.judge(step, bench.perform(step, lambda e: [])) == ["not seen or heard: Seen?"]


def test_an_alert_of_yesterday_proves_nothing_today():
    expect = {"check": "record", "k": "alert"}
    old = accept.Evidence([{"n": 5, "k": "alert"}], since_n=5)
    assert list(accept.CHECKS["record"](expect, old))
    new = accept.Evidence([{"n": 6, "k": "alert"}], since_n=5)
    assert not list(accept.CHECKS["record"](expect, new))


def test_a_device_that_never_answers_is_not_done():
    bench, _ = person([UserError("no monitor found")])
    monkeypatched = accept.Step("a", "a", "Mend it.", ask="health", within_s=0)
    with pytest.raises(UserError, match="no monitor found"):
        bench.perform(monkeypatched, lambda e: [])


@pytest.mark.parametrize(
    ("expect", "lines", "says"),
    [
        ({"check": "field", "field": "up", "most": 60}, [{"up": 61}], "up is 61, at most 60"),
        ({"check": "field", "field": "up", "least": 1}, [], "the device did not tell up"),
        ({"check": "field", "field": "board", "in": ["pico"]}, [{"board": "x"}], "board is x"),
        ({"check": "no_fault", "prefix": "mic_"}, [{"faults": {"mic_silent": "zeros"}}],
         "the device reports mic_silent: zeros"),
        ({"check": "fault", "name": "mains"}, [{"faults": {}}], "does not report mains"),
        ({"check": "clock", "within_s": 120}, [{"t": None}], "does not know the time"),
        ({"check": "clock", "within_s": 120}, [{"t": "2026-01-15T23:00:00Z"}], "off by 3600 s"),
        ({"check": "record", "k": "ack"}, [{"k": "boot"}], "0 new records with k ack, at least 1"),
        ({"check": "whole"}, [{"n": 1}, {"n": 3}], "not in order and without a gap"),
        ({"check": "whole"}, [{"n": 1}, {"damaged": 40}], "1 damaged lines"),
        ({"check": "whole"}, [], "the log is empty"),
    ],
)  # fmt: skip
def test_complaints_name_what_is_wrong(expect, lines, says):
    evidence = accept.Evidence(lines, now=BEGAN)
    (text,) = accept.CHECKS[expect["check"]](expect, evidence)
    assert says in text


def test_the_list_s_own_mistakes_are_named(tmp_path):
    path = tmp_path / "acceptance.toml"
    for text, says in (
        ("[[step]]\nid='a'\ntitle='a'\nfix='b'\n", "'a' asks neither"),
        ("[[step]]\nid='a'\ntitle='a'\nfix='b'\nask='log'\nexpct=[]\n", "wrong or a missing key"),
        ("[[step]]\nid='a'\ntitle='a'\nask='log'\n", "wrong or a missing key"),  # no way out
        ("[[step]]\nid='a'\ntitle='a'\nfix='b'\nask='log'\nexpect=[{check='magic'}]\n",
         "no check 'magic'"),
        ("[[step", "cannot be used"),
    ):  # fmt: skip
        path.write_text(text)
        with pytest.raises(UserError, match=says):
            accept.read_steps("basic", path)
    with pytest.raises(UserError, match="unknown build 'x'"):
        accept.read_steps("x")


@x86_64
def test_the_command_writes_a_record(tmp_path, arch):
    app = typer.Typer()
    accept_command.register(app)
    target = tmp_path / "box.json"
    words = ["--simulated", "--record", str(target), "--by", "A. Parent", "--json"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    kept = json.loads(target.read_text())
    assert json.loads(done.stdout) == kept and "ACCEPTED" in done.stderr
    assert kept["passed"] and kept["simulated"] and kept["tested_by"] == "A. Parent"
    text = target.with_suffix(".txt").read_text()
    assert "SIMULATED BOARD" in text and "ACCEPTED; signed off by A. Parent" in text
    with pytest.raises(UserError, match="never overwritten"):
        accept_command.lead("basic", None, target, "", True, io.StringIO())


def test_bad_targets_are_refused_before_anything_is_done(tmp_path):
    for target, says in ((tmp_path / "no" / "x.json", "folder does not exist"),
                         (tmp_path / "x.pdf", "is a .json file")):  # fmt: skip
        with pytest.raises(UserError, match=says):
            accept_command.lead("basic", None, target, "", True, io.StringIO())


def test_the_sounds_to_play_are_wav_files(tmp_path):
    import wave

    accept_bench.write_calls(tmp_path)
    for name, least, most in (("siren", 4.5, 6), ("chime", 2.9, 4)):
        with wave.open(str(tmp_path / f"{name}.wav")) as file:
            assert file.getframerate() == 16000
            assert least < file.getnframes() / 16000 < most
    with pytest.raises(UserError, match="cannot be written"):
        accept_bench.write_calls(tmp_path / "none")
