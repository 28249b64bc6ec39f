# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""What the line port's commands answer.

In: the wired parts.  Out: ``commands``: name -> function(words) -> iterable of lines (bytes).
"""

import gc
import json

import eventlog

from drivers.clock import iso

_TESTS_AN_HOUR = 10  # each masks the listening and is logged
_LINES_A_STEP = 2  # of the log, read and checked: about 3 ms on an RP2040


class Answers:
    def __init__(self, parts, directory, about):
        self._parts = parts
        self._directory = directory
        self._about = about  # pairs: board, version, …
        self._tests = []  # uptimes of the last self-tests that were asked for
        self.maintenance = False  # asked for; the loop ends when the answer is out
        self.commands = {
            "help": self.help,
            "log": self.log,
            "health": self.health,
            "settings": self.settings,
            "profile": self.profile,
            "learn": self.learn,
            "selftest": self.selftest,
            "maintenance": self.maintain,
        }

    def help(self, words):
        yield b'{"commands":["log [from N]","health","settings","findings","stop",' + (
            b'"selftest","maintenance now","profile","learn [stop]"]}'
        )

    def log(self, words):
        if words and (len(words) != 2 or words[0] != "from" or not words[1].isdigit()):
            raise ValueError("log, or: log from N")
        # More digits than any record number has would only take memory.
        first = int(words[1][-9:]) if words else 0
        return self._log(first)

    def _log(self, first):
        """The records as they stand in the files, torn lines told, then those that still wait."""
        recorder = self._parts["recorder"]
        last_n = first - 1
        for number in self._numbers():
            path = "%s/%06d.jsonl" % (self._directory, number)
            at = 0
            while at >= 0:
                # Opened anew each time: between two steps the log may write, or drop this file.
                lines, at = _read_lines(path, at)
                for line in lines:
                    record = eventlog.parse_line(line)
                    if record is None:
                        yield b'{"damaged":%d}' % len(line)
                    elif record["n"] > last_n:
                        last_n = record["n"]
                        yield line.rstrip(b"\n")
                yield b""
        for line in recorder.log.unwritten():
            record = eventlog.parse_line(line)
            if record and record["n"] > last_n:
                yield line.rstrip(b"\n")

    def _numbers(self):
        try:
            return eventlog.file_numbers(self._directory)
        except OSError:
            return []

    def health(self, words):
        parts = self._parts
        health = parts["health"]
        listener = parts["listener"]
        now_s = parts["uptime"].now_s()
        utc_s = parts["wallclock"].utc_s(now_s)
        key, fields = parts["alert"].what()
        gc.collect()  # so that "free" is exact; a few ms, seldom
        answer = {
            "k": "health",
            "up": now_s,
            "t": None if utc_s is None else iso(utc_s),
            "listening": health.listening,
            "faults": {name: health.detail(name) for name in health.names()},
            "alert": key,
            "floor_dbfs10": listener.floor_dbfs10,
            "peak_dbfs10": listener.peak_dbfs10,
            "clipped": listener.clipped,
            "supply_mv": parts["supply"].read_mv(),
            "mains_mv": parts["mains"].read_mv() if parts["mains"] else None,
            "battery_mv": parts["battery"].read_mv() if parts["battery"] else None,
            "deaf_ms": parts["gate"].deaf_ms,
            "writes": parts["gate"].passes,
            "log_n": parts["recorder"].log.acked_n,
            "log_waiting": parts["recorder"].log.waiting,
            "restarts": parts["restarts"].count,
            "free": gc.mem_free() if hasattr(gc, "mem_free") else 0,
        }
        if key:
            answer["state"] = fields["state"]
            answer["priority"] = fields["priority"]
            answer["since_s"] = fields["since_s"]
        for name, value in self._about:
            answer[name] = value
        yield json.dumps(answer).encode()

    def settings(self, words):
        values = self._parts["settings"]
        for name in sorted(values):
            yield json.dumps({name: values[name]}).encode()

    def profile(self, words):
        """What is listened for beside the blind search, one sound a line."""
        listener = self._parts["listener"]
        sounds = list(listener.sequences.sounds) if listener.sequences else []
        for template in listener.matcher.templates if listener.matcher else ():
            sounds.append((template.profile, template.sound))
        for profile, sound in sounds:
            line = {"profile": profile.name, "kind": sound.kind, "tones": sound.tones}
            yield json.dumps(line).encode()

    def learn(self, words):
        learning = self._parts["learning"]
        if words == ["stop"]:
            learning.stop()
        elif words:
            raise ValueError("learn, or: learn stop")
        elif self._parts["alert"].latched:
            raise ValueError("an alert is on; answer it first")
        elif not learning.start("port"):
            raise ValueError(learning.why)
        return self._learn(learning)

    def _learn(self, learning):
        yield b'{"ok":"play the alarm test now; two minutes, or: learn stop"}'
        while learning.active:
            yield b""
        yield json.dumps({"k": "learned", "said": learning.said}).encode()

    def selftest(self, words):
        now_s = self._parts["uptime"].now_s()
        tests = self._tests
        if len(tests) >= _TESTS_AN_HOUR and now_s - tests[0] < 3600:
            raise ValueError("%d times an hour are the most" % _TESTS_AN_HOUR)
        if not self._parts["outputs"].selftest():
            raise ValueError("something sounds already")
        self._tests = tests[1 - _TESTS_AN_HOUR :] + [now_s]
        return self._selftest()

    def _selftest(self):
        hearing = self._parts["hearing"]
        count = hearing.tests
        for _ in range(200):  # blocks: 3 s
            if hearing.tests != count:
                yield b'{"k":"selftest","ok":%s}' % (b"true" if hearing.last_ok else b"false")
                return
            yield b""
        yield b'{"k":"selftest","ok":null,"why":"not judged: the room is too loud"}'

    def maintain(self, words):
        if words != ["now"]:
            raise ValueError("it stops the listening; say: maintenance now")
        if self._parts["alert"].sounding:
            raise ValueError("an alert sounds; answer it first")
        return self._maintain()

    def _maintain(self):
        yield b'{"ok":"restarting into maintenance; listening stops"}'
        for _ in range(8):  # let the answer out
            yield b""
        raise_later = self._parts["stop"]
        raise_later()


def _read_lines(path, at):
    """(up to _LINES_A_STEP lines, the position after them, or -1 at the end of the file)."""
    lines: list = []
    try:
        with open(path, "rb") as file:
            file.seek(at)
            for _ in range(_LINES_A_STEP):
                line = file.readline(eventlog.LONGEST_BYTES)
                if not line:
                    return lines, -1
                lines.append(line)
                at += len(line)
    except OSError:
        return lines, -1
    return lines, at
