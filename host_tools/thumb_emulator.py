# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Run one kernel's machine code on an emulated Cortex-M0 and count its cycles.

In: the code of a `@micropython.viper` or `@micropython.asm_thumb` function, as `mpy_file` takes it
out of an armv6m .mpy, and its arguments: ints, arrays and bytearrays, which are given back as the
code left them, or a list of these, for a block of words. Out: instructions and Cortex-M0+ cycles
(single-cycle multiplier, no wait states). A kernel that does not keep the registers that belong to
its caller is an error.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass

from unicorn import UC_ARCH_ARM, UC_HOOK_CODE, UC_MODE_MCLASS, UC_MODE_THUMB, Uc
from unicorn.arm_const import (
    UC_ARM_REG_LR,
    UC_ARM_REG_R0,
    UC_ARM_REG_R1,
    UC_ARM_REG_R2,
    UC_ARM_REG_R3,
    UC_ARM_REG_R4,
    UC_ARM_REG_R5,
    UC_ARM_REG_R6,
    UC_ARM_REG_R7,
    UC_ARM_REG_R8,
    UC_ARM_REG_R9,
    UC_ARM_REG_R10,
    UC_ARM_REG_R11,
    UC_ARM_REG_SP,
    UC_CPU_ARM_CORTEX_M0,
)

_CODE = 0x10000
_DATA = 0x20000000
_STACK = 0x30000000
_SIZE = 0x100000
_TABLE = 0x40000  # where viper looks for the interpreter's functions: each only returns
_END = 0x50000
_REGISTERS = (UC_ARM_REG_R0, UC_ARM_REG_R1, UC_ARM_REG_R2, UC_ARM_REG_R3)
_KEPT = (
    UC_ARM_REG_R4,
    UC_ARM_REG_R5,
    UC_ARM_REG_R6,
    UC_ARM_REG_R7,
    UC_ARM_REG_R8,
    UC_ARM_REG_R9,
    UC_ARM_REG_R10,
    UC_ARM_REG_R11,
)


@dataclass
class Run:
    instructions: int
    cycles: int
    result: int


def cycles_of(word: int) -> int:
    """Cortex-M0+ cycles of a Thumb instruction by its first halfword; branches as not taken."""
    top = word >> 8
    if word >= 0xE800:
        return 3
    if top in (0xB4, 0xB5, 0xBC, 0xBD):
        return 1 + (word & 0x1FF).bit_count() + (2 if top == 0xBD else 0)
    if 0xC0 <= top < 0xD0:
        return 1 + (word & 0xFF).bit_count()
    if 0x48 <= top < 0xA0:
        return 2
    if 0xE0 <= top < 0xE8 or top == 0x47:
        return 2
    return 1


def run(code: bytes, arguments: list, viper: bool, limit: int = 10_000_000) -> Run:
    """Call it. Arrays and bytearrays are copied in and back."""
    uc = Uc(UC_ARCH_ARM, UC_MODE_THUMB | UC_MODE_MCLASS)
    uc.ctl_set_cpu_model(UC_CPU_ARM_CORTEX_M0)
    for base in (_CODE & ~0xFFFFF, _DATA, _STACK):
        uc.mem_map(base, _SIZE)
    uc.mem_write(_CODE, code)
    at = _DATA + 0x1000
    places: list[tuple[array | bytearray, int]] = []
    blocks: list[tuple[list, int]] = []

    def word(argument: int | array | bytearray | list) -> int:
        nonlocal at
        if isinstance(argument, int):
            return argument & 0xFFFFFFFF
        if isinstance(argument, list):
            data = array("I", [word(part) for part in argument]).tobytes()
            blocks.append((argument, at))
        else:
            data = bytes(argument)
            places.append((argument, at))
        start = at
        uc.mem_write(start, data)
        at += len(data) + 64 & ~15
        return start

    values = [word(argument) for argument in arguments]
    sp = _STACK + _SIZE - 0x100
    if viper:
        # r0 the function object, whose context leads to the module's constants, one of which is
        # the table of the interpreter's functions; r1 and r2 the numbers of arguments, r3 they.
        words = array("I", values)
        uc.mem_write(_DATA, words.tobytes())
        uc.mem_write(_DATA + 0x204, (_DATA + 0x300).to_bytes(4, "little"))
        for offset in (0x308, 0x30C):
            uc.mem_write(_DATA + offset, (_DATA + 0x400).to_bytes(4, "little"))
        for i in range(32):
            uc.mem_write(_DATA + 0x400 + 4 * i, (_DATA + 0x500).to_bytes(4, "little"))
            uc.mem_write(_DATA + 0x500 + 4 * i, (_TABLE + 1).to_bytes(4, "little"))
        uc.mem_write(_TABLE, b"\x70\x47")
        registers = [_DATA + 0x200, len(values), 0, _DATA]
    else:
        registers = values
    for register, value in zip(_REGISTERS, registers, strict=False):
        uc.reg_write(register, value)
    for i, register in enumerate(_KEPT):
        uc.reg_write(register, 0xDEAD0000 + i)
    uc.reg_write(UC_ARM_REG_SP, sp)
    uc.reg_write(UC_ARM_REG_LR, _END | 1)
    costs: dict[int, tuple[int, bool]] = {}
    state = [0, 0, -1]  # instructions, cycles, where a conditional branch would fall through to

    def step(uc: Uc, address: int, size: int, user: object) -> None:
        known = costs.get(address)
        if known is None:
            word = int.from_bytes(uc.mem_read(address, 2), "little")
            known = costs[address] = (cycles_of(word), 0xD0 <= word >> 8 < 0xDE)
        state[0] += 1
        state[1] += known[0]
        if state[2] >= 0 and address != state[2]:
            state[1] += 1
        state[2] = address + 2 if known[1] else -1

    uc.hook_add(UC_HOOK_CODE, step)
    uc.emu_start(_CODE | 1, _END, count=limit)
    kept = [uc.reg_read(register) for register in _KEPT]
    if kept != [0xDEAD0000 + i for i in range(len(_KEPT))] or uc.reg_read(UC_ARM_REG_SP) != sp:
        raise AssertionError("the kernel lost a register of its caller: r4 to r11, sp")
    for argument, place in places:
        data = bytes(uc.mem_read(place, len(bytes(argument))))
        if isinstance(argument, array):
            argument[:] = array(argument.typecode, data)
        else:
            argument[:] = data
    for block, place in blocks:
        left = array("I", bytes(uc.mem_read(place, 4 * len(block))))
        block[:] = [w if isinstance(old, int) else old for w, old in zip(left, block, strict=True)]
    return Run(state[0], state[1], uc.reg_read(UC_ARM_REG_R0))
