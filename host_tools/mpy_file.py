# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Take the machine code out of a compiled MicroPython module.

In: the bytes of a `.mpy` file, version 6. Out: its functions in the order of their definitions,
each with its kind and its code. Format: MicroPython's py/persistentcode.c.
"""

from __future__ import annotations

from dataclasses import dataclass, field

KINDS = ("bytecode", "native", "viper", "asm")
_ARCH_FLAGS_FOLLOW = 0x40
_STATIC_OBJECTS = 5  # types below carry no data: function table, None, False, True, ...
_TUPLE = 10


@dataclass
class Code:
    kind: str
    data: bytes
    children: list[Code] = field(default_factory=list)

    def machine_sizes(self) -> list[int]:
        """Bytes of machine code, for this function and each inside it."""
        own = [] if self.kind == "bytecode" else [len(self.data)]
        return own + [size for child in self.children for size in child.machine_sizes()]

    def machine_bytes(self) -> int:
        """All of its machine code."""
        return sum(self.machine_sizes())


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, n: int) -> bytes:
        if self.at + n > len(self.data):
            raise ValueError("the .mpy file ends too early")
        self.at += n
        return self.data[self.at - n : self.at]

    def uint(self) -> int:
        value = 0
        while True:
            byte = self.take(1)[0]
            value = value << 7 | byte & 0x7F
            if byte < 0x80:
                return value

    def qstr(self) -> None:
        length = self.uint()
        if not length & 1:  # else it is one that every build knows, by number
            self.take((length >> 1) + 1)

    def constant(self) -> None:
        kind = self.take(1)[0]
        if kind < _STATIC_OBJECTS:
            return
        length = self.uint()
        if kind == _TUPLE:
            for _ in range(length):
                self.constant()
        else:  # strings and bytes end with a zero, numbers do not
            self.take(length + (kind <= 6))

    def code(self) -> Code:
        head = self.uint()
        kind = KINDS[head & 3]
        found = Code(kind, self.take(head >> 3))
        if kind == "native":
            self.uint()  # where its prelude stands
        elif kind in ("viper", "asm"):
            flags = self.uint()
            if flags & ~0x0F:
                raise ValueError("machine code with data of its own is not supported")
            if kind == "asm":
                self.uint()  # number of arguments
                self.uint()  # their types
        if head & 4:
            found.children = [self.code() for _ in range(self.uint())]
        return found


def load(data: bytes) -> Code:
    """The module's top-level code; its functions are its children."""
    if data[:2] != b"M\x06":
        raise ValueError("no .mpy file of version 6")
    reader = _Reader(data)
    features = reader.take(4)[2]
    if features & _ARCH_FLAGS_FOLLOW:
        reader.uint()
    qstrs, constants = reader.uint(), reader.uint()
    for _ in range(qstrs):
        reader.qstr()
    for _ in range(constants):
        reader.constant()
    return reader.code()
