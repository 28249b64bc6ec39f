# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""`chimewatch log` as a person meets it: local time with summer time, exports, exit codes."""

import csv
import io
import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from host_tools import cli, devicelink, local_time
from host_tools.errors import UserError
from tests.host.fake_device import heard, line
from tests.host.test_logbook import folder, raw

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def run(capsys):
    def call(*args) -> tuple[int, str, str]:
        capsys.readouterr()
        err = io.StringIO()
        status = cli.main([str(arg) for arg in args], stderr=err)
        return status, capsys.readouterr().out, err.getvalue()

    return call


@pytest.fixture
def night(tmp_path):
    data = line(1, 0, "boot", reason="power on", version="0.1.0") + heard(2, 3600, "chime")
    data += line(3, 3602, "alert", priority="low", cond="chime", why="alert")
    data += line(4, 3700, "ack", cond="chime", after_s=98) + line(5, 3800, "gap", ms=400)
    return folder(tmp_path, data)


def test_the_history_reads_in_local_time(run, night):
    status, out, err = run("log", night, "--zone", "Europe/Berlin")
    assert (status, err) == (0, "")
    assert "Thu 2026-01-15  (Europe/Berlin)" in out and "Fri 2026-01-16" in out
    assert "00:00:02  ALERT, low priority: chime" in out
    assert "someone has taken over (chime), 1 min 38 s after it began" in out
    assert "1 minor record is not shown" in out
    assert "every checksum is right" in out


def test_csv_and_json_hold_every_record(run, night):
    status, out, _ = run("log", night, "--zone", "UTC", "--csv")
    rows = list(csv.DictReader(io.StringIO(out.removeprefix("\ufeff"))))
    assert status == 0 and [row["n"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert json.loads(rows[1]["fields"])["sound"] == "chime"
    status, out, _ = run("log", night, "--zone", "Europe/Berlin", "--json")
    document = json.loads(out)
    assert document["records"][0]["local_time"] == "2026-01-15T23:00:00+01:00"
    assert (len(document["records"]), document["problems"]) == (5, [])


def test_a_spreadsheet_gets_no_formula(run, tmp_path):
    data = raw(n=1, t="2026-01-15T22:00:00Z", up=0, k="=cmd()", x="@SUM(A1)")
    _, out, _ = run("log", folder(tmp_path, data), "--csv", "--zone", "UTC")
    row = next(csv.DictReader(io.StringIO(out.removeprefix("\ufeff"))))
    assert row["kind"] == "'=cmd()" and row["words"].startswith("'=")


def test_strict_tells_by_its_exit_status(run, tmp_path, night):
    assert run("log", night, "--strict")[0] == 0
    (night / "log" / "000002.jsonl").write_bytes(line(9, 3900, "gap", ms=300))
    status, out, _ = run("log", night, "--strict")
    assert status == 5 and "MISSING log/000002.jsonl:1: records 6 to 8 are missing (3)" in out
    assert run("log", night)[0] == 0


def test_terminal_codes_in_a_record_do_nothing(run, tmp_path):
    data = raw(n=1, t="2026-01-15T22:00:00Z", up=0, k="error", trace="\x1b[2J\x07 \u202egone")
    _, out, _ = run("log", folder(tmp_path, data))
    assert "\x1b" not in out and "\x07" not in out and "\u202e" not in out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--from", "2026-13-01"], "no such date"),
        (["--from", "2026-02-30 10:00"], "no such date"),
        (["--from", "tonight"], "is no time"),
        (["--from", "2026-01-16", "--to", "2026-01-15"], "ends before it begins"),
        (["--from", "2031-01-01"], "the log covers"),
        (["--to", "1999-01-01"], "the log covers"),
        (["--zone", "Mars/Olympus"], "unknown time zone"),
        (["--zone", "../../etc/passwd"], "unknown time zone"),
    ],
)
def test_bad_input_is_one_line_and_code_2(run, night, options, words):
    status, out, err = run("log", night, *options)
    assert (status, out) == (2, "") and words in err and err.count("\n") == 1


def test_a_range_chooses_records(run, night):
    given = ["--zone", "UTC", "--from", "2026-01-15 23:00", "--to", "2026-01-15 23:01", "--json"]
    _, out, _ = run("log", night, *given)
    assert [record["n"] for record in json.loads(out)["records"]] == [2, 3]


def test_summer_time_both_ways():
    # 29 March 2026: 02:00 becomes 03:00 in Berlin; 25 October: 03:00 becomes 02:00.
    before, after = (datetime(2026, 3, 29, hour, 30, tzinfo=UTC) for hour in (0, 1))
    assert local_time.clock(before, BERLIN) == "01:30:00"
    assert local_time.clock(after, BERLIN) == "03:30:00"
    first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))
    assert local_time.clock(first, BERLIN) == "02:30:00 CEST"
    assert local_time.clock(second, BERLIN) == "02:30:00 CET"
    day = local_time.parse("2026-10-25", BERLIN), local_time.parse("2026-10-25", BERLIN, end=True)
    assert (day[1] - day[0]).total_seconds() == 25 * 3600


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59.4, "59 s"), (60, "1 min"), (125, "2 min 05 s"), (3600, "1 h"),
     (3 * 3600 + 425, "3 h 07 min"), (3 * 86400, "3 days"), (3 * 86400 + 7200, "3 days 2 h")],
)  # fmt: skip
def test_spans_read_well(seconds, text):
    assert local_time.span(seconds) == text


def test_without_a_zone_the_computers_own_is_taken(monkeypatch):
    monkeypatch.setenv("TZ", "America/New_York")
    assert local_time.name_of(local_time.zone(), datetime.now(UTC)) == "America/New_York"
    with pytest.raises(UserError):
        local_time.zone("Nowhere/At_All")


class FakeLink:
    """The line protocol's answers, raw lines included."""

    port = "/dev/fake"

    def __init__(self, port):
        self.raw = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def lines(self, command):
        for answer in (line(1, 0, "boot"), b'{"damaged":17}', line(3, 9, "gap", ms=1)):
            self.raw = answer.rstrip()
            if command == "log":
                yield json.loads(answer)

    def settings(self):
        return {"name": "Ada"}


def test_without_a_file_the_connected_monitor_is_asked(run, monkeypatch, tmp_path):
    monkeypatch.setattr(devicelink, "DeviceLink", FakeLink)
    status, out, _ = run("log", "--port", "/dev/fake", "--strict")
    assert status == 5
    assert "a damaged line of 17 bytes" in out and "record 2 is missing" in out
    target = tmp_path / "page.html"
    assert run("report", "--port", "/dev/fake", "--out", target)[0] == 0
    assert "Chimewatch report: Ada" in target.read_text()


def test_no_monitor_is_one_line(run, monkeypatch):
    monkeypatch.setattr(devicelink, "candidates", list)
    status, _, err = run("log")
    assert status == 4 and "no monitor found" in err
