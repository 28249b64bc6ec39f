# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Report, card and plan in a real browser: paper, screen widths, accessibility, no live content."""

import json
from datetime import date

import pytest

from host_tools import browser, card, care_plan, languages, report, report_words
from host_tools.logbook import open_log
from tests.host.browsing import look, needs_axe, needs_browser, printed_pages
from tests.host.test_log_command import BERLIN
from tests.host.test_logbook import folder
from tests.host.test_report import NASTY, night

pytestmark = needs_browser
PAGES = ("report", "report de", "bedside en", "bedside de", "plan en", "plan de")
VIEWS = [*((name, 500) for name in PAGES), ("report", 1280), ("bedside en", 1280)]
LOREM = "lorem ipsum dolor sit amet consetetur " * 20


def longest() -> dict:
    """Every text of the care plan at its greatest length."""
    texts = {
        key: LOREM[: rule[2]].strip()
        for key, rule in care_plan.schema().items()
        if rule[1] == "text"
    }
    hours = "Mon-Thu 8:30-17:00, Fri 8:30-12:00"
    dates = {"surgery_date": "2022-03-04", "mri_date": "2026-11-19"}
    values, errors = care_plan.check(
        {**texts, **dates, "contact_office_hours": hours, "any_sound_is_emergency": True}
    )
    assert not errors
    return values


def page_of(name: str, tmp_path, plan: dict | None = None) -> str:
    if name.startswith("report"):
        log = open_log(folder(tmp_path, night()))
        assert log.span
        return report.page(log, *log.span, BERLIN, plan or care_plan.defaults(), NASTY,
                           texts=report_words.load(name[7:] or "en"))  # fmt: skip
    kind, language = name.split()
    texts = languages.load(language)
    return card.page(plan or care_plan.defaults(), texts, kind, date(2026, 11, 20))


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """Each page at each width is looked at once: a browser takes its seconds to start."""
    known: dict = {}

    def at(name: str, width: int) -> dict:
        if (name, width) not in known:
            where = tmp_path_factory.mktemp("page")
            known[name, width] = look(page_of(name, where, foreign()), where, width)
        return known[name, width]

    return at


def foreign() -> dict:
    """The longest texts, and names that are markup."""
    return {**longest(), "name": "<b>Ada</b>", "room": "</style><b>x"}


@pytest.mark.parametrize("name", PAGES[2:])
def test_card_and_plan_print_on_one_page_even_with_the_longest_texts(name, tmp_path):
    assert printed_pages(page_of(name, tmp_path, longest()), "Letter", tmp_path) == 1


@pytest.mark.parametrize("name", ["bedside en", "plan de"])
def test_empty_ones_print_on_one_page_of_a4(name, tmp_path):
    assert printed_pages(page_of(name, tmp_path), "A4", tmp_path) == 1


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_report_prints(paper, tmp_path):
    assert 1 <= printed_pages(page_of("report", tmp_path), paper, tmp_path) <= 4


@pytest.mark.parametrize(("name", "width"), VIEWS)
def test_nothing_runs_out_of_the_window(name, width, seen):
    found = seen(name, width)
    assert found["wide"] <= found["view"]
    assert found["squeezed"] == 0  # on a phone each line of the legend takes the whole width


@pytest.mark.parametrize("name", PAGES)
def test_foreign_markup_is_text(name, seen):
    found = seen(name, 500)
    assert found["bold"] == 0 and "<b>Ada</b>" in found["text"]
    assert found["scripts"] <= 2  # the test's own


@needs_axe
@pytest.mark.parametrize(("name", "width"), VIEWS)
def test_axe_has_no_objection(name, width, seen):
    assert seen(name, width)["violations"] == []


@needs_axe
def test_axe_would_object(tmp_path):
    """The checker works: it finds what is wrong on purpose."""
    wrong = '<main><img src="x"><p style="color:#ccc">words too pale to be read</p>'
    page = page_of("plan en", tmp_path).replace("<main>", wrong)
    found = {one["id"] for one in look(page, tmp_path)["violations"]}
    assert {"image-alt", "color-contrast"} <= found, json.dumps(sorted(found))


def test_a_pdf_is_written_whole(tmp_path):
    target = tmp_path / "card.pdf"
    browser.write_page(page_of("bedside en", tmp_path), target)
    assert target.read_bytes().startswith(b"%PDF") and not list(tmp_path.glob(".*"))
