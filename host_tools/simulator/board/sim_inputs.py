# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""What the outside world does to the board at set times: buttons, supply, faults, power.

In: entries {"t": seconds, …} of the host's `inputs` and `faults`. One of
  "pin": name or GPIO number, "value": 0|1     a button or contact
  "adc": name or GPIO number, "value": 0..65535
  "fault": name (table below), more fields as its function reads them
  "power": "off", "off_s": seconds             supply lost and back (a cold start)
"""

import json

import sim_console
import sim_pins
import sim_source
from sim_core import sim


def _rtc(attribute, value):
    def change(entry):
        setattr(sim.rtc, attribute, value)

    return change


def _flash(name):
    def change(entry):
        sim.flash.fault = name

    return change


def _microphone(name):
    def change(entry):
        sim_source.set_fault(name)

    return change


def _sound(kind, gain):
    def change(entry):
        sim_pins.sound_gain(kind, entry.get("gain", gain))

    return change


def _usb(stalled):
    def change(entry):
        sim_console.port.stalled = stalled

    return change


def _bus(name, value):
    def change(entry):
        import sim_ssd1306

        display = sim.bus.get(sim_ssd1306.ADDRESS)
        if display is not None:
            setattr(display, name, value)

    return change


def _loop_late(entry):
    """The firmware computes for so long and reads no audio meanwhile."""
    sim.advance_us(int(entry.get("ms", 400)) * 1000)


def _rtc_ok(entry):
    sim.rtc.present = True
    sim.rtc.stuck = False


def _rtc_hung(entry):
    sim.rtc.break_off(entry.get("byte", 0), entry.get("bits", 8))


FAULTS = {
    "mic_dead": _microphone("dead"),  # zeros
    "mic_stuck": _microphone("stuck"),  # one constant value
    "mic_clip": _microphone("clip"),  # full scale with the signal's sign
    "mic_slot": _microphone("slot"),  # L/R pin wrong: zeros
    "mic_slot_ones": _microphone("slot_ones"),  # the same where the line is not pulled down
    "mic_stop": _microphone("stop"),  # no samples at all: readinto waits
    "mic_ok": _microphone(""),
    "rtc_absent": _rtc("present", False),  # nobody answers: EIO
    "rtc_stuck": _rtc("stuck", True),  # SDA shorted to ground: ETIMEDOUT, whatever is done
    "rtc_hung": _rtc_hung,  # SDA held low by a reading that was broken off, until it is clocked out
    "rtc_ok": _rtc_ok,
    "rtc_osf": lambda entry: sim.rtc.stop_flag(),
    "rtc_lost": lambda entry: sim.rtc.lose_battery(),
    "rtc_bad_bcd": lambda entry: sim.rtc.spoil(entry.get("register", 5), entry.get("value", 0x1F)),
    "rtc_step": lambda entry: sim.rtc.shift(entry["s"]),
    "loop_late": _loop_late,  # once: ms (400)
    "flash_io": _flash("io"),  # every operation fails with EIO
    "flash_full": _flash("full"),  # ENOSPC
    "flash_ok": _flash(""),
    "sounder_dead": _sound("sounder", 0.0),  # driven, but nothing to hear
    "sounder_ok": _sound("sounder", 1.0),
    "usb_stall": _usb(True),  # the computer has stopped reading
    "usb_ok": _usb(False),
    "display_absent": _bus("present", False),
    "display_ok": _bus("present", True),
}


def _apply(entry, quiet):
    if "pin" in entry:
        sim_pins.drive_input(entry["pin"], entry["value"], quiet)
        what = {"input": entry["pin"], "value": entry["value"]}
    elif "adc" in entry:
        sim_pins.set_adc(entry["adc"], entry["value"])
        what = {"input": entry["adc"], "value": entry["value"]}
    elif "fault" in entry:
        once = ("rtc_osf", "rtc_lost", "rtc_bad_bcd", "rtc_step", "rtc_hung", "loop_late")
        if quiet and entry["fault"] in once:
            return  # its effect is over, or in the saved state of the clock
        FAULTS[entry["fault"]](entry)
        what = {"fault": entry["fault"]}
    elif "stdin" in entry or "stdin_hex" in entry:
        if quiet:
            return  # a restarted board finds its port empty
        data = entry.get("stdin", "").encode() + bytes.fromhex(entry.get("stdin_hex", ""))
        sim_console.port.arrive(data)
        what = {"input": "stdin", "value": len(data)}
    else:
        sim.emit("power", {"off_s": entry.get("off_s", 0)})
        sim.halt("power", entry.get("off_s", 0))
    if not quiet:
        sim.emit("input", what)


def _check(entry):
    """One line on what is wrong with an entry, or "": found before the firmware starts."""
    if "fault" in entry:
        known = entry["fault"] in FAULTS
        return "" if known else "unknown fault: one of " + ", ".join(sorted(FAULTS))
    if "pin" in entry or "adc" in entry:
        name = entry.get("pin", entry.get("adc"))
        try:
            sim_pins.number_of(name)
        except ValueError:
            return "no such pin: one of " + ", ".join(sorted(sim.names.values()))
        return "" if "value" in entry else "it has no value"
    if "stdin" in entry or "stdin_hex" in entry:
        return ""
    return "" if "power" in entry else "it needs pin, adc, fault, stdin or power"


def install(config):
    sim.apply_input = _apply
    for _, _, entry in sim.schedule:
        wrong = _check(entry)
        if wrong:
            sim.fail("inputs", "input %s: %s" % (json.dumps(entry), wrong))
    sim_pins.on_sound.append(sim_source.set_waves)
    gain = config.get("acoustic", 1.0)
    sim_pins.gains["sounder"] = gain
    sim_pins.gains["backup"] = gain / 2
    for ident, raw in (config.get("adc") or {}).items():
        sim_pins.set_adc(ident, raw)
