# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Reading a device's log: every kind of damage is named with its place, nothing good is lost."""

import binascii
import json
import random
import re
from datetime import UTC, datetime

import pytest

from host_tools import log_words
from host_tools.errors import UserError
from host_tools.log_lines import parse
from host_tools.logbook import open_log
from host_tools.simulator import flash
from tests.host.fake_device import heard, line


def raw(**record) -> bytes:
    """A line with a right checksum and any fields at all."""
    body = json.dumps(record, separators=(",", ":")).encode()[:-1]
    return body + b',"c":"%08x"}\n' % binascii.crc32(body + b"}")


def folder(tmp_path, *files: bytes):
    (tmp_path / "log").mkdir()
    for number, data in enumerate(files, 1):
        (tmp_path / "log" / f"{number:06d}.jsonl").write_bytes(data)
    return tmp_path


def test_a_good_log_has_no_problems(tmp_path):
    log = open_log(folder(tmp_path, line(1, 0, "boot") + heard(2, 5, "chime"), line(3, 9, "gap")))
    assert [entry.record["n"] for entry in log.entries] == [1, 2, 3]
    assert (log.problems, log.notes) == ([], [])
    assert log.span == (
        datetime(2026, 1, 15, 22, 0, 0, tzinfo=UTC),
        datetime(2026, 1, 15, 22, 0, 9, tzinfo=UTC),
    )


def test_each_damage_is_named_with_file_and_line(tmp_path):
    good = [line(n, n, "lamp", cond="chime") for n in range(1, 9)]
    changed = good[2].replace(b"chime", b"chimf")
    log = open_log(
        folder(
            tmp_path,
            good[0] + good[1] + changed + good[3],
            b"\xff\xfe nonsense \x1b[31m\n" + good[6] + good[7][:30],
        )
    )
    assert [entry.record["n"] for entry in log.entries] == [1, 2, 4, 7]
    told = [(problem.kind, problem.where) for problem in log.problems]
    assert told == [
        ("damaged line", "log/000001.jsonl:3"),
        ("missing", "log/000001.jsonl:4"),
        ("damaged line", "log/000002.jsonl:1"),
        ("missing", "log/000002.jsonl:2"),
        ("damaged line", "log/000002.jsonl:3"),
    ]
    texts = [problem.text for problem in log.problems]
    assert "checksum does not match" in texts[0]
    assert "record 3 is missing (1)" in texts[1]
    assert "records 5 to 6 are missing (2)" in texts[3]
    assert "breaks off" in texts[4]
    assert not any("\x1b" in text for text in texts)


def test_written_twice_counts_once_and_two_devices_are_noticed(tmp_path):
    one, other = line(1, 0, "boot"), line(1, 7, "boot", reason="another device")
    log = open_log(folder(tmp_path, one + one + line(2, 3, "gap") + other))
    assert [entry.record["n"] for entry in log.entries] == [1, 2, 1]
    assert [problem.kind for problem in log.problems] == ["numbers"]


def test_removed_old_files_are_a_note_not_damage(tmp_path):
    log = open_log(folder(tmp_path, line(57, 0, "boot")))
    assert not log.problems
    assert "records 1 to 56 are no longer kept" in log.notes[0]


def test_a_record_without_a_clock_gets_its_time_by_uptime_in_its_session_only(tmp_path):
    lines = [
        raw(n=1, t=None, up=5, k="boot"),
        raw(n=2, t="2026-01-15T22:00:10Z", up=10, k="gap", ms=300),
        raw(n=3, t=None, up=70, k="gap", ms=300),
        raw(n=4, t=None, up=0, k="boot"),
        raw(n=5, t=None, up=4, k="gap", ms=300),
    ]
    log = open_log(folder(tmp_path, b"".join(lines)))
    assert [entry.at and entry.at.strftime("%H:%M:%S") for entry in log.entries] == [
        "22:00:05", "22:00:10", "22:01:10", None, None,
    ]  # fmt: skip
    assert [entry.about for entry in log.entries] == [True, False, True, False, False]
    assert [session.number for session in log.sessions] == [0, 1]


@pytest.mark.parametrize("bad", ["2026-02-30T00:00:00Z", "yesterday", 7, ["x"], "9999-12-31T23:59"])
def test_impossible_times_are_told_and_derived(tmp_path, bad):
    data = raw(n=1, t="2026-01-15T22:00:00Z", up=0, k="boot") + raw(n=2, t=bad, up=9, k="gap")
    log = open_log(folder(tmp_path, data))
    if bad == "9999-12-31T23:59":  # it is a date, however odd
        return
    assert [problem.kind for problem in log.problems] == ["impossible time"]
    assert log.entries[1].about and log.entries[1].at.second == 9


def test_what_is_no_log_is_refused_in_one_line(tmp_path):
    (tmp_path / "odd.img").write_bytes(b"x" * 5000)
    (tmp_path / "blank.img").write_bytes(b"\xff" * 4096 * 8)
    (tmp_path / "empty").mkdir()
    (tmp_path / "zero.img").write_bytes(b"")
    for name in ("absent", "odd.img", "blank.img", "empty", "zero.img"):
        with pytest.raises(UserError) as error:
            open_log(tmp_path / name)
        assert "\n" not in str(error.value) and name in str(error.value)


def test_a_log_of_nothing_but_damage_is_no_error(tmp_path):
    log = open_log(folder(tmp_path, b"\x00" * 1000 + b"\n{}\n[]\n"))
    assert log.entries == [] and len(log.problems) == 3 and log.span is None


def test_a_real_flash_image(tmp_path):
    image = tmp_path / "flash.img"
    flash.write_file(image, "log/000001.jsonl", line(1, 0, "boot") + line(2, 4, "gap", ms=400))
    flash.write_file(image, "settings.json", b'{"name": "Ada"}')
    log = open_log(image)
    assert len(log.entries) == 2 and log.settings == b'{"name": "Ada"}'


def test_random_damage_never_ends_the_reading():
    dice = random.Random(5)
    data = b"".join(line(n, n, "lamp", cond="chime") for n in range(1, 30))
    for _ in range(300):
        spoiled = bytearray(data)
        for _ in range(dice.randrange(1, 20)):
            spoiled[dice.randrange(len(spoiled))] = dice.randrange(256)
        for number, text in enumerate(bytes(spoiled).split(b"\n")):
            record, why = parse(text, number == 29)
            assert (record is None) == bool(why)


def test_deep_nesting_with_a_right_checksum_is_damage_too():
    deep = b'{"n":1,"x":' + b"[" * 100_000
    whole = deep + b',"c":"%08x"}' % binascii.crc32(deep + b"}")
    assert parse(whole, False)[0] is None


def test_every_kind_the_firmware_logs_has_words(root):
    source = "".join(file.read_text("utf-8") for file in (root / "firmware").rglob("*.py"))
    kinds = set(re.findall(r'\.log\(\s*"([a-z_ ]+)"', source))
    kinds |= set(re.findall(r'events\.append\(\("([a-z_ ]+)"', source))
    kinds |= set(re.findall(r'_event\("([a-z_ ]+)"', source))
    kinds |= set(re.findall(r'log\.add\("([a-z_ ]+)"', source))
    assert {"boot", "heard", "alert", "paused"} - kinds <= {"heard", "boot"}
    assert not kinds - set(log_words.SENTENCES)


@pytest.mark.parametrize("kind", sorted(log_words.SENTENCES))
def test_words_survive_absent_and_odd_fields(kind):
    for record in (
        {"k": kind},
        {"k": kind, "hz": "x", "ms": "y", "snr_db10": None, "after_s": [], "by_s": {}, "name": 5},
        {"k": kind, "cond": "\x1b[2J", "sound": "<b>", "reason": "a\nb", "detail": "\x00" * 999},
    ):
        text, _ = log_words.say(record)
        assert text and text.isprintable() and len(text) <= 300
