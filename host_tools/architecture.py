# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The architecture in one picture, from the imports that the code really has.

    python -m host_tools.architecture          writes docs/pictures/architecture.svg

In: the Python files of firmware/, host_tools/ and hardware/. Out: `folders()`, which module lies
where and who imports whom; `picture()`, the SVG. In a box, a module imports only what stands in
rows below its own (or beside it, in a circle); an arrow from box to box is at least one import.
"""

import ast
import sys
from html import escape
from pathlib import Path

from host_tools.runtimes import ROOT

TARGET = ROOT / "docs" / "pictures" / "architecture.svg"
# Top to bottom. Left: what the board runs, real or simulated, and its drawings.
LEFT = (
    "firmware", "firmware/drivers", "firmware/alarm", "host_tools/simulator/board", "hardware",
)  # fmt: skip
RIGHT = (
    "host_tools", "host_tools/evaluate", "host_tools/deploy", "host_tools/listening",
    "host_tools/simulator",
)  # fmt: skip
WORDS = {
    "firmware": "what the board runs: main wires, monitor loops, one block of sound at a time",
    "firmware/drivers": "thin adapters, one part of hardware each; only they know pins",
    "firmware/alarm": "the pure core: numbers and times in, findings and alerts out",
    "host_tools": "the command chimewatch, and what it is made of",
    "host_tools/evaluate": "how weak a sound, how often a false one",
    "host_tools/deploy": "onto a board, in one piece or not at all",
    "host_tools/listening": "the listening chain alone, over any sound",
    "host_tools/simulator": "the simulated board, seen from the computer",
    "host_tools/simulator/board": "the board's parts, run by MicroPython under the firmware",
    "hardware": "drawings, enclosure and figures, from tables",
}
COLUMN, GUTTER, MARGIN, PAD = 500, 90, 60, 12
CHAR, ROW, HEAD = 7.3, 19, 44
LANE = 11


class Code:
    """Modules by folder, and imports between them, as (folder, stem) pairs."""

    def __init__(self, root: Path = ROOT) -> None:
        self.modules: dict[tuple[str, str], Path] = {}
        for folder in (*LEFT, *RIGHT):
            for path in sorted((root / folder).glob("*.py")):
                if path.stem not in ("__init__", "__main__"):
                    self.modules[folder, path.stem] = path
            init = root / folder / "__init__.py"
            if init.is_file() and init.stat().st_size > 200:
                self.modules[folder, "__init__"] = init
        self.imports = {
            (who, whom)
            for who, path in self.modules.items()
            for name in named(ast.parse(path.read_text("utf-8")))
            if (whom := self.find(name, who[0])) and whom != who
        }

    def find(self, name: str, near: str) -> tuple[str, str] | None:
        """The module of that dotted name, as somebody in folder `near` would import it."""
        *parents, stem = name.split(".")
        inside = "/".join(parents)
        places = [inside, f"firmware/{inside}" if inside else "firmware"]
        if not parents:
            places = [near, "firmware"]
        for place in places:
            if (place, stem) in self.modules:
                return place, stem
        package = "/".join([*parents, stem])
        for place in (package, f"firmware/{package}"):
            if (place, "__init__") in self.modules:
                return place, "__init__"
        return None

    def rows(self, folder: str) -> list[list[str]]:
        """The folder's modules, those that nobody there imports first."""
        own = {stem for place, stem in self.modules if place == folder}
        below = {
            stem: {b[1] for a, b in self.imports if a == (folder, stem) and b[0] == folder}
            for stem in own
        }
        depth = {stem: _depth(stem, below, ()) for stem in own}
        levels = sorted(set(depth.values()), reverse=True)
        return [sorted(stem for stem in own if depth[stem] == level) for level in levels]

    def arrows(self) -> list[tuple[str, str]]:
        """Pairs of folders with an import between them."""
        order = (*LEFT, *RIGHT)
        found = {(a[0], b[0]) for a, b in self.imports if a[0] != b[0]}
        return sorted(found, key=lambda pair: (order.index(pair[0]), order.index(pair[1])))


def _depth(stem: str, below: dict[str, set[str]], above: tuple[str, ...]) -> int:
    """Longest way down; a circle counts once."""
    deeper = [_depth(s, below, (*above, stem)) for s in below[stem] if s not in (*above, stem)]
    return 1 + max(deeper) if deeper else 0


def named(tree: ast.AST) -> list[str]:
    """Dotted names of everything that may be a module: `from a import b` names a.b and a. What the
    host loads by `device_code.module("settings")` counts too: it is how it reads the firmware."""
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names += [f"{node.module}.{alias.name}" for alias in node.names] + [node.module]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr == "module" and node.args and isinstance(node.args[0], ast.Constant):
                names.append(str(node.args[0].value))
    return names


def _wrapped(stems: list[str]) -> list[str]:
    """A row's names in lines that fit the column."""
    lines = [""]
    for stem in stems:
        word = "(package)" if stem == "__init__" else stem
        if len(lines[-1]) + len(word) + 2 > (COLUMN - 2 * PAD) / CHAR:
            lines.append("")
        lines[-1] += ("  " if lines[-1] else "") + word
    return lines


def picture(code: Code) -> str:
    parts: list[str] = []
    boxes: dict[str, tuple[float, float, float]] = {}  # x, top, height
    bottom = 0.0
    for x, column in ((MARGIN, LEFT), (MARGIN + COLUMN + GUTTER, RIGHT)):
        y = 66.0
        for folder in column:
            lines = [(i, text) for i, row in enumerate(code.rows(folder)) for text in _wrapped(row)]
            high = HEAD + ROW * len(lines) + PAD
            boxes[folder] = (x, y, high)
            parts.append(_box(folder, x, y, high, lines))
            y += high + 26
        bottom = max(bottom, y)
    parts += _arrows(code.arrows(), boxes)
    wide = 2 * MARGIN + 2 * COLUMN + GUTTER
    head = (
        f'<text x="{MARGIN}" y="26" font-size="20" font-weight="bold">Chimewatch: what imports '
        "what</text>"
        f'<text x="{MARGIN}" y="48" fill="#555">Made from the code by `make map`. Rows '
        "import from rows below; an arrow is at least one import.</text>"
    )
    marker = (
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
        'markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#0b4f8a"/></marker></defs>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {bottom:.0f}" role="img" '
        'font-family="DejaVu Sans, Verdana, sans-serif" font-size="13"><title>Architecture from '
        f'the imports</title>{marker}<rect width="100%" height="100%" fill="#fff"/>{head}\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _box(folder: str, x: float, y: float, high: float, lines: list[tuple[int, str]]) -> str:
    fill = "#eef4fa" if folder.startswith("firmware") else "#f6f3ea"
    parts = [
        f'<rect x="{x}" y="{y:.0f}" width="{COLUMN}" height="{high:.0f}" rx="6" fill="{fill}" '
        'stroke="#444"/>',
        f'<text x="{x + PAD}" y="{y + 19:.0f}" font-weight="bold">{folder}/</text>',
        f'<text x="{x + PAD}" y="{y + 36:.0f}" fill="#555" font-size="12">'
        f"{escape(WORDS[folder])}</text>",
    ]
    before = 0
    for index, (row, text) in enumerate(lines):
        top = y + HEAD + ROW * index
        if row != before:
            before = row
            parts.append(
                f'<path d="M{x + PAD} {top + 1:.0f}h{COLUMN - 2 * PAD}" stroke="#bbb" '
                'stroke-dasharray="2 3"/>'
            )
        parts.append(
            f'<text x="{x + PAD}" y="{top + 14:.0f}" font-family="DejaVu Sans Mono, monospace" '
            f'font-size="12" xml:space="preserve">{escape(text)}</text>'
        )
    return "".join(parts)


def _arrows(
    pairs: list[tuple[str, str]], boxes: dict[str, tuple[float, float, float]]
) -> list[str]:
    """Inside a column along its outer side, between the columns through the gutter."""
    drawn = []
    lanes = {"left": 0, "right": 0, "gutter": 0}
    ports = dict.fromkeys([(box, side) for box in boxes for side in lanes], 0)

    def port(box: str, side: str) -> float:
        ports[box, side] += 1
        return boxes[box][1] + 10 + 9 * ports[box, side]

    for who, whom in pairs:
        sides = (who in LEFT, whom in LEFT)
        side = "left" if all(sides) else "right" if not any(sides) else "gutter"
        lane = lanes[side] = lanes[side] + 1
        if side == "left":
            x1 = x2 = float(MARGIN)
            middle = float(MARGIN - LANE * lane)
        elif side == "right":
            x1 = x2 = float(MARGIN + 2 * COLUMN + GUTTER)
            middle = x1 + 3 + 4.0 * lane
        else:
            x1, x2 = (
                float(MARGIN + COLUMN + (0 if box in LEFT else GUTTER)) for box in (who, whom)
            )
            middle = MARGIN + COLUMN + GUTTER - 5 - 6.0 * lane
        y1, y2 = port(who, side), port(whom, side)
        drawn.append(
            f'<path d="M{x1} {y1:.0f}H{middle:.0f}V{y2:.0f}H{x2}" fill="none" stroke="#0b4f8a" '
            f'stroke-width="1.3" marker-end="url(#tip)"><title>{who} imports {whom}</title></path>'
        )
    return drawn


def main() -> int:
    TARGET.write_text(picture(Code()), "utf-8")
    print(f"wrote {TARGET.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
