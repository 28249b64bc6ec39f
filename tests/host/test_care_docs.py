# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The commands of docs/care-tools.md, run as they stand."""

import io
import shlex

import pytest

from host_tools import browser, cli, runtimes
from host_tools.simulator import flash
from tests.host.audio_files import tone, wav
from tests.host.test_report import night

DOC = runtimes.ROOT / "docs" / "care-tools.md"
COMMANDS = [
    line.strip()
    for line in DOC.read_text("utf-8").splitlines()
    if line.startswith("    chimewatch ")
]


@pytest.fixture
def household(tmp_path, monkeypatch):
    """A folder with what the page speaks of."""
    flash.write_file(tmp_path / "flash.img", "log/000001.jsonl", night())
    (tmp_path / "settings.json").write_text('{"name": "Ada", "surgery_date": "2022-03-04"}')
    (tmp_path / "settings.json.previous").write_text("{}")
    wav(tmp_path / "recording.wav", tone(440, 4, 16000, 0.01), 16000, 16)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "UTC")
    return tmp_path


def test_the_page_has_commands():
    assert len(COMMANDS) > 12


@pytest.mark.parametrize("command", COMMANDS)
def test_it_runs(command, household, capsys):
    words = shlex.split(command)[1:]
    if any(word.endswith(".pdf") for word in words) and browser.find() is None:
        pytest.skip("no Chromium or Chrome: no PDF")
    err = io.StringIO()
    assert cli.main(words, stderr=err) == 0, err.getvalue()
    assert capsys.readouterr().out
    if "--out" in words:
        assert (household / words[words.index("--out") + 1]).stat().st_size > 3000
