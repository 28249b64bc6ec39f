# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The guides under docs/: their commands run as they stand, their links lead somewhere, their
tables name every fault, every reason and every message as the code has it."""

import io
import json
import re
import shlex
import shutil

import numpy as np
import pytest

from host_tools import browser, cli, devicelink, log_words, render, runtimes
from host_tools.languages import FOLDER as LANGUAGES
from host_tools.profile_files import check_profile
from host_tools.simulator import flash
from tests.host.audio_files import tone, wav
from tests.host.test_commands import COMMANDS as KNOWN
from tests.host.test_commands import options
from tests.host.test_report import HOUR, night
from tests.host.test_walk_test import PROFILE, walked

DOCS = runtimes.ROOT / "docs"
GUIDES = (
    "quick-start", "placement", "care-home", "troubleshooting", "safety-and-privacy", "engineering",
    "care-tools",
)  # fmt: skip
TEXTS = {name: (DOCS / f"{name}.md").read_text("utf-8") for name in GUIDES}
COMMANDS = sorted(
    {
        row.strip()
        for text in TEXTS.values()
        for row in text.splitlines()
        if re.match(r" {4,}chimewatch ", row)
    }
)
NEEDS_MONITOR = ("deploy", "doctor", "accept")


def alarm_test() -> np.ndarray:
    """A rendered siren and chime in a quiet room, as the clinic would play them."""
    rng = np.random.default_rng(1)
    sound = rng.standard_normal(14 * 16000) * 5e-4
    for at_s, kind, segments in (
        (3, "siren", render.siren(1200)),
        (9, "chime", render.chime(1500)),
    ):
        call = render.pump(rng, segments, kind).signal
        sound[at_s * 16000 : at_s * 16000 + len(call)] += 0.02 * call / np.abs(call).max()
    return sound


@pytest.fixture
def household(tmp_path, monkeypatch, request):
    """A folder with what the pages speak of, and no monitor at any port."""
    events = night() + walked(6.5 * HOUR, 8, n=19)
    flash.write_file(tmp_path / "flash.img", "log/000001.jsonl", events)
    for name in ("settings.json", "room-4-settings.json"):
        (tmp_path / name).write_text('{"name": "Ada", "surgery_date": "2022-03-04"}')
    (tmp_path / "settings.json.previous").write_text("{}")
    if not request.node.callspec.params["command"].startswith("chimewatch learn"):
        (tmp_path / "ours.json").write_text(json.dumps(PROFILE))
    shutil.copy(LANGUAGES / "en.toml", tmp_path / "my.toml")
    shutil.copy(LANGUAGES / "report" / "en.toml", tmp_path / "report.toml")
    wav(tmp_path / "recording.wav", tone(440, 4, 16000, 0.01), 16000, 16)
    wav(tmp_path / "clinic.wav", alarm_test(), 16000, 16)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setattr(devicelink, "candidates", lambda: [])
    monkeypatch.setattr("sys.stdin", io.StringIO("q\n"))
    return tmp_path


def test_there_are_commands_in_every_guide_that_should_have_them():
    assert len(COMMANDS) > 30
    for name in GUIDES:
        if name != "safety-and-privacy":
            assert re.search(r"^ {4,}chimewatch ", TEXTS[name], re.MULTILINE), name


@pytest.mark.parametrize("command", COMMANDS)
def test_it_runs(command, household, capsys):
    words = shlex.split(command)[1:]
    if words[0] not in KNOWN:
        pytest.skip(f"`chimewatch {words[0]}` is not there yet")
    if any(word.endswith(".pdf") for word in words) and browser.find() is None:
        pytest.skip("no Chromium or Chrome: no PDF")
    err = io.StringIO()
    status = cli.main(words, stderr=err)
    if words[0] in NEEDS_MONITOR:  # as far as the port
        assert status == 4 and "no monitor found" in err.getvalue()
        return
    assert status == 0, err.getvalue()
    assert capsys.readouterr().out or words[0] == "detect"  # it may find nothing
    if "--out" in words:
        made = household / words[words.index("--out") + 1]
        assert made.stat().st_size > (300 if made.suffix == ".json" else 3000)


@pytest.mark.parametrize("name", GUIDES)
def test_make_targets_exist(name):
    makefile = (runtimes.ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"^ {4,}make (\S+)|`make (\w+)", TEXTS[name], re.MULTILINE):
        assert re.search(rf"^{''.join(target)}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("name", GUIDES)
def test_links_and_pictures_lead_somewhere(name):
    for link in re.findall(r"\]\(([^)#]+)", TEXTS[name]):
        if "://" not in link:
            assert (DOCS / link).exists(), link
    for test in re.findall(r"`((?:tests|host_tools|hardware|firmware)/[\w/.-]+)`", TEXTS[name]):
        assert (runtimes.ROOT / test).exists(), test


@pytest.mark.parametrize("name", GUIDES)
def test_options_that_are_spoken_of_exist(name):
    everything = {option for command in KNOWN.values() for option in options(command)}
    everything |= {"--help", "--debug", "--install-completion", "--keep-flash"}
    for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", TEXTS[name]):
        assert option in everything, option


@pytest.mark.parametrize("fault", sorted(log_words.FAULTS))
def test_every_fault_is_explained(fault):
    if fault in ("recurrence", "display"):
        assert fault in log_words.FAULTS  # their own words say all there is to do
        return
    assert f"`{fault}`" in TEXTS["troubleshooting"]


def test_every_reason_is_explained():
    code = "".join(
        (runtimes.ROOT / "firmware" / "alarm" / f"{name}.py").read_text("utf-8")
        for name in ("chime", "company", "siren_tests")
    )
    reasons = set(re.findall(r'return "([a-z][a-z ]+)"', code))
    assert len(reasons) > 10
    told = TEXTS["troubleshooting"]
    assert sorted(reason for reason in reasons if reason not in told) == []


def test_every_message_is_the_code_s():
    sources = " ".join(
        path.read_text("utf-8") for path in (runtimes.ROOT / "host_tools").rglob("*.py")
    )
    sources = re.sub(r'"\s+f?"', "", sources)
    table = TEXTS["troubleshooting"].split("## Commands")[1]
    for message in re.findall(r"^\| (.+?) \|", table, re.MULTILINE):
        for quoted in re.findall(r"`([^`]+)`", message):
            assert quoted.lower() in sources.lower(), quoted


def test_the_engineers_example_of_a_profile_is_one(tmp_path):
    (example,) = re.findall(r'^ {4}\{"format".*?\}\]\}$', TEXTS["engineering"], re.M | re.S)
    path = tmp_path / "example.json"
    path.write_text(example, "utf-8")
    assert check_profile(path)
