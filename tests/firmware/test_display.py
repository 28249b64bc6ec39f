# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""The display's driver row by row, and the words on the screen."""

import screen
import settings
from careplan import CarePlan

from drivers.clock import utc_from_fields
from drivers.display import Display

NIGHT = utc_from_fields(2026, 1, 15, 3, 20, 0)


class Chip:
    """Adafruit's driver as far as it is used; remembers what went over the bus."""

    fail = None

    def __init__(self, width, height, bus, addr):
        if self.fail:
            raise self.fail
        self.buffer = bytearray(width * height // 8 + 1)
        self.sent = []
        self.i2c_device = self

    def fill_rect(self, x, y, width, height, colour):
        pass

    def text(self, text, x, y, colour):
        # The text itself stands in for its pixels.
        at = 1 + y // 8 * 128
        self.buffer[at : at + 128] = text.encode() + bytes(128 - len(text))

    def write_cmd(self, command):
        self.command = command

    def write(self, data):
        if self.fail:
            raise self.fail
        self.sent.append((self.command, bytes(data[1:]).rstrip(b"\x00").decode()))


def make():
    chip = type("ThisChip", (Chip,), {})
    display = Display(None, chip)
    return display, chip


def test_only_changed_rows_go_out_one_a_step():
    display, _ = make()
    assert display.connect() and not display.pending
    display.show(["one", "two"])
    display.step()
    assert display.pending
    display.step()
    assert not display.pending
    display.step()
    assert display._chip.sent == [(0, "one"), (1, "two")]
    display.show(["one", "2"])
    while display.pending:
        display.step()
    assert display._chip.sent[2:] == [(1, "2")]
    display.show(["one", "2"])
    assert not display.pending


def test_faults_are_told_and_nothing_raises():
    for error, fault in (
        (ValueError("absent"), "no display"),
        (OSError(5), "bus"),
        (ImportError("x"), "no driver"),
    ):
        display, chip = make()
        chip.fail = error
        assert not display.connect() and display.fault == fault
        display.show(["x"])
        assert not display.pending
        chip.fail = None
        assert display.connect() and display.fault == ""
    display, chip = make()
    display.connect()
    display.show(["x"])
    chip.fail = OSError(5)
    display.step()
    assert display.fault == "bus" and not display.pending


def _fields(**more):
    fields = {
        "state": "sounding",
        "since_s": 700,
        "since_utc_s": NIGHT - 700,
        "paused_left_s": 0,
        "names": [],
    }
    fields.update(more)
    return fields


def _plan(**more):
    given = {
        "contact_office": "555 0100",
        "contact_office_hours": "Mon-Fri 8:30-17:00",
        "contact_on_call": "01234 567890 ask for the pump nurse",
        "contact_emergency": "112",
        "name": "Ada",
        "early_signs": "itching, stiff legs, sweating, no sleep, and irritable all day long",
        "rescue_medicine": "baclofen 10 mg by mouth",
    }
    given.update(more)
    values, errors = settings.check(given)
    assert not errors, errors
    return CarePlan(values)


def test_the_screen_says_which_alarm_since_when_and_whom_to_call_now():
    pages = screen.alarm_pages("siren", _fields(), _plan(), NIGHT)
    assert pages[0][:3] == ["PUMP SIREN", "03:08, 11 min", "pump empty or"]
    assert "CALL on call" in pages[0] and "01234 567890 ask" in pages[0]
    assert any("112" in line for line in pages[1])
    assert any("baclofen" in line for page in pages for line in page)
    for page in pages:
        assert len(page) <= 8
        assert all(len(line) <= 16 for line in page), page


def test_every_condition_has_words_that_fit():
    plan = _plan(any_sound_is_emergency=True, fever_protocol="above 38.6 C call")
    for key in screen.TITLES:
        for state in ("sounding", "paused", "taken", "over"):
            fields = _fields(state=state, names=list(screen.FAULT_TEXTS)[:4], since_utc_s=None)
            for page in screen.alarm_pages(key, fields, plan, None):
                assert 0 < len(page) <= 8 and all(len(line) <= 16 for line in page), page
    fields = _fields(paused_left_s=61)
    assert "silent 2 min" in screen.alarm_pages("chime", fields, plan, NIGHT)[0]


def test_texts_wrap_at_spaces_and_never_loop():
    assert screen.wrap("itching, stiff legs", 4) == ["itching, stiff", "legs"]
    assert screen.wrap("x" * 40, 2) == ["x" * 16, "x" * 16]
    assert screen.wrap("", 3) == [] and screen.wrap("a b", 0) == []


def test_idle_and_reminder_pages():
    class Healthy:
        listening = True

    plan = _plan(refill_alarm_date="2026-01-20")
    assert screen.idle_page(plan, Healthy, NIGHT) == [
        "Ada", "listening", "03:20", "", "refill alarm in", "5 days",
    ]  # fmt: skip
    page = screen.reminder_page("refill", 5, plan, NIGHT)
    assert "in 5 days" in page and "555 0100" in page
