# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Event log: JSON lines in rotated files of a bounded total size.

In: ``add(kind, fields, utc_s, up_s)`` at any time (RAM only), ``commit()`` through the flash gate.
Out: files ``NNNNNN.jsonl`` of lines {"n":…,"t":…,"up":…,"k":…,fields…,"c":…}; ``c`` is the CRC-32
(8 hex digits) of the line's JSON object without ``c``. A record is acknowledged (``acked_n``) only
after ``flush()``.

Nothing here raises on a bad file system: ``fault`` says what is wrong, records wait in a bounded
queue (``lost`` counts those that fell out), and the monitor goes on. Nothing is ever formatted.
"""

import binascii
import json
import os

import store

from drivers.clock import iso

FILE_BYTES = 16384  # four flash sectors
FILES = 24  # 384 KiB in all, about 3000 records
QUEUE_LINES = 48
MAX_LINE_BYTES = 600  # longer fields are cut
LONGEST_BYTES = 1024  # of any line; a damaged file is read in such pieces
# When every file is damaged, numbering goes on above what they can have held.
_MAX_RECORDS_A_FILE = 512
ENOSPC = 28


def format_line(n, kind, fields, utc_s, up_s):
    """One line as bytes, newline included. ``fields``: pairs (name, JSON-able value)."""
    head = '{"n":%d,"t":%s,"up":%d,"k":"%s"' % (
        n,
        "null" if utc_s is None else '"' + iso(utc_s) + '"',
        up_s,
        kind,
    )
    parts = [head]
    size = len(head)
    for name, value in fields:
        part = ',"%s":%s' % (name, json.dumps(value))
        if size + len(part.encode()) > MAX_LINE_BYTES:
            # A traceback may be long; the line stays readable. An escape has up to six bytes.
            room = max(0, MAX_LINE_BYTES - size)
            part = ',"%s":%s' % (name, json.dumps(str(value)[: room // 2]))
            if len(part.encode()) > room + 100:
                part = ',"%s":%s' % (name, json.dumps(str(value)[: room // 6]))
        parts.append(part)
        size += len(part.encode())
    body = "".join(parts).encode()
    return body + b',"c":"%08x"}\n' % binascii.crc32(body + b"}")


def parse_line(line):
    """The record as a dict, or None when the line is torn or damaged."""
    line = line.rstrip(b"\n")
    at = line.rfind(b',"c":"')
    if at < 0 or line[at + 14 :] != b'"}':
        return None
    if line[at + 6 : at + 14] != b"%08x" % binascii.crc32(line[:at] + b"}"):
        return None
    try:
        return json.loads(line.decode())
    except (ValueError, UnicodeError):
        return None


def file_numbers(directory):
    """Numbers of the log files, ascending; raises OSError."""
    return sorted(
        int(name[:6])
        for name in os.listdir(directory)
        if len(name) == 12 and name[6:] == ".jsonl" and name[:6].isdigit()
    )


def read(directory, opener=open):
    """Yield (record or None, raw line) of every file, oldest first. A bad line or file never ends
    the reading; a record that was written twice (a retry after a fault) comes once."""
    last_n = 0
    for number in file_numbers(directory):
        try:
            with opener("%s/%06d.jsonl" % (directory, number), "rb") as file:
                while True:
                    line = file.readline(LONGEST_BYTES)
                    if not line:
                        break
                    record = parse_line(line)
                    if record is not None:
                        if record["n"] <= last_n:
                            continue
                        last_n = record["n"]
                    yield record, line
        except OSError:
            yield None, b""


class EventLog:
    def __init__(self, directory, opener=open, file_bytes=FILE_BYTES, files=FILES):
        self._directory = directory
        self._open = opener
        self._file_bytes = file_bytes
        self._files = files
        self._number = 1  # of the file that is written
        self._size = 0
        self._touched = False  # the present write has opened its file
        self._queue = []
        self._next_n = 1
        self.acked_n = 0
        self.lost = 0
        self.torn = 0  # torn or damaged lines met at start
        self.fault = ""
        self.tap = None  # function(line) that also wants each new record

    def recover(self):
        """Find the end of the log. Damaged lines stay where they are; a file that ends in one is
        left alone and a new file begun, so that no good record follows a torn one."""
        try:
            store.ensure_folder(self._directory)
            numbers = file_numbers(self._directory)
        except OSError as error:
            self.fault = "log folder: %s" % error
            return
        for number in reversed(numbers):
            last_n, ends_well, size, bad = self._scan(number)
            self.torn += bad
            if number == numbers[-1]:
                self._number = number if ends_well else number + 1
                self._size = size if ends_well else 0
            if last_n:
                self._next_n = last_n + 1 + (numbers[-1] - number) * _MAX_RECORDS_A_FILE
                break
        else:
            if numbers:
                self._next_n = numbers[-1] * _MAX_RECORDS_A_FILE
        self.acked_n = self._next_n - 1

    def _scan(self, number):
        last_n = size = bad = 0
        ends_well = True
        try:
            with self._open(self._path(number), "rb") as file:
                while True:
                    line = file.readline(LONGEST_BYTES)
                    if not line:
                        break
                    size += len(line)
                    record = parse_line(line)
                    ends_well = record is not None and line[-1:] == b"\n"
                    if record is None:
                        bad += 1
                    else:
                        last_n = record["n"]
        except OSError:
            return last_n, False, size, bad + 1
        return last_n, ends_well, size, bad

    def _path(self, number):
        return "%s/%06d.jsonl" % (self._directory, number)

    @property
    def waiting(self):
        return len(self._queue)

    @property
    def crowded(self):
        return len(self._queue) > QUEUE_LINES * 3 // 4

    def add(self, kind, fields, utc_s, up_s):
        """Queue a record; returns its number. Allocates: for events, not for every block."""
        n = self._next_n
        self._next_n = n + 1
        if len(self._queue) >= QUEUE_LINES:
            # The newest are kept: what happens now matters to whoever comes now.
            self._queue.pop(0)
            self.lost += 1
        line = format_line(n, kind, fields, utc_s, up_s)
        self._queue.append(line)
        if self.tap is not None:
            self.tap(line)
        return n

    def unwritten(self):
        """The lines that still wait, oldest first."""
        return self._queue[:]

    def commit(self):
        """Write and flush all that waits; True when acknowledged. Only through the flash gate."""
        for _ in range(2):
            self._touched = False
            try:
                self._write()
                self.fault = ""
                return True
            except OSError as error:
                self.fault = "log write: %s" % error
                # Whatever arrived may be torn: go on in a new file.
                if self._touched:
                    self._number += 1
                    self._size = 0
                # A full file system: the oldest file goes. Any other error: one more try only,
                # because removing good records cannot mend a bad sector.
                if error.args[0] == ENOSPC and not self.drop_oldest():
                    return False
        return False

    def _write(self):
        if not self._queue:
            return
        store.ensure_folder(self._directory)
        if self._size >= self._file_bytes:
            self._number += 1
            self._size = 0
        if self._size == 0:
            self._make_room()
        chunk = b"".join(self._queue)
        with self._open(self._path(self._number), "ab") as file:
            self._touched = True  # from here on something may have arrived
            file.write(chunk)
            file.flush()
        self._size += len(chunk)
        self._queue.clear()
        self.acked_n = self._next_n - 1

    def _make_room(self):
        numbers = file_numbers(self._directory)
        while len(numbers) >= self._files:
            os.remove(self._path(numbers.pop(0)))

    def drop_oldest(self):
        """Full file system: the oldest file goes; False when there is none to spare."""
        try:
            numbers = file_numbers(self._directory)
            if len(numbers) < 2:
                return False
            os.remove(self._path(numbers[0]))
            return True
        except OSError:
            return False
