# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Shortens names that only one file knows, because the board keeps every name in its memory.

In: the firmware's sources. Out: the same programs, line for line, in which private names
(`_ticks_diff`) and parameters that nobody gives by keyword are `_a`, `b`, … in each file anew: a
name that two files share is kept once. Tracebacks keep file and line.

What is left alone: names with a meaning outside their file (imported, a keyword of any call, a
private attribute of another file's object, named in a string), and assembler, whose parameters are
registers. `tests/host/test_shorten.py` runs the shortened firmware against the original.
"""

from __future__ import annotations

import ast
import builtins
import io
import itertools
import keyword
import string
import tokenize
from collections.abc import Iterator, Mapping

ASSEMBLER = "asm_thumb"


def private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name != "_"


class _File:
    """What one file binds and uses."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.identifiers: set[str] = set()  # every name in the text
        self.bound: set[str] = set()  # private names this file gives a meaning
        self.foreign: set[str] = set()  # names that mean something outside
        self.parameters: set[str] = set()
        self.classes: set[str] = set()
        self.bases: set[str] = set()  # of its classes, by name
        tree = ast.parse(source)
        self._names(tree)
        # At the level of module and class a name is an attribute that others can read.
        levels: list[ast.AST] = [tree]
        levels += [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
        self.fixed = {name for level in levels for name in _bound_at(level)}
        self.parameters -= self.fixed | set(dir(builtins)) | {"self"}

    def _names(self, tree: ast.Module) -> None:
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                self.identifiers.add(node.id)
                if isinstance(node.ctx, ast.Store):
                    self.bound.add(node.id)
            elif isinstance(node, ast.Attribute):
                self.identifiers.add(node.attr)
                if isinstance(node.ctx, ast.Store):
                    self.bound.add(node.attr)
            elif isinstance(node, ast.FunctionDef | ast.ClassDef):
                self.identifiers.add(node.name)
                self.bound.add(node.name)
                if isinstance(node, ast.ClassDef):
                    self.classes.add(node.name)
                    self.bases |= {base.id for base in node.bases if isinstance(base, ast.Name)}
            elif isinstance(node, ast.arg):
                self.identifiers.add(node.arg)
                self.bound.add(node.arg)
                self.parameters.add(node.arg)
            elif isinstance(node, ast.keyword) and node.arg:
                self.foreign.add(node.arg)
            elif isinstance(node, ast.Import | ast.ImportFrom):
                for alias in node.names:
                    self.foreign.update(alias.name.split("."), (alias.asname or "").split("."))
                if isinstance(node, ast.ImportFrom):
                    self.foreign.update((node.module or "").split("."))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                self.foreign.add(node.value)

    def private_foreign(self) -> set[str]:
        """Private names used here that this file does not bind: those of somebody else's object."""
        return {name for name in self.identifiers if private(name) and name not in self.bound}


def _bound_at(level: ast.AST) -> Iterator[str]:
    for node in ast.iter_child_nodes(level):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        else:
            for inner in ast.walk(node):
                if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                    yield inner.id


def _short_names(prefix: str, taken: set[str]) -> Iterator[str]:
    for length in itertools.count(1):
        for letters in itertools.product(string.ascii_lowercase, repeat=length):
            name = prefix + "".join(letters)
            if name not in taken and not keyword.iskeyword(name) and not hasattr(builtins, name):
                yield name


def _replace(source: str, everywhere: Mapping[str, str], variables: Mapping[str, str]) -> str:
    """`everywhere`: also after a dot; `variables`: only where no dot stands before."""
    lines = source.splitlines(keepends=True)
    edits = []
    before = ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NAME:
            new = everywhere.get(token.string)
            if new is None and before != ".":
                new = variables.get(token.string)
            if new is not None:
                edits.append((token.start, token.end, new))
        if token.type not in (tokenize.NL, tokenize.COMMENT):
            before = token.string
    for (row, start), (_, end), new in reversed(edits):
        line = lines[row - 1]
        lines[row - 1] = line[:start] + new + line[end:]
    return "".join(lines)


def shorten(sources: Mapping[str, str]) -> dict[str, str]:
    """{path: source} of the whole firmware, shortened together. Other files' keywords count."""
    files = {path: _File(source) for path, source in sources.items()}
    foreign = {name for file in files.values() for name in file.foreign | file.private_foreign()}
    # A class and its base in another file are one object: two short names would meet in it.
    bases = {name for file in files.values() for name in file.bases - file.classes}
    for file in files.values():
        if file.bases - file.classes - set(dir(builtins)) or file.classes & bases:
            foreign |= {name for name in file.bound if private(name)}
    result = {}
    for path, file in files.items():
        if ASSEMBLER in file.source:
            result[path] = file.source
            continue
        taken = file.identifiers | foreign
        mine = sorted(name for name in file.bound if private(name) and name not in foreign)
        everywhere = dict(zip(mine, _short_names("_", taken), strict=False))
        wanted = sorted(
            name for name in file.parameters if not private(name) and name not in foreign
        )
        variables = dict(zip(wanted, _short_names("", taken), strict=False))
        result[path] = _replace(file.source, everywhere, variables)
    return result
