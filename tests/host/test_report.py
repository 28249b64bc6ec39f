# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The report: the story told right, everything escaped, nothing claimed that nobody can prove."""

import html
import io
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from host_tools import (
    browser,
    care_plan,
    cli,
    languages,
    log_words,
    report,
    report_plots,
    report_words,
)
from host_tools.logbook import open_log
from host_tools.report_model import tell, total_s
from tests.host.fake_device import START, heard, line
from tests.host.test_logbook import folder, raw

BERLIN = ZoneInfo("Europe/Berlin")
NASTY = "<script>alert(1)</script>\"'&<img src=x onerror=y>"
HOUR = 3600


def night() -> bytes:
    """A chime that rises, a siren that is paused and taken over, a fault, a self-test."""
    parts = [line(1, 0, "boot", reason="power on", version="0.1.0")]
    parts += [
        heard(2, HOUR, "chime"),
        heard(3, HOUR, "chime", "weak", ago_s=3),
        line(4, HOUR + 2, "alert", priority="low", cond="chime", why="alert"),
        heard(5, 2 * HOUR, "chime"),
        line(6, 2 * HOUR + 2, "alert", priority="medium", cond="chime", why="rise"),
        line(7, 2 * HOUR + 62, "ack", cond="chime", after_s=60),
        heard(8, 3 * HOUR, "chime"),
        heard(9, 4 * HOUR, "siren", hz=(900, 1200)),
        line(10, 4 * HOUR + 4, "alert", priority="high", cond="siren", why="alert"),
        line(11, 4 * HOUR + 34, "paused", priority="high", cond="siren", for_s=120),
        line(12, 4 * HOUR + 94, "ack", cond="siren", after_s=90),
        line(13, 5 * HOUR, "technical", name="mic_silent", detail="all samples zero"),
        line(14, 5 * HOUR, "alert", priority="technical", cond="technical", why="mic_silent"),
        line(15, 5 * HOUR + 600, "cleared", name="mic_silent", detail=""),
        line(16, 5 * HOUR + 601, "gap", ms=1500, total_ms=1500, writes=3),
        line(17, 6 * HOUR, "selftest", ok=False),
        line(18, 6 * HOUR + 9, "selftest", ok=True),
    ]
    return b"".join(parts)


def story(tmp_path, data: bytes, hours: float = 8):
    log = open_log(folder(tmp_path, data))
    return tell(log, START, START + timedelta(hours=hours))


@pytest.fixture
def run(capsys, tmp_path):
    def call(*args) -> tuple[int, str, str]:
        err = io.StringIO()
        status = cli.main([str(arg) for arg in args], stderr=err)
        return status, capsys.readouterr().out, err.getvalue()

    return call


def test_the_story_of_a_night(tmp_path):
    told = story(tmp_path, night())
    chime, siren, technical = told.alerts
    assert [level for _, level in chime.levels] == ["low", "medium"]
    assert (chime.highest, chime.taken_s) == ("medium", HOUR + 60)
    assert (siren.answer_s, siren.taken_s, siren.pauses) == (30, 90, 1)
    assert (technical.condition, technical.taken_s) == ("technical", None)
    assert [sound.kind for sound in told.sounds] == ["chime"] * 3 + ["siren"]  # one counted once
    assert [minutes for _, minutes in told.intervals("chime")] == [60, 60]
    assert [(span.why, span.seconds) for span in told.deaf if span.known] == [("mic_silent", 600)]
    assert told.flash_deaf_s == 1.5
    assert [entry.record["ok"] for entry in told.selftests] == [False, True]


def test_a_false_finding_between_does_not_hide_the_rhythm(tmp_path):
    data = (
        line(1, 0, "boot") + heard(2, HOUR, "chime") + heard(3, 2 * HOUR - 170, "chime", hz=(3142,))
    )
    data += heard(4, 2 * HOUR, "chime", hz=(1510,))
    told = story(tmp_path, data)
    assert len(told.sounds) == 3  # it is listed
    assert [minutes for _, minutes in told.intervals("chime")] == [60]


def test_what_nothing_proves_is_not_called_listening(tmp_path):
    data = line(1, 0, "boot") + line(2, HOUR, "gap", ms=300)
    data += raw(n=3, t="2026-01-16T01:00:00Z", up=0, k="boot")
    data += raw(n=4, t="2026-01-16T02:00:00Z", up=3600, k="gap", ms=300)
    told = story(tmp_path, data, hours=6)
    unknown = [(span.start.hour, span.end.hour) for span in told.deaf if not span.known]
    assert unknown == [(23, 1), (2, 4)]
    assert total_s(told.deaf) == 4 * HOUR


def test_a_stuck_button_answers_nothing(tmp_path):
    data = line(1, 0, "boot") + line(2, 9, "alert", priority="high", cond="siren", why="alert")
    data += line(3, 19, "ack", cond="siren", after_s=10) + line(4, 49, "stuck", cond="siren")
    (alert,) = story(tmp_path, data).alerts
    assert alert.answer_s is None and alert.taken_s is None


def test_faults_that_overlap_count_once(tmp_path):
    data = line(1, 0, "boot") + line(2, 100, "technical", name="loop")
    data += line(3, 150, "technical", name="supply") + line(4, 200, "cleared", name="loop")
    data += line(5, 300, "cleared", name="supply")
    assert total_s(span for span in story(tmp_path, data).deaf if span.known) == 200


def test_the_page_holds_it_all_and_says_what_it_is(run, tmp_path):
    source = folder(tmp_path, night())
    (source / "settings.json").write_text('{"name": "Ada", "refill_alarm_date": "2026-03-01"}')
    target = tmp_path / "night.html"
    status, out, err = run("report", source, "--zone", "Europe/Berlin", "--out", target)
    assert (status, err) == (0, "") and str(target) in out
    page = html.unescape(target.read_text())
    for words in (
        "Chimewatch report: Ada", "never replaces the pump's own alarm", "no all-clear",
        "low → medium", "1 min 30 s", "2026-03-01", "the microphone is silent", "FAILED",
        "Every checksum is right", "Who (by hand)", "Fri 2026-01-16 00:00:02",
    ):  # fmt: skip
        assert words in page, words
    assert page.count("<svg") == 3 == page.count("</svg>")  # one siren has no interval
    # Nothing from elsewhere: no script, no address but the SVG's name.
    assert set(re.findall(r"https?://[^\"' ]+", page)) <= {"http://www.w3.org/2000/svg"}
    assert "<script" not in page and "@import" not in page and "url(http" not in page


def test_names_notes_and_records_are_escaped(run, tmp_path):
    data = night() + line(19, 7 * HOUR, "technical", name=NASTY, detail=NASTY)
    data += line(20, 7 * HOUR + 9, "cleared", name=NASTY)
    data += line(21, 7 * HOUR + 10, "alert", priority="high", cond=NASTY, why="x")
    data += b"{" + NASTY.encode() + b"\n"
    source = folder(tmp_path, data)
    settings = tmp_path / "plan.json"
    settings.write_text('{"name": "<b>Ada</b>", "room": "</title><i>4", "pump_model": "<u>x"}')
    target = tmp_path / "page.html"
    status, _, err = run("report", source, "--settings", settings, "--note", NASTY, "--out", target)
    assert (status, err) == (0, "")
    page = target.read_text()
    for tag in ("<script", "<img", "<b>", "<i>", "<u>", "onerror=y>"):
        assert tag not in page
    assert "&lt;script&gt;" in page and "&lt;b&gt;Ada" in page


def test_the_log_s_damage_stands_on_the_page(run, tmp_path):
    source = folder(tmp_path, night() + b'{"n":19,"t":"20')
    target = tmp_path / "page.html"
    assert run("report", source, "--out", target)[0] == 0
    page = target.read_text()
    assert "The log is damaged or incomplete" in page and "log/000001.jsonl:19" in page


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--from", "2031-01-01"], "no records in that time"),
        (["--from", "2026-02-30"], "no such date"),
        (["--hours", "0"], "above 0"),
        (["--hours", "nan"], "above 0"),
        (["--hours", "4", "--to", "2026-01-16"], "leave out"),
        (["--settings", "absent.json"], "no such settings file"),
        (["--zone", "Nowhere"], "unknown time zone"),
        (["--out", "page.txt"], ".html or .pdf"),
    ],
)
def test_bad_input_writes_nothing(run, tmp_path, options, words):
    source = folder(tmp_path, night())
    target = tmp_path / "page.html"
    given = ["report", source, "--out", target, *options]
    status, out, err = run(*given)
    assert (status, out) == (2, "") and words in err and err.count("\n") == 1
    assert not target.exists() and not (tmp_path / "page.txt").exists()


def test_a_log_without_a_single_time_is_refused(run, tmp_path):
    source = folder(tmp_path, raw(n=1, t=None, up=0, k="boot"))
    status, _, err = run("report", source, "--out", tmp_path / "page.html")
    assert status == 2 and "no record with a valid time" in err


def test_a_quiet_stretch_inside_the_log_is_a_report_too(run, tmp_path):
    target = tmp_path / "page.html"
    given = ["--zone", "UTC", "--from", "2026-01-15 22:10", "--to", "2026-01-15 22:50"]
    status, _, _ = run("report", folder(tmp_path, night()), "--out", target, *given)
    page = html.unescape(target.read_text())
    assert status == 0 and "No alert in this time." in page
    assert "None known: the monitor's uptime covers the whole time." in page


def test_a_folder_that_does_not_exist_is_told(run, tmp_path):
    status, _, err = run("report", folder(tmp_path, night()), "--out", tmp_path / "no" / "p.html")
    assert status == 2 and "cannot be written" in err


def test_pdf_without_a_browser_says_what_to_do(run, tmp_path, monkeypatch):
    monkeypatch.setattr(browser, "find", lambda: None)
    status, _, err = run("report", folder(tmp_path, night()), "--out", tmp_path / "page.pdf")
    assert status == 2 and "print it from any browser" in err
    assert not (tmp_path / "page.pdf").exists()


def test_rows_of_days_follow_summer_time():
    start = datetime(2026, 3, 27, 12, tzinfo=UTC)
    rows = report_plots.rows_of(start, start + timedelta(days=4), BERLIN)
    hours = [(after - begin).total_seconds() / 3600 for begin, after in rows]
    assert hours == [24, 24, 23, 24, 24]
    assert len(report_plots.rows_of(start, start + timedelta(days=400), BERLIN)) == 45


def test_a_long_log_still_makes_a_page(tmp_path):
    parts, n = [line(1, 0, "boot")], 1
    for hour in range(1, 60 * 24):
        n += 1
        parts.append(heard(n, hour * HOUR, "chime", hz=(1500 + hour % 7,)))
    log = open_log(folder(tmp_path, b"".join(parts)))
    assert log.span
    text = report.page(log, *log.span, BERLIN, care_plan.defaults())
    assert len(text) < 2_000_000 and "1439 heard" in text


def page_in(language: str, tmp_path) -> str:
    log = open_log(folder(tmp_path, night()))
    assert log.span
    texts = report_words.load(language)
    return report.page(log, *log.span, BERLIN, care_plan.defaults(), now=log.span[1], texts=texts)


def test_the_report_speaks_another_language(tmp_path):
    """No English is left in the page of another language, but for what both have in common."""
    english, german = report_words.load("en"), report_words.load("de")
    text = page_in("de", tmp_path)
    assert '<html lang="de">' in text and "Sirene: 1-mal gehört" in text
    assert "60,0 min" in text and "Do 2026-01-15" in text and "Strom eingeschaltet" in text
    assert "das Mikrofon ist stumm" in text and "Selbsttest MISSLUNGEN" in text
    flat = re.sub(r"<style>.*?</style>|<[^>]*>", "\n", text, flags=re.DOTALL)
    pieces = {" ".join(piece.split()) for piece in flat.split("\n")} - {""}
    for section, texts in english.items():
        for key, words in texts.items() if isinstance(texts, dict) else ():
            if words != german[section][key]:
                assert words not in pieces, f"{section}.{key}"


@pytest.mark.parametrize("language", languages.codes(report_words.FOLDER))
def test_every_language_of_the_report_is_complete(language, tmp_path):
    texts = report_words.load(language)
    assert texts["code"] == language and len(page_in(language, tmp_path)) > 10_000
    assert set(texts["faults"]) == set(log_words.FAULTS)
    assert set(texts["conditions"]) == set(log_words.CONDITIONS)


def test_the_english_report_uses_the_words_of_the_log(tmp_path):
    texts = report_words.load("en")
    assert (texts["faults"], texts["conditions"]) == (log_words.FAULTS, log_words.CONDITIONS)
    words = report_words.Words(texts)
    data = b"".join(
        [line(1, 0, "boot", reason="power on", version="0.1.0", restarts=2),
         raw(n=2, t="2026-01-15T22:00:09Z", up=9, k="missed", kind="chime", hz=[1500], misses=2),
         raw(n=3, t="2026-01-15T22:00:19Z", up=19, k="no longer heard", kind="siren", hz=[900]),
         line(4, 29, "selftest", ok=False)]
    )  # fmt: skip
    start, missed, gone, selftest = open_log(folder(tmp_path, data)).entries
    assert words.start(start) == log_words.say(start.record)[0]
    assert words.missed(missed) == log_words.say(missed.record)[0]
    assert words.missed(gone) == log_words.say(gone.record)[0]
    assert words.selftest(selftest) == log_words.say(selftest.record)


def test_a_language_of_the_report_that_lacks_a_text_is_refused(run, tmp_path):
    source = folder(tmp_path, night())
    half = tmp_path / "fr.toml"
    whole = (report_words.FOLDER / "en.toml").read_text("utf-8")
    half.write_text(whole.replace('nobody = "nobody took over"', ""), "utf-8")
    out = tmp_path / "r.html"
    status, _, err = run("report", source, "--language", half, "--out", out)
    assert status == 2 and "alerts.nobody is missing" in err and not out.exists()
    status, _, err = run("report", source, "--language", "xx", "--out", out)
    assert status == 2 and "there are de, en" in err
    half.write_text(whole.replace("nobody took over", "<b>personne</b>"), "utf-8")
    assert run("report", source, "--language", half, "--out", out)[0] == 0
    assert "<b>personne" not in out.read_text("utf-8")
