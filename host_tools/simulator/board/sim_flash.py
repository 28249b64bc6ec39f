# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Flash of the simulated board: a block device kept in a file on the host.

4096-byte sectors, 256-byte pages; programming can only clear bits. Every operation costs its
data-sheet time on the virtual clock (W25Q16JV: sector erase 45 ms typical, 400 ms at most; page
program 0.7 ms), is counted, may be cut or fail on request, and ends the run with an error while an
I2S receiver runs: on rp2 its DMA would then overwrite the heap.
Failures are returned as *negative* errno values: MicroPython takes a positive one for success.
"""

from sim_core import sim

SECTOR = 4096
PAGE = 256
_EIO = 5
_ENOSPC = 28
_BLANK_PAGE = b"\xff" * PAGE
_BLANK_SECTOR = b"\xff" * SECTOR


class FlashModel:
    """Costs, counts, cuts and faults of flash operations; the bytes are somebody else's."""

    def __init__(self, config):
        self.erase_us = int(config.get("erase_ms", 45) * 1000)
        self.page_us = int(config.get("program_ms", 0.7) * 1000)
        self.cut_at_op = config.get("cut_at_op", 0)
        self.torn = config.get("torn")  # None: clean; else the share of the operation done
        self.fault = ""  # "", io, full
        self.running = False  # operations before the firmware starts are free and not counted
        self._since_report = [0, 0, 0]
        self.wear = {}  # sector -> erases; keys are strings, as JSON hands them back

    def begin(self, kind, size):
        """Before an operation: returns (share of it to do, errno to return or 0)."""
        if not self.running:
            return 1, 0
        sim.count("flash_ops")
        if sim.i2s is not None:
            sim.fail(
                "flash_while_i2s",
                "flash %s while I2S receives: on the chip this overwrites memory; "
                "stop I2S first" % kind,
            )
        if self.fault:
            return 0, -_EIO if self.fault == "io" else -_ENOSPC
        pages = 0 if kind == "erase" else (size + PAGE - 1) // PAGE
        us = self.erase_us if kind == "erase" else pages * self.page_us
        if sim.totals["flash_ops"] == self.cut_at_op:
            return self.torn or 0, 0
        sim.count("flash_erases" if kind == "erase" else "flash_pages", pages or 1)
        sim.count("flash_us", us)
        report = self._since_report
        report[0] += kind == "erase"
        report[1] += pages
        report[2] += us
        sim.advance_us(us)
        return 1, 0

    def end(self, kind):
        """After an operation: the power may go now."""
        if self.running and sim.totals["flash_ops"] == self.cut_at_op:
            how = "clean" if self.torn is None else "torn"
            sim.emit("power", {"cut_at_op": self.cut_at_op, "op": kind, "how": how})
            sim.halt("cut")

    def report(self):
        """One event for all operations since the last one."""
        erases, pages, us = self._since_report
        if erases or pages:
            self._since_report = [0, 0, 0]
            sim.emit("flash", {"erases": erases, "pages": pages, "ms": us // 1000})


class BlockDevice:
    """What VfsLfs2 needs; bytes go straight to the file, so that a killed run keeps its state."""

    def __init__(self, file, blocks, model=None, read_only=False):
        self._file = file
        self._blocks = blocks
        self._model = model
        self._overlay = {} if read_only else None

    def readblocks(self, block, buf, offset=0):
        if self._overlay is not None and block in self._overlay:
            buf[:] = self._overlay[block][offset : offset + len(buf)]
            return 0
        self._file.seek(block * SECTOR + offset)
        self._file.readinto(buf)
        return 0

    def _write(self, block, offset, data):
        if self._overlay is not None:  # a reader's mount must not change the image
            if block not in self._overlay:
                whole = bytearray(SECTOR)
                self._file.seek(block * SECTOR)
                self._file.readinto(whole)
                self._overlay[block] = whole
            self._overlay[block][offset : offset + len(data)] = data
            return
        self._file.seek(block * SECTOR + offset)
        self._file.write(data)

    def writeblocks(self, block, buf, offset=None):
        if offset is None:
            self.ioctl(6, block)
            offset = 0
        share, errno = self._model.begin("program", len(buf)) if self._model else (1, 0)
        if errno:
            return errno
        data = bytes(buf) if share == 1 else bytes(memoryview(buf)[: int(len(buf) * share)])
        if data:
            old = bytearray(len(data))
            self.readblocks(block, old, offset)
            if old != _BLANK_PAGE and old.count(b"\xff") != len(old):
                data = bytes([x & y for x, y in zip(old, data)])  # noqa: B905 - MicroPython
            self._write(block, offset, data)
        if self._model:
            self._model.end("program")
        return 0

    def ioctl(self, op, arg):
        if op == 4:
            return self._blocks
        if op == 5:
            return SECTOR
        if op == 6:
            share, errno = self._model.begin("erase", SECTOR) if self._model else (1, 0)
            if errno:
                return errno
            size = int(SECTOR * share)
            if self._model and self._model.running:
                wear = self._model.wear
                wear[str(arg)] = wear.get(str(arg), 0) + 1
            if size:
                self._write(arg, 0, _BLANK_SECTOR if size == SECTOR else _BLANK_SECTOR[:size])
            if self._model:
                self._model.end("erase")
        return 0
