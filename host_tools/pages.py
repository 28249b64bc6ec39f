# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Pages from templates: every value is escaped, and an unknown name is an error, not a blank.

In: a template of `templates/` and its values. Out: HTML in one piece, without scripts, fonts or
pictures from elsewhere.
"""

from pathlib import Path

import jinja2
from markupsafe import Markup

TEMPLATES = Path(__file__).resolve().parent / "templates"


def render(name: str, **values: object) -> str:
    """The page. Pictures made here come as `Markup`; all else is text."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name).render(**values)


def picture(svg: str) -> Markup:
    """Our own SVG, whose texts are escaped already."""
    return Markup(svg)
