# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Small state files (alert latch, recurrence, boot count) replaced atomically.

In: a path and a JSON-able value.  Out: the value, or None with the reason. A file is one line with
the CRC-32 of the rest, then the JSON. ``save`` raises OSError; call it only through the flash gate.
"""

import binascii
import json
import os


def save(path, value, opener=open):
    """Write beside, then rename over: a power cut leaves the old file or the new one, whole."""
    body = json.dumps(value).encode()
    beside = path + ".new"
    with opener(beside, "wb") as file:
        file.write(b"%08x\n" % binascii.crc32(body))
        file.write(body)
        file.flush()
    os.rename(beside, path)


def load(path, opener=open):
    """(value, "") or (None, "absent" | "damaged")."""
    try:
        with opener(path, "rb") as file:
            text = file.read()
    except OSError as error:
        return None, "absent" if error.args[0] == 2 else "damaged"
    head, _, body = text.partition(b"\n")
    if head != b"%08x" % binascii.crc32(body):
        return None, "damaged"
    try:
        return json.loads(body.decode()), ""
    except (ValueError, UnicodeError):
        return None, "damaged"


def ensure_folder(path):
    """Make the folder unless it is there ("" always is); raises OSError."""
    if not path:
        return
    try:
        os.stat(path)
    except OSError:
        os.mkdir(path)
