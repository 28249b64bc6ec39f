# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""For tests that look at pages in headless Chromium: printing, screenshots, the axe checker.

In: HTML text. Out: pages of a PDF, violations, measures of the laid-out page. Without a browser, or
without axe (`npm install --prefix build/axe axe-core`), the tests are skipped by name.
"""

import json
import os
import re
from html import unescape
from pathlib import Path

import pytest

from host_tools import browser, runtimes

AXE = Path(
    os.environ.get("CHIMEWATCH_AXE")
    or runtimes.BUILD / "axe" / "node_modules" / "axe-core" / "axe.min.js"
)
needs_browser = pytest.mark.skipif(
    browser.find() is None, reason="no Chromium or Chrome: pages are not looked at"
)
needs_axe = pytest.mark.skipif(
    not AXE.is_file(), reason="no axe-core (npm install --prefix build/axe axe-core)"
)
LOOK = """
const root = document.documentElement;
const result = {wide: root.scrollWidth, view: root.clientWidth, text: document.body.innerText,
  squeezed: [...document.querySelectorAll('.legend tbody th')].filter(th =>
    getComputedStyle(th).display === 'block'
    && th.offsetWidth < 0.8 * th.parentNode.offsetWidth).length,
  scripts: document.scripts.length, bold: document.querySelectorAll('b').length};
if (window.axe) {
  const found = await axe.run(document, {resultTypes: ['violations']});
  result.violations = found.violations.map(v => ({id: v.id, impact: v.impact, help: v.help,
    nodes: v.nodes.slice(0, 3).map(n => n.html.slice(0, 160))}));
}
const out = document.createElement('pre');
out.id = 'result';
out.textContent = JSON.stringify(result);
document.body.append(out);
"""
CSP = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


def printed_pages(html: str, paper: str, folder: Path) -> int:
    """How many pages it prints on: paper is "A4" or "Letter"."""
    target = folder / f"{paper}.pdf"
    browser.to_pdf(html.replace("@page {", f"@page {{ size: {paper};"), target)
    data = target.read_bytes()
    assert data.startswith(b"%PDF")
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", data))


def look(html: str, folder: Path, width: int = 1280) -> dict:
    """A copy of the page, allowed to run our script, laid out at that width: its widths, visible
    text, counts of elements, and axe's violations where axe is there."""
    axe = f"<script>{AXE.read_text('utf-8')}</script>" if AXE.is_file() else ""
    script = "<script>(async () => {" + LOOK + "})();</script>"
    page = folder / "copy.html"
    html = CSP.sub("", html).replace("</head>", axe + "</head>", 1)
    page.write_text(html.replace("</body>", script + "</body>"), "utf-8")
    shown = browser.call(
        f"--window-size={width},1200", "--virtual-time-budget=20000", "--dump-dom", page.as_uri()
    )
    match = re.search(r'<pre id="result">(.*?)</pre>', shown, re.DOTALL)
    assert match, "the page's script did not finish"
    return json.loads(unescape(match[1]))
