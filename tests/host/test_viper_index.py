# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""No viper kernel relies on what MicroPython 1.26 and 1.27 break on Thumb and RISC-V: an access of
16 or 32 bits scales its index where it stands, so a register variable that was an index holds twice
or four times as much afterwards (MicroPython issue 18800)."""

import ast
from pathlib import Path

import pytest

FIRMWARE = Path(__file__).parents[2] / "firmware"
IN_REGISTERS = 3  # a function's first local variables, arguments among them


def kernels():
    for path in sorted(FIRMWARE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and any(
                ast.unparse(d) == "micropython.viper" for d in node.decorator_list
            ):
                yield pytest.param(node, id=f"{path.stem}-{node.name}")


class Broken(ast.NodeVisitor):
    """In the order in which the function runs: which register variables hold no more what they
    were given, whichever way an ``if`` or a ``while`` went, and the lines that read one all the
    same."""

    def __init__(self, function):
        self.lines = []
        self._broken = set()
        names = [a.arg for a in function.args.args]
        self._bytes = {
            a.arg
            for a in function.args.args
            if a.annotation and ast.unparse(a.annotation) == "ptr8"
        }
        self._wide = set()
        stores = [n for n in ast.walk(function) if isinstance(n, ast.Name)]
        for n in sorted(stores, key=lambda n: (n.lineno, n.col_offset)):
            if isinstance(n.ctx, ast.Store) and n.id not in names:
                names.append(n.id)
        self._registers = set(names[:IN_REGISTERS])
        for n in ast.walk(function):
            if isinstance(n, ast.Assign) and isinstance(n.value, ast.Call):
                target = ast.unparse(n.targets[0])
                kind = ast.unparse(n.value.func)
                if kind in ("ptr16", "ptr32"):
                    self._wide.add(target)
                elif kind == "ptr8":
                    self._bytes.add(target)
        for statement in function.body:
            self.visit(statement)

    def visit_While(self, node):
        before = set(self._broken)  # it may run not at all
        for _ in range(2):  # the second time with what the first one left
            self.visit(node.test)
            for statement in node.body:
                self.visit(statement)
        self._broken |= before

    def visit_If(self, node):
        self.visit(node.test)
        before = set(self._broken)
        for statement in node.body:
            self.visit(statement)
        after = self._broken
        self._broken = before
        for statement in node.orelse:
            self.visit(statement)
        self._broken |= after

    def visit_Assign(self, node):
        self.visit(node.value)
        for target in node.targets:
            self.visit(target)

    def visit_AugAssign(self, node):
        if isinstance(node.target, ast.Name) and node.target.id in self._broken:
            self.lines.append(node.lineno)
        self.visit(node.value)
        self.visit(node.target)

    def visit_Subscript(self, node):
        self.visit(node.value)
        self.visit(node.slice)
        index = node.slice
        while isinstance(index, ast.Call) and ast.unparse(index.func) in ("int", "uint"):
            index = index.args[0]
        pointer = ast.unparse(node.value)
        in_bytes = pointer in self._bytes and pointer not in self._wide
        in_bytes = in_bytes or pointer.startswith("ptr8(")
        if isinstance(index, ast.Name) and index.id in self._registers and not in_bytes:
            self._broken.add(index.id)

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Store):
            self._broken.discard(node.id)
        elif node.id in self._broken:
            self.lines.append(node.lineno)


@pytest.mark.parametrize("kernel", list(kernels()))
def test_no_index_is_read_again(kernel):
    assert Broken(kernel).lines == []


@pytest.mark.parametrize(
    ("line", "broken"),
    [
        ("b = p[i]\n q[i] = b", True),
        ("b = p[int(i)]\n i += 1", True),
        ("b = p[i]\n i = 0\n b = p[i]", False),
        ("b = q[i]\n b = p[i]", False),
        ("p[n] = 1\n b = p[n]", False),
        ("while n:\n  b = p[i]", True),
        ("while n:\n  i = n\n  b = p[i]", False),
        ("b = p[i]\n while n:\n  i = n\n n = i", True),
        ("if n:\n  b = p[i]\n else:\n  i = 0\n n = i", True),
        ("if n:\n  b = p[i]\n else:\n  b = i\n i = 0", False),
    ],
)
def test_the_check_sees_it(line, broken):
    source = f"def f(p: ptr16, i: int, q: ptr8, n: int):\n {line}\n"
    assert bool(Broken(ast.parse(source).body[0]).lines) == broken
