# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""A stand-in for `simulator.run` that needs no interpreter: it plays a script of events and leaves
a log folder behind, so that the command's own part can be tested alone."""

import binascii
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from host_tools.simulator import Result

START = datetime(2026, 1, 15, 22, tzinfo=UTC)


def line(n: int, at_s: float, kind: str, **fields) -> bytes:
    """A log line as the device writes it."""
    when = (START + timedelta(seconds=int(at_s))).strftime("%Y-%m-%dT%H:%M:%SZ")
    record = {"n": n, "t": when, "up": int(at_s), "k": kind, **fields}
    body = json.dumps(record, separators=(",", ":")).encode()[:-1]
    return body + b',"c":"%08x"}\n' % binascii.crc32(body + b"}")


def heard(
    n: int, at_s: float, sound: str, grade: str = "sure", hz=(1500,), ago_s: int = 1
) -> bytes:
    """A finding that is logged `ago_s` after its start at `at_s`."""
    return line(
        n, at_s + ago_s, "heard", sound=sound, grade=grade, hz=list(hz), snr_db10=301,
        confidence=87, ago_ms=ago_s * 1000, ms=1000,
    )  # fmt: skip


class FakeRun:
    """Iterates over events; reads the sound it is given, as the real one does."""

    def __init__(self, audio, image: Path, events, log: bytes, why: str) -> None:
        self._audio, self._image, self._events, self._log = audio, image, events, log
        self.result = Result(why=why, error="" if why == "end" else "it broke", wall_s=1.0)

    def __enter__(self):
        return self

    def __exit__(self, *error) -> None:
        pass

    def __iter__(self):
        self.samples = sum(len(chunk) for chunk in self._audio)
        self.result.virtual_s = self.samples / 16000
        (self._image / "log").mkdir(parents=True)
        (self._image / "log" / "000001.jsonl").write_bytes(self._log)
        yield from self._events


class FakeDevice:
    """Callable in place of `simulator.run`; `calls` keeps what it was asked for."""

    def __init__(self, events=(), log: bytes = b"", why: str = "end") -> None:
        self.events, self.log, self.why = list(events), log, why
        self.calls: list[dict] = []
        self.raises: BaseException | None = None

    def __call__(self, audio, **options) -> FakeRun:
        self.calls.append(options)
        if self.raises:
            raise self.raises
        return FakeRun(audio, Path(options["flash_image"]), self.events, self.log, self.why)
