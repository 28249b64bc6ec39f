# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Starts the simulated board: one power cycle of the unmodified firmware.

    micropython run.py CONFIG.json

In: the configuration the host wrote (see host_tools/simulator/child.py), the audio pipe and the
event pipe as file descriptors named in it. Out: events. On MicroPython real littlefs is mounted at
"/" as on rp2, the firmware's code read-only at "/rom"; on CPython a folder takes its place.
"""

import json
import sys

import sim_core

sim = sim_core.sim
ON_MICROPYTHON = sys.implementation.name == "micropython"


def open_out(fd):
    """Writes bytes to the host's event pipe, all of them."""
    file = open(fd, "wb") if ON_MICROPYTHON else open(fd, "wb", buffering=0)

    def write(data):
        done = file.write(data)
        while done < len(data):
            done += file.write(data[done:])

    return write


def real_sleep():
    """The function that waits in real time, kept before `time` becomes virtual."""
    if ON_MICROPYTHON:
        from utime import sleep
    else:
        from time import sleep
    return lambda: sleep(0.5)


def mount(config, flash):
    """Mounts as rp2's own _boot.py does: formats only what cannot be mounted."""
    import vfs
    from sim_flash import BlockDevice

    image = open(config["flash_image"], "r+b")
    vfs.umount("/")
    for folder, path in config["mounts"]:
        vfs.mount(vfs.VfsPosix(path), folder, readonly=True)
    device = BlockDevice(image, config["flash_blocks"], flash)
    try:
        fs = vfs.VfsLfs2(device, progsize=256)
    except OSError:
        if not config["flash_is_new"]:
            sim.emit("flash", {"formatted": 1})
        vfs.VfsLfs2.mkfs(device, progsize=256)
        fs = vfs.VfsLfs2(device, progsize=256)
    vfs.mount(fs, "/")
    sim.device = device
    sys.path[:] = ["/sim", "/rom", "/devlib", "", "/lib"]


def write_files(files):
    """Puts the host's files (settings) on the flash, free of charge, where they differ."""
    for path, text in files.items():
        try:
            with open(path) as file:
                if file.read() == text:
                    continue
        except OSError:
            pass
        with open(path, "w") as file:
            file.write(text)


def read_pins():
    """GPIO number -> name from the firmware's board file, which is then forgotten again."""
    try:
        pins = __import__("board").PINS
    except (ImportError, AttributeError):
        return {}
    names = {}
    for name in pins:
        if isinstance(pins[name], int):
            names[pins[name]] = name
    del sys.modules["board"]
    return names


def fit_bus(config):
    from sim_ds3231 import ADDRESS, DS3231

    chip = DS3231(lambda: sim.ms)
    rtc = config.get("rtc") or {}
    state = (config.get("state") or {}).get("rtc")
    if state:
        off_s = config.get("off_s", 0)
        chip.restore(state, off_s)
        chip.on_battery(off_s)
    elif rtc.get("state"):
        chip.restore(rtc["state"])
    elif config.get("start_utc"):
        chip.set_utc(*config["start_utc"])
    if not state:
        chip.ppm = rtc.get("ppm", chip.ppm)
        if "temperature_c" in rtc:
            chip.set_temperature(rtc["temperature_c"])
    sim.rtc = chip
    sim.bus[ADDRESS] = chip
    if config.get("display"):
        import sim_ssd1306

        sim.bus[sim_ssd1306.ADDRESS] = sim_ssd1306.SSD1306()


def trace_of(error):
    """(one line, whole trace) of an exception that the firmware let through."""
    if ON_MICROPYTHON:
        import io

        out = io.StringIO()
        sys.print_exception(error, out)
        trace = out.getvalue()
    else:
        import traceback

        trace = "".join(traceback.format_exception(error))
    lines = [line for line in trace.strip().split("\n") if line.strip()]
    where = ""
    for line in lines:
        if line.strip().startswith("File "):
            where = line.strip()
    return lines[-1] + (" (" + where + ")" if where else ""), trace


def execute(root, name):
    try:
        with open(root + "/" + name) as file:
            source = file.read()
    except OSError:
        return
    exec(compile(source, name, "exec"), {"__name__": "__main__", "__file__": name})


def run_firmware(root):
    try:
        execute(root, "boot.py")
        execute(root, "main.py")
        import sim_console

        if sim_console.port.is_terminal:
            import sim_repl

            sim_repl.Prompt(sim_console.port).serve()
        # The prompt, with the firmware's own timers going on (not the watcher of the heartbeat).
        while any([hasattr(timer, "init") for timer in sim.timers]):
            sim.advance_us(10_000)
        sim.emit("error", {"what": "returned", "text": "main.py ended: the board sits idle"})
    except SystemExit:
        sim.emit("error", {"what": "returned", "text": "the firmware called sys.exit()"})
    except BaseException as error:  # noqa: B036 - MicroPython prints it and idles, so do we
        text, trace = trace_of(error)
        sim.emit("error", {"what": "exception", "text": text, "trace": trace})
    if sim.wdt_timeout_ms:
        # The chip would sit at the prompt until the watchdog bites.
        while True:
            sim.advance_us(10_000)
    sim.halt("stopped")


def main():
    with open(sys.argv[1]) as file:
        config = json.load(file)
    sim.configure(config, open_out(config["event_fd"]), real_sleep())
    if ON_MICROPYTHON:
        audio = open(config["audio_fd"], "rb")
    else:
        audio = open(config["audio_fd"], "rb", buffering=0)
    from sim_flash import FlashModel

    sim.flash = FlashModel(config.get("flash") or {})
    # A count for every sector from the start: the model's own memory must not grow in a long run.
    sim.flash.wear = {str(sector): 0 for sector in range(config["flash_blocks"])}
    sim.flash.wear.update((config.get("state") or {}).get("wear") or {})
    if ON_MICROPYTHON:
        mount(config, sim.flash)
        root = "/rom"
    else:
        import sim_cpython

        sim_cpython.install(config, sim.flash)
        root = config["firmware"]
    write_files(config.get("files") or {})
    import time  # the virtual one

    sys.modules["utime"] = time
    import machine

    sys.modules["umachine"] = machine
    if ON_MICROPYTHON:
        import sim_micropython

        sys.modules["micropython"] = sim_micropython
    import sim_console
    import sim_inputs
    import sim_source

    sim_console.install(config.get("console_fd"))
    sim_source.open_source(audio)
    sim.names = read_pins()
    if config.get("deployed"):
        # The code comes from the flash, where a deployment has put it.
        sys.path[:] = ["/sim", "", "/lib"]
        root = ""
    sim_inputs.install(config)
    fit_bus(config)
    sim.emit("boot", {"cause": config.get("cause", "power"), "run": config.get("run", 0)})
    sim.replay_inputs()
    sim.flash.running = True
    if config.get("boot_ms"):
        sim.advance_us(config["boot_ms"] * 1000)
    run_firmware(root)


main()
