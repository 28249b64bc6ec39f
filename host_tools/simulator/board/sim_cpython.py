# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Stand-in for littlefs where there is no MicroPython: a folder on the host, CPython only.

In: the configuration. Out: the working directory is the board's "/", and writing to files below it
counts and costs flash operations, may be cut or fail, and ends the run while I2S receives. This is
**not** real littlefs: a file is written whole at each flush, metadata are never torn.
"""

import builtins
import errno
import importlib.util
import io
import os
import sys

from sim_core import sim
from sim_flash import SECTOR

_real_open = builtins.open


class CountedFile(io.IOBase):
    """A file whose data reach the folder at flush or close, as flash operations."""

    def __init__(self, file, text, model):
        self._file = file
        self._text = text
        self._model = model
        self._waiting = bytearray()

    def write(self, data):
        raw = data.encode() if self._text else bytes(data)
        self._waiting += raw
        if len(self._waiting) >= SECTOR:
            self._commit()
        return len(data)

    def _commit(self):
        if not self._waiting:
            return
        data = bytes(self._waiting)
        self._waiting.clear()
        operate(self._model, "erase", SECTOR, lambda share: None)
        operate(
            self._model,
            "program",
            len(data),
            lambda share: self._file.write(data[: int(len(data) * share)]),
        )

    def flush(self):
        if not self._file.closed:
            self._commit()
            self._file.flush()

    def close(self):
        if not self._file.closed:
            self._commit()
            self._file.close()

    def read(self, size=-1):
        data = self._file.read(size)
        return data.decode() if self._text else data

    def seek(self, offset, whence=0):
        self.flush()
        return self._file.seek(offset, whence)

    def tell(self):
        return self._file.tell() + len(self._waiting)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def __del__(self):
        pass  # an unclosed file loses what was not flushed, as on the board


def operate(model, kind, size, action):
    share, negative_errno = model.begin(kind, size)
    if negative_errno:
        raise OSError(-negative_errno, os.strerror(-negative_errno))
    if share:
        action(share)
    model.end(kind)


def _on_board(root, path):
    return os.path.realpath(path).startswith(root + os.sep)


def _install_open(root, model):
    def board_open(file, mode="r", *args, **options):
        writes = any(letter in mode for letter in "wax+")
        if isinstance(file, int) or not writes or not _on_board(root, file):
            return _real_open(file, mode, *args, **options)
        raw = _real_open(file, mode.replace("b", "").replace("t", "") + "b", buffering=0)
        return CountedFile(raw, "b" not in mode, model)

    builtins.open = board_open


def _install_os(root, model):
    def counted(function):
        def call(path, *args, **options):
            if not _on_board(root, path):
                return function(path, *args, **options)
            if function is not os_mkdir and not os.path.lexists(path):
                raise OSError(errno.ENOENT, "no such file")
            result = []
            act = lambda share: result.append(function(path, *args, **options))  # noqa: E731
            if share_is_whole(model):
                operate(model, "program", 256, act)
            else:
                operate(model, "program", 256, lambda share: None)
            return result[0] if result else None

        return call

    os_mkdir = os.mkdir
    for name in ("mkdir", "remove", "unlink", "rmdir"):
        setattr(os, name, counted(getattr(os, name)))
    # MicroPython's rename replaces an existing file, littlefs atomically.
    os.rename = counted(os.replace)
    os.ilistdir = _ilistdir


def share_is_whole(model):
    return sim.totals.get("flash_ops", 0) + 1 != model.cut_at_op


def _ilistdir(path="."):
    for entry in os.scandir(path):
        kind = 0x4000 if entry.is_dir() else 0x8000
        yield (entry.name, kind, entry.inode(), entry.stat().st_size)


def install(config, model):
    """Virtual `time`, counted files, the data folder as working directory."""
    here = os.path.dirname(os.path.abspath(__file__))
    spec = importlib.util.spec_from_file_location("time", os.path.join(here, "time.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.modules["time"] = module
    sys.dont_write_bytecode = True
    sys.path[:] = [here, os.path.join(here, "..", "cpython"), config["firmware"]] + [
        path for path in [config.get("device_lib"), *sys.path[1:]] if path
    ]
    root = os.path.realpath(config["flash_image"])
    os.makedirs(root, exist_ok=True)
    os.chdir(root)
    _install_open(root, model)
    _install_os(root, model)
    sim.device = None
