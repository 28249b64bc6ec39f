# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""What the loop does beside listening, in small pieces: rows of the display, the line port.

In: ``step()`` every fourth block, in every block while ``busy``.  Out: one row or one piece of an
answer each time; ``MaintenanceRequest`` raised once the port has asked for it.
"""


class MaintenanceRequest(Exception):
    """Somebody at the port asked for the maintenance mode; raised out of the loop."""


class Aside:
    def __init__(self, display, port):
        self._display = display
        self._port = port
        self._stopping = False
        self.busy = False

    def stop(self):
        """Called by the port's command: the loop is to end."""
        self._stopping = True

    def step(self):
        display = self._display
        port = self._port
        if display.pending:
            display.step()
        port.step()
        self.busy = display.pending or port.busy
        if self._stopping:
            raise MaintenanceRequest()


class NoScreen:
    """No display, no words."""

    def changed(self):
        pass

    def second(self, now_s, utc_s):
        pass


class NoDisplay:
    """None is fitted: the loop need not know."""

    fitted = False
    pending = False
    fault = ""

    def show(self, lines):
        pass

    def step(self):
        pass

    def connect(self):
        return True


class LateAnswers:
    """What the line port can answer, loaded when somebody asks for the first time."""

    def __init__(self, parts, directory, about):
        self._asked = (parts, directory, about)

    def commands(self):
        from answers import Answers

        return Answers(*self._asked).commands
