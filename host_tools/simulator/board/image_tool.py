# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Reads or writes files in a flash image, on MicroPython (littlefs lives there).

    micropython image_tool.py read IMAGE BLOCKS             -> one JSON line a file
    micropython image_tool.py write IMAGE BLOCKS PATH FILE  puts the host's FILE at PATH

`read` mounts behind an overlay, so that it cannot change the image. Exit status 3: no file system.
"""

import json
import sys
from binascii import b2a_base64

import vfs
from sim_flash import BlockDevice


def walk(folder, out):
    import os

    for entry in os.ilistdir(folder):
        path = folder + "/" + entry[0]
        if entry[1] & 0x4000:
            walk(path, out)
        else:
            try:
                with open("/image" + path[6:], "rb") as file:
                    data = file.read()
            except OSError as error:
                out.append(json.dumps({"path": path[6:], "error": str(error)}))
                continue
            text = b2a_base64(data).decode().strip()
            out.append(json.dumps({"path": path[6:], "data": text}))


def main():
    job, image, blocks = sys.argv[1], sys.argv[2], int(sys.argv[3])
    file = open(image, "rb" if job == "read" else "r+b")
    device = BlockDevice(file, blocks, read_only=job == "read")
    try:
        fs = vfs.VfsLfs2(device, progsize=256)
    except OSError:
        if job == "read":
            sys.exit(3)
        vfs.VfsLfs2.mkfs(device, progsize=256)
        fs = vfs.VfsLfs2(device, progsize=256)
    vfs.mount(fs, "/image")
    if job == "read":
        out = []
        walk("/image", out)
        print("\n".join(out))
        return
    with open(sys.argv[5], "rb") as source:
        data = source.read()
    folder = "/image"
    import os

    for part in sys.argv[4].strip("/").split("/")[:-1]:
        folder += "/" + part
        try:
            os.mkdir(folder)
        except OSError:
            pass
    with open("/image/" + sys.argv[4].strip("/"), "wb") as target:
        target.write(data)


main()
