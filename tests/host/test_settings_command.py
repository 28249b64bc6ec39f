# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The settings editor: what it asks, refuses, shows and keeps."""

import io
import json
import re

import pytest
from rich.console import Console

from host_tools import browser, care_plan, cli, settings_command, settings_schema
from host_tools.errors import UserError
from host_tools.settings_command import Options


@pytest.fixture
def run(capsys):
    def call(*args) -> tuple[int, str, str]:
        err = io.StringIO()
        status = cli.main([str(arg) for arg in args], stderr=err)
        return status, capsys.readouterr().out, err.getvalue()

    return call


def answer(file, *lines: str) -> tuple[int, str]:
    """The interactive editor with these lines typed."""
    out = io.StringIO()
    keyboard = io.StringIO("".join(line + "\n" for line in lines))
    status = settings_command.run(Options(file), keyboard, out)
    return status, out.getvalue()


def test_every_setting_has_words_and_no_words_are_stale():
    assert set(care_plan.words()) == set(care_plan.schema())
    for key, entry in care_plan.words().items():
        assert entry["title"] and entry["text"], key


def test_answers_are_explained_checked_shown_and_saved(tmp_path):
    file = tmp_path / "settings.json"
    status, out = answer(
        file, "3", "Pump clinic 555 0100", "always", "Mon-Fri 8:30-17:00", "", "112", "s", "y"
    )
    assert status == 0
    assert "Outside these hours the display names the on-call number." in out
    assert 'must be hours such as "Mon-Fri 8:30-17:00"' in out
    assert 'Emergency number: default  ->  "112"' in out
    assert json.loads(file.read_text()) == {
        "contact_office": "Pump clinic 555 0100",
        "contact_office_hours": "Mon-Fri 8:30-17:00",
        "contact_emergency": "112",
    }


def test_leaving_or_a_closed_keyboard_saves_nothing(tmp_path):
    file = tmp_path / "settings.json"
    assert "nothing was changed" in answer(file, "1", "Ada", "q", "q", "y")[1]
    assert "nothing was saved" in answer(file, "1", "Ada")[1]
    assert "nothing was changed" in answer(file, "1", "Ada", "q", "s", "n", "q", "y")[1]
    assert not file.exists()


def test_a_default_is_taken_back_with_a_dash(tmp_path):
    file = tmp_path / "settings.json"
    file.write_text('{"name": "Ada", "room": "4"}')
    answer(file, "1", "-", "q", "s", "y")
    assert json.loads(file.read_text()) == {"room": "4"}
    assert json.loads((tmp_path / "settings.json.previous").read_text())["name"] == "Ada"


def test_what_cannot_belong_together_is_not_saved(tmp_path):
    file = tmp_path / "settings.json"
    file.write_text('{"surgery_date": "2026-05-01"}')
    words = care_plan.words()
    order = [
        key for key in words if words[key]["section"] == "The pump" and key in care_plan.schema()
    ]
    before = [""] * order.index("last_refill_date")
    _, out = answer(file, "2", *before, "2026-01-01", "q", "s", "q", "y")
    assert "lies after" in out and json.loads(file.read_text()) == {"surgery_date": "2026-05-01"}


def test_a_wrong_file_is_mended_with_words(tmp_path):
    file = tmp_path / "settings.json"
    file.write_text('{"civil_hour": 99, "colour": "red", "name": "Ada"}')
    _, out = answer(file, "s", "y")
    assert "'civil_hour' must be" in out and '"colour" is no setting' in out
    assert json.loads(file.read_text()) == {"name": "Ada"}


def test_set_changes_shows_and_keeps_the_version_before(run, tmp_path):
    file = tmp_path / "settings.json"
    file.write_text('{"room": "3"}')
    status, out, err = run("settings", file, "--set", "room=Room 4", "--set", "mri_today=yes")
    assert (status, err) == (0, "")
    assert 'Room (room): "3"  ->  "Room 4"' in out
    assert json.loads(file.read_text()) == {"room": "Room 4", "mri_today": True}
    status, out, _ = run("settings", file, "--undo")
    assert status == 0 and json.loads(file.read_text()) == {"room": "3"}
    run("settings", file, "--undo")  # and back again
    assert json.loads(file.read_text())["room"] == "Room 4"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--set", "room"], "KEY=VALUE"),
        (["--set", "rooms=4"], "did you mean 'room'"),
        (["--set", "civil_hour=25"], "'civil_hour' must be a whole number from 0 to 23"),
        (["--set", "civil_hour=8.5"], "must be a whole number"),
        (["--set", "mri_today=maybe"], "must be true or false"),
        (["--set", "surgery_date=2026-02-30"], "must be a date"),
        (["--set", "name=" + "x" * 41], "at most 40 characters"),
        (["--set", 'policy={"siren sure": "low"}'], "policy has no row"),
        (["--set", "policy=[[["], "policy"),
        (["--undo"], "no earlier version"),
    ],
)
def test_bad_values_change_nothing(run, tmp_path, options, words):
    file = tmp_path / "settings.json"
    file.write_text('{"room": "3"}')
    status, _, err = run("settings", file, *options)
    assert status == 2 and words in err and err.count("\n") == 1
    assert file.read_text() == '{"room": "3"}' and list(tmp_path.iterdir()) == [file]


def test_no_file_no_json_and_no_right_are_told(run, tmp_path, monkeypatch):
    assert "name the settings file" in run("settings")[2]
    file = tmp_path / "settings.json"
    file.write_text("{broken")
    assert "not valid JSON (line 1)" in run("settings", file, "--set", "room=4")[2]
    monkeypatch.setattr(browser.os, "replace", refuse)
    good = tmp_path / "new.json"
    assert "cannot be written" in run("settings", good, "--set", "room=4")[2]
    assert not good.exists() and not list(tmp_path.glob(".*"))


def refuse(*_):
    raise PermissionError(13, "Permission denied")


def test_show_explains_every_setting(run, tmp_path):
    file = tmp_path / "settings.json"
    file.write_text('{"room": "\\u001b[31m"}')
    status, out, _ = run("settings", file, "--show")
    assert status == 0 and "\x1b" not in out
    for key in care_plan.schema():
        assert f"  {key} = " in out
    document = json.loads(run("settings", file, "--show", "--json")[1])
    assert document["errors"] == [] and set(document["settings"]) == set(care_plan.schema())


def test_the_schema_agrees_with_the_firmware(run, tmp_path):
    target = tmp_path / "schema.json"
    assert run("settings", "--schema", target)[0] == 0
    schema = json.loads(target.read_text())
    assert schema == settings_schema.schema()
    assert set(schema["properties"]) == set(care_plan.schema())
    for value, fits in (("", True), ("2026-01-31", True), ("2026-1-31", False), ("31.1.26", False)):
        pattern = schema["properties"]["surgery_date"]["pattern"]
        assert bool(re.search(pattern, value)) == fits == (not care_plan.check(
            {"surgery_date": value})[1])  # fmt: skip
    for value in ("", "Mon-Fri 8:30-17:00", "Mon-Thu 8-17, Fri 8:30-12:00", "always", "Mon 9"):
        pattern = schema["properties"]["contact_office_hours"]["pattern"]
        errors = care_plan.check({"contact_office_hours": value, "contact_office": "x"})[1]
        assert bool(re.search(pattern, value)) == (not errors), value


def test_too_large_for_the_device_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(care_plan, "most_bytes", lambda: 10)
    with pytest.raises(UserError, match="at most 10"):
        settings_command.run(
            Options(tmp_path / "s.json", ["room=Room 4"]), io.StringIO(), io.StringIO()
        )


def test_changes_name_the_default():
    out = io.StringIO()
    settings_command.tell_changes({}, {"civil_hour": 7}, Console(file=out, width=200))
    assert "8 (default)  ->  7" in out.getvalue()
