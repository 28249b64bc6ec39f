# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Power cut at every flash operation of a run that logs, rotates and saves states.

Real littlefs on a block device in RAM, cut clean (nothing of the operation arrives) and torn (a
part does). After each cut: no acknowledged record lost, no file unreadable, the alert latch is the
last acknowledged one or the one being written, and the log goes on.
"""

import os
import sys

import eventlog
import store
from skipping import SkipTest

SECTOR = 4096
SECTORS = 24
PAGE = 256
ROOT = "/cut"
COMMITS = 40


class Flash:
    """NOR flash: erase sets ones, programming clears bits. Dies at operation ``cut``; of that one
    operation only the first ``part``/4 arrives."""

    def __init__(self, image=None):
        self.image = image or bytearray(b"\xff" * (SECTOR * SECTORS))
        self.operations = 0
        self.cut = -1
        self.part = 0
        self.dead = False

    def _arrives(self, length):
        """Bytes of this operation that reach the cells; -1 once the power is gone."""
        if self.dead:
            return -1
        self.operations += 1
        if self.operations - 1 == self.cut:
            self.dead = True
            return length * self.part // 4
        return length

    def readblocks(self, block, buffer, offset=0):
        if self.dead:
            return -5
        at = block * SECTOR + offset
        buffer[:] = self.image[at : at + len(buffer)]
        return 0

    def writeblocks(self, block, buffer, offset=0):
        arrives = self._arrives(len(buffer))
        at = block * SECTOR + offset
        if arrives > 0:
            self.image[at : at + arrives] = bytes(buffer)[:arrives]
        # A positive number would count as success.
        return -5 if self.dead else 0

    def ioctl(self, operation, argument):
        if operation == 4:
            return SECTORS
        if operation == 5:
            return SECTOR
        if operation == 6:
            arrives = self._arrives(SECTOR)
            if arrives > 0:
                self.image[argument * SECTOR : argument * SECTOR + arrives] = b"\xff" * arrives
            return -5 if self.dead else 0
        return 0


def _mount(flash):
    import vfs

    vfs.mount(vfs.VfsLfs2(flash, progsize=PAGE), ROOT)


def _unmount():
    import vfs

    vfs.umount(ROOT)


def _new_log():
    log = eventlog.EventLog(ROOT + "/log", file_bytes=1500, files=3)
    log.recover()
    return log


class Run:
    """One life of the device up to the cut: what it acknowledged."""

    def __init__(self):
        self.acked = []
        self.latch = None
        self.latch_in_flight = None

    def live(self):
        try:
            log = _new_log()
            store.ensure_folder(ROOT + "/state")
            for i in range(COMMITS):
                waiting = [log.add("heard", (("i", i),), None, i)]
                if i % 3 == 0:
                    waiting.append(log.add("alert", (("priority", "high"),), None, i))
                if log.commit():
                    self.acked += waiting
                if i % 2 == 0:
                    self.latch_in_flight = i
                    store.save(ROOT + "/state/alert.json", {"latch": i})
                    self.latch = i
        except OSError:
            pass  # the power is gone


def _check(flash, run):
    """What a restart finds on the flash that the cut left."""
    _mount(flash)
    try:
        folder = ROOT + "/log"
        found = []
        if "log" in os.listdir(ROOT):
            found = [r["n"] for r, _ in eventlog.read(folder) if r is not None]
            assert len(eventlog.file_numbers(folder)) <= 4
        if run.acked:
            assert found, "all records gone"
            kept = [n for n in run.acked if n >= found[0]]
            missing = [n for n in kept if n not in found]
            assert not missing, "acknowledged and lost: %r" % missing
            assert run.acked[-1] in found
            assert len(kept) >= min(len(run.acked), 10), "rotation took too much"
        value, why = store.load(ROOT + "/state/alert.json")
        if run.latch is not None or why != "absent":
            assert why == "" or (why == "absent" and run.latch is None), why
            latch = value and value["latch"]
            assert latch in (run.latch, run.latch_in_flight), latch
        log = _new_log()
        n = log.add("boot", (), None, 0)
        assert n > max(found or [0])
        assert log.commit(), log.fault
        assert [r["n"] for r, _ in eventlog.read(folder) if r is not None][-1] == n
        store.ensure_folder(ROOT + "/state")
        store.save(ROOT + "/state/alert.json", {"latch": 99})
        assert store.load(ROOT + "/state/alert.json")[0] == {"latch": 99}
    finally:
        _unmount()


def test_power_cut_at_every_operation():
    try:
        import vfs

        lfs2 = vfs.VfsLfs2
    except (ImportError, AttributeError):
        raise SkipTest("needs MicroPython's littlefs (vfs.VfsLfs2)")
    fresh = Flash()
    lfs2.mkfs(fresh, progsize=PAGE)
    blank = bytes(fresh.image)

    whole = Flash(bytearray(blank))
    _mount(whole)
    run = Run()
    run.live()
    _unmount()
    assert len(run.acked) == COMMITS + (COMMITS + 2) // 3
    operations = whole.operations
    assert operations > 150, operations

    # Architectures from 3 on are Arm: emulated on a computer, and littlefs is the same C code.
    arm = (sys.implementation._mpy >> 10 & 15) >= 3
    cuts = 0
    for part in (2,) if arm else (0, 1, 2, 3):
        for cut in range(operations):
            flash = Flash(bytearray(blank))
            flash.cut = cut
            flash.part = part
            _mount(flash)
            run = Run()
            run.live()
            _unmount()
            assert flash.dead
            try:
                _check(Flash(flash.image), run)
            except Exception:
                print("cut at operation %d of %d, %d/4 arrived" % (cut, operations, part))
                raise
            cuts += 1
    print("power cuts: %d (%d operations, clean and torn), 0 records lost" % (cuts, operations))
