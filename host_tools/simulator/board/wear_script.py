# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Erases of real littlefs under the recorder's own writes, without audio; see host_tools/wear.py.

In: the number of commits.  Out: one JSON line.
"""

import json
import os
import sys

import eventlog
import store
import vfs

SECTOR = 4096
SECTORS = 352  # the Pico's 1408 KiB
FIRMWARE_FILES = 60  # two slots of a deployment, which stay where they are


class Flash:
    """Counts erases; keeps the bytes in memory."""

    def __init__(self):
        self.image = bytearray(b"\xff" * (SECTOR * SECTORS))
        self.erases = [0] * SECTORS

    def readblocks(self, block, buf, offset=0):
        at = block * SECTOR + offset
        buf[:] = self.image[at : at + len(buf)]
        return 0

    def writeblocks(self, block, buf, offset=0):
        at = block * SECTOR + offset
        self.image[at : at + len(buf)] = buf
        return 0

    def ioctl(self, op, arg):
        if op == 4:
            return SECTORS
        if op == 5:
            return SECTOR
        if op == 6:
            self.erases[arg] += 1
            self.image[arg * SECTOR : arg * SECTOR + SECTOR] = b"\xff" * SECTOR
        return 0


LOOK_ALIKE = (
    ("sound", "chime"), ("grade", ""), ("hz", [1500]), ("snr_db10", 130), ("confidence", 0),
    ("ago_ms", 2000), ("ms", 1000), ("reason", "not silent before"),
)  # fmt: skip


def main(commits):
    flash = Flash()
    vfs.VfsLfs2.mkfs(flash, progsize=256)
    vfs.mount(vfs.VfsLfs2(flash, progsize=256), "/w")
    os.mkdir("/w/a")
    for number in range(FIRMWARE_FILES):
        with open("/w/a/m%d" % number, "wb") as file:
            file.write(bytes(4000))
    flash.erases = [0] * SECTORS
    log = eventlog.EventLog("/w/log")
    log.recover()
    os.mkdir("/w/state")
    for number in range(commits):
        utc_s = 190_000_000 + number * 1800
        log.add("not_matched", LOOK_ALIKE, utc_s, number * 1800)
        log.add("gap", (("ms", 412), ("total_ms", 412 * number)), utc_s, number * 1800)
        assert log.commit(), log.fault
        store.save("/w/state/recurrence.json", {"tracks": [[number, 1500, 3600, utc_s]] * 6})
        if number % 10 == 0:
            store.save("/w/state/alert.json", {"channels": [0] * 60, "n": number})
    print(json.dumps({"erases": sum(flash.erases), "worst": max(flash.erases)}))


main(int(sys.argv[1]))
