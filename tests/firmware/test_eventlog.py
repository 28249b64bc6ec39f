# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Event log: CRC, rotation, torn tails, faults; on real files in a scratch folder."""

import os

import eventlog
import store
from eventlog import EventLog, format_line, parse_line


class Scratch:
    """A folder that is gone afterwards, on CPython and MicroPython alike."""

    def __enter__(self):
        base = "build/tmp"
        try:
            os.stat(base)
        except OSError:
            base = "."
        self.path = base + "/chimewatch-test-" + "".join("%02x" % b for b in os.urandom(6))
        os.mkdir(self.path)
        return self.path

    def __exit__(self, *_):
        _remove(self.path)


def _remove(path):
    for name in os.listdir(path):
        inner = path + "/" + name
        try:
            os.remove(inner)
        except OSError:
            _remove(inner)
    os.rmdir(path)


class Disk:
    """open() that fails on demand: with an errno, or after writing only part of the data."""

    def __init__(self):
        self.errno = 0
        self.tear_at = -1
        self.opened = 0

    def __call__(self, path, mode):
        self.opened += 1
        if self.errno and mode != "rb":
            raise OSError(self.errno)
        file = open(path, mode)
        return _Torn(file, self.tear_at) if self.tear_at >= 0 and mode != "rb" else file


class _Torn:
    def __init__(self, file, tear_at):
        self._file = file
        self._tear_at = tear_at

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()

    def write(self, data):
        self._file.write(data[: self._tear_at])
        self._file.flush()
        raise OSError(5)


def _records(directory):
    return [record for record, _ in eventlog.read(directory) if record is not None]


def test_line_carries_all_fields_and_a_checksum():
    line = format_line(7, "heard", (("hz", [1000, 1200]), ("why", 'a "q"')), 195000000, 12)
    assert line.endswith(b'"}\n')
    record = parse_line(line)
    assert record["n"] == 7 and record["k"] == "heard" and record["up"] == 12
    assert record["hz"] == [1000, 1200] and record["why"] == 'a "q"'
    assert record["t"] == "2026-03-06T22:40:00Z", record["t"]
    assert parse_line(format_line(1, "boot", (), None, 0))["t"] is None


def test_every_changed_or_missing_byte_is_noticed():
    line = format_line(3, "alert", (("priority", "high"),), None, 5)
    for at in range(len(line) - 1):
        assert parse_line(line[:at]) is None, at
        assert parse_line(line[:at] + bytes([line[at] ^ 1]) + line[at + 1 :]) is None, at


def test_long_fields_are_cut_but_the_line_is_whole():
    line = format_line(1, "error", (("trace", "x" * 5000), ("more", 1)), None, 0)
    assert len(line) < 1000
    assert parse_line(line)["trace"].startswith("xxx")


def test_a_line_stays_short_whatever_its_fields():
    """The port reads a line in a piece of 1 KB."""
    escapes = "\x01" * 400
    euros = "\u20ac" * 400
    for value in ("x" * 400, escapes, euros, [1] * 300):
        fields = tuple(("f%d" % i, value) for i in range(8))
        line = format_line(1, "error", fields, None, 0)
        assert len(line) <= eventlog.LONGEST_BYTES, len(line)
        assert sorted(parse_line(line)) == ["c", "f0", "f1", "f2", "f3", "f4", "f5", "f6", "f7"] + [
            "k",
            "n",
            "t",
            "up",
        ]


class Narrow:
    """A file whose lines may be read in short pieces only: a whole damaged one takes 32 KB."""

    def __init__(self, path, mode):
        self._file = open(path, mode)

    def readline(self, most=None):
        assert most is not None and most <= eventlog.LONGEST_BYTES
        return self._file.readline(most)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()


def test_a_damaged_file_without_line_ends_takes_little_memory():
    with Scratch() as path:
        with open(path + "/000001.jsonl", "wb") as file:
            file.write(format_line(7, "heard", (), None, 7) + b"\xff" * 16000)
        log = EventLog(path, Narrow)
        log.recover()
        assert log.torn >= 1 and log.add("boot", (), None, 0) == 8
        got = [record["n"] for record, _ in eventlog.read(path, Narrow) if record]
        assert got == [7]


def test_acknowledged_only_after_commit():
    with Scratch() as path:
        log = EventLog(path + "/log")
        log.recover()
        n = log.add("boot", (), None, 0)
        assert log.acked_n < n and log.waiting == 1
        assert log.commit()
        assert log.acked_n == n and log.waiting == 0
        assert [r["n"] for r in _records(path + "/log")] == [n]


def test_numbers_go_on_after_a_restart():
    with Scratch() as path:
        for _ in range(3):
            log = EventLog(path)
            log.recover()
            log.add("boot", (), None, 0)
            log.add("heard", (), None, 1)
            log.commit()
        assert [r["n"] for r in _records(path)] == [1, 2, 3, 4, 5, 6]


def test_rotation_bounds_the_size_and_keeps_the_newest():
    with Scratch() as path:
        log = EventLog(path, file_bytes=400, files=3)
        log.recover()
        for i in range(60):
            log.add("heard", (("i", i),), None, i)
            assert log.commit()
        assert len(eventlog.file_numbers(path)) == 3
        seen = [r["i"] for r in _records(path)]
        assert seen == list(range(seen[0], 60)) and len(seen) >= 10


def test_torn_tail_is_kept_apart_and_the_log_goes_on():
    with Scratch() as path:
        log = EventLog(path)
        log.recover()
        log.add("boot", (), None, 0)
        log.commit()
        with open(path + "/000001.jsonl", "ab") as file:
            file.write(b'{"n":2,"t":null,"up":')
        log = EventLog(path)
        log.recover()
        assert log.torn == 1
        n = log.add("boot", (), None, 0)
        assert n == 2
        assert log.commit()
        assert eventlog.file_numbers(path) == [1, 2]
        assert [r["n"] for r in _records(path)] == [1, 2]


def test_reading_goes_on_after_bad_lines_of_any_kind():
    with Scratch() as path:
        good = [format_line(n, "heard", (), None, n) for n in (1, 2, 3)]
        with open(path + "/000001.jsonl", "wb") as file:
            file.write(b"\xff\xfe\x00 not a line\n" + good[0] + b"\n\n" + good[1][:20] + good[1])
            file.write(b"\x00" * 300 + b"\n" + good[2])
        # The torn line swallows the one glued to it: that is why a new file follows a torn tail.
        assert [r["n"] for r in _records(path)] == [1, 3]


def test_only_damaged_files_still_give_new_numbers():
    with Scratch() as path:
        with open(path + "/000004.jsonl", "wb") as file:
            file.write(b"\xff" * 100)
        log = EventLog(path)
        log.recover()
        assert log.add("boot", (), None, 0) > 1000
        assert log.commit() and len(_records(path)) == 1


def test_failing_disk_keeps_records_and_removes_nothing():
    with Scratch() as path:
        disk = Disk()
        log = EventLog(path, opener=disk)
        log.recover()
        log.add("boot", (), None, 0)
        assert log.commit()
        disk.errno = 5
        log.add("alert", (("priority", "high"),), None, 1)
        assert not log.commit()
        assert log.fault and log.waiting == 1 and log.acked_n == 1
        disk.errno = 0
        assert log.commit() and log.fault == ""
        assert [r["n"] for r in _records(path)] == [1, 2]


def test_torn_write_is_repeated_in_a_new_file_without_doubles():
    with Scratch() as path:
        disk = Disk()
        log = EventLog(path, opener=disk)
        log.recover()
        first = log.add("alert", (), None, 0)
        size = len(format_line(first, "alert", (), None, 0))
        log.add("ack", (), None, 1)
        disk.tear_at = size + 9
        assert not log.commit() and log.acked_n == 0
        disk.tear_at = -1
        assert log.commit()
        assert [r["n"] for r in _records(path)] == [1, 2]


def test_full_disk_gives_up_the_oldest_file():
    with Scratch() as path:
        log = EventLog(path, file_bytes=100, files=10)
        log.recover()
        for i in range(8):
            log.add("heard", (("i", i),), None, i)
            log.commit()
        before = eventlog.file_numbers(path)

        class Full(Disk):
            def __call__(self, name, mode):
                if mode == "ab" and len(eventlog.file_numbers(path)) >= len(before):
                    raise OSError(28)
                return open(name, mode)

        log._open = Full()
        log.add("alert", (), None, 9)
        assert log.commit()
        assert eventlog.file_numbers(path)[0] == before[0] + 1
        assert _records(path)[-1]["k"] == "alert"


def test_queue_is_bounded_and_counts_what_it_lost():
    log = EventLog("nowhere-that-is-written")
    for i in range(eventlog.QUEUE_LINES + 5):
        log.add("heard", (("i", i),), None, i)
    assert log.waiting == eventlog.QUEUE_LINES and log.lost == 5


def test_state_is_replaced_whole_and_damage_is_told():
    with Scratch() as path:
        name = path + "/alert.json"
        assert store.load(name) == (None, "absent")
        store.save(name, {"latched": True, "hz": [1000, 1250]})
        store.save(name, {"latched": False})
        assert store.load(name) == ({"latched": False}, "")
        with open(name, "rb") as file:
            text = file.read()
        for bad in (text[:-1], text[:5], b"", text.replace(b"false", b"true ")):
            with open(name, "wb") as file:
                file.write(bad)
            assert store.load(name) == (None, "damaged"), bad


def test_failed_save_leaves_the_old_state():
    with Scratch() as path:
        name = path + "/alert.json"
        store.save(name, 1)
        disk = Disk()
        disk.tear_at = 3
        try:
            store.save(name, 2, disk)
        except OSError:
            pass
        assert store.load(name) == (1, "")
