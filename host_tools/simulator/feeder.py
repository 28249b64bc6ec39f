# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Feeds audio into the simulated microphone through a pipe.

In: an iterable of numpy int32 arrays (slots, 16 kHz), or a path of raw s32le. Out: a file
descriptor that the board reads from, across its restarts. A whole night is never held anywhere:
the pipe's size bounds what is made ahead.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

# The board reads a block in one call: writes are multiples of this, so that a block is never cut.
GRAIN_BYTES = 65536
_PIPE_BYTES = 1 << 20
_F_SETPIPE_SZ = 1031  # Linux; elsewhere the pipe keeps its size


class Feeder:
    """`fd` is the reading end. `error` holds what the audio source raised, if it did."""

    def __init__(self, audio: Iterable[Any] | os.PathLike[str] | str | None) -> None:
        self.error: BaseException | None = None
        self._thread: threading.Thread | None = None
        self._stopping = False
        if audio is None or isinstance(audio, (str, os.PathLike)):
            path = os.devnull if audio is None else Path(audio)
            self.fd = os.open(path, os.O_RDONLY)
            return
        self.fd, self._sink = os.pipe()
        try:
            fcntl.fcntl(self._sink, _F_SETPIPE_SZ, _PIPE_BYTES)
        except OSError:
            pass
        self._thread = threading.Thread(target=self._feed, args=(audio,), daemon=True)
        self._thread.start()

    def _feed(self, audio: Iterable[Any]) -> None:
        source = iter(audio)
        try:
            waiting = bytearray()
            for block in source:
                if self._stopping:
                    return
                if block.dtype != "int32" or block.ndim != 1:
                    raise TypeError(
                        f"audio blocks must be one-dimensional int32, "
                        f"not {block.ndim}-dimensional {block.dtype}"
                    )
                waiting += block.astype("<i4", copy=False).tobytes()
                whole = len(waiting) // GRAIN_BYTES * GRAIN_BYTES
                if whole:
                    self._write(memoryview(waiting)[:whole])
                    waiting = waiting[whole:]
            self._write(memoryview(waiting))
        except (BrokenPipeError, KeyboardInterrupt):
            pass  # the run ended before its audio
        except BaseException as error:  # told to the caller of run(), who gave us the source
            self.error = error
        finally:
            os.close(self._sink)
            if hasattr(source, "close"):
                source.close()

    def _write(self, data: memoryview) -> None:
        while data:
            data = data[os.write(self._sink, data) :]

    def close(self) -> None:
        """Ends feeding; call it after the board's process has ended."""
        self._stopping = True
        os.close(self.fd)
        if self._thread is not None:
            self._thread.join(timeout=10)
