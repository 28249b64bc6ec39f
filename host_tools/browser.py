# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""PDF through a browser's print, where Chromium or Chrome is installed.

In: a finished page. Out: a PDF. Without such a browser `UserError` says what to do instead. The
browser gets an empty profile of its own and no network.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from host_tools.errors import UserError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
SECONDS = 90
OPTIONS = (
    "--headless=new",
    "--no-first-run",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--hide-scrollbars",
)


def find() -> str | None:
    """The browser's program, CHIMEWATCH_BROWSER first."""
    given = os.environ.get("CHIMEWATCH_BROWSER")
    if given:
        return shutil.which(given)
    return next((found for found in map(shutil.which, (*NAMES, MAC)) if found), None)


def call(*arguments: str) -> str:
    """Run it headless; returns what it printed. Raises `UserError`."""
    program = find()
    if program is None:
        raise UserError(
            "PDF needs Chromium or Chrome, and none was found: write .html and print it from any "
            "browser, or name the program in CHIMEWATCH_BROWSER"
        )
    sandbox = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [program, *OPTIONS, *sandbox, f"--user-data-dir={profile}", *arguments]
        try:
            # Its crash reports and settings go with the profile, not into the person's home.
            env = {**os.environ, "HOME": profile}
            done = subprocess.run(
                command, capture_output=True, timeout=SECONDS, check=False, env=env
            )
        except subprocess.TimeoutExpired as error:
            raise UserError(f"{program} did not finish within {SECONDS} s: try again") from error
        except OSError as error:
            raise UserError(f"{program} cannot be run ({error.strerror})") from error
    return done.stdout.decode("utf-8", "replace")


def to_pdf(html: str, target: Path) -> None:
    """Print the page into `target`."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(html, "utf-8")
        made = Path(folder) / "page.pdf"
        call("--no-pdf-header-footer", f"--print-to-pdf={made}", page.as_uri())
        if not made.is_file():
            raise UserError(f"{find()} printed nothing: write .html and print it from a browser")
        put(made.read_bytes(), target)


def put(data: bytes, target: Path) -> None:
    """Write a whole file or none."""
    draft = target.with_name(f".{target.name}.part")
    try:
        draft.write_bytes(data)
        os.replace(draft, target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise UserError(
            f"{target}: cannot be written ({error.strerror}): choose another place (--out)"
        ) from error


def write_page(html: str, target: Path) -> None:
    """As .html or .pdf, by its name."""
    kind = target.suffix.lower()
    if kind == ".pdf":
        to_pdf(html, target)
    elif kind in (".html", ".htm"):
        put(html.encode(), target)
    else:
        raise UserError(f"{target}: name the file .html or .pdf (--out)")
