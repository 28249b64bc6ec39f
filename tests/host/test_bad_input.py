# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Logs that were damaged in every way: the commands answer, or refuse in one line, never a trace.

Torn and overwritten bytes, and lines with a right checksum whose fields are not what they should
be: other types, huge numbers, no numbers, foreign markup, times that no calendar has.
"""

import binascii
import io
import json
import random

import pytest

from host_tools import cli
from host_tools.logbook import open_log
from tests.host.test_logbook import folder
from tests.host.test_report import HOUR, NASTY, night
from tests.host.test_walk_test import walked

BASE = night() + walked(6.5 * HOUR, 8, n=19)
ODD = (
    None, True, -1, 10**30, 1.5e308, float("nan"), "", NASTY, "x" * 5000, [], [[]], {}, "\x1b[31m",
    "2026-02-30T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z",
)  # fmt: skip
ROUNDS = range(16)


def sealed(record: dict) -> bytes:
    body = json.dumps(record, separators=(",", ":")).encode()[:-1]
    return body + b',"c":"%08x"}\n' % binascii.crc32(body + b"}")


def torn(dice: random.Random) -> bytes:
    data = bytearray(BASE)
    for _ in range(dice.randint(1, 20)):
        at = dice.randrange(len(data))
        if dice.random() < 0.5:
            data[at] = dice.randrange(256)
        else:
            del data[at : at + dice.randint(1, 50)]
    return bytes(data)


def odd(dice: random.Random) -> bytes:
    rows = [json.loads(row) for row in BASE.splitlines()]
    share = dice.choice((0.1, 0.4))
    for row in rows:
        row.pop("c")
        for key in list(row):
            if dice.random() < share:
                row[key] = dice.choice(ODD)
    if dice.random() < 0.3:
        dice.shuffle(rows)
    return b"".join(map(sealed, rows))


@pytest.mark.parametrize("seed", ROUNDS)
@pytest.mark.parametrize("harm", [torn, odd])
def test_every_command_answers_or_refuses_in_one_line(harm, seed, tmp_path, capsys):
    source = folder(tmp_path, harm(random.Random(seed)))
    page = tmp_path / "page.html"
    for command in (
        ["log", source, "--all"], ["log", source, "--csv"], ["log", source, "--json"],
        ["report", source, "--out", page, "--json"], ["walk-test", source],
    ):  # fmt: skip
        err = io.StringIO()
        status = cli.main([str(word) for word in command], stderr=err)
        out = capsys.readouterr().out
        assert status in (0, 2), err.getvalue()
        assert err.getvalue().count("\n") == (status == 2) and "unexpected" not in err.getvalue()
        assert "\x1b" not in out
        if "--json" in command and status == 0:
            json.loads(out, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    if page.exists():
        text = page.read_text("utf-8")
        assert "<script" not in text and "<img" not in text


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        ({"up": 10**30}, "damaged line", "a number that no device writes"),
        ({"ago_ms": float("nan")}, "damaged line", "a number that no device writes"),
        ({"t": "9999-12-31T23:59:59Z"}, "impossible time", "9999-12-31"),
        ({"t": "2026-02-30T00:00:00Z"}, "impossible time", "2026-02-30"),
    ],
)
def test_what_cannot_be_is_named_with_its_line(change, kind, words, tmp_path):
    rows = [json.loads(row) for row in BASE.splitlines()]
    rows[2].update(change)
    for row in rows:
        row.pop("c")
    problems = open_log(folder(tmp_path, b"".join(map(sealed, rows)))).problems
    named = [problem for problem in problems if problem.where == "log/000001.jsonl:3"]
    assert [problem.kind for problem in named] == [kind] and words in named[0].text
