# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The one kind of error a user ever sees, and the exit codes of the command.

In: raised anywhere in the host tools with one line that says what is wrong and how to mend it.
Out: `cli.main` prints that line and returns the exit code; nothing else is caught on the way.
"""

EXIT_PLAYED = 0
EXIT_USAGE = 2
EXIT_ALERT = 3
EXIT_DEVICE = 4
EXIT_DAMAGED = 5
EXIT_INTERRUPTED = 130

EXIT_CODES = (
    (EXIT_PLAYED, "played to the end (alerts or not)"),
    (EXIT_USAGE, "wrong use: option, recording or settings file; nothing was written"),
    (EXIT_ALERT, "with --alert-exit only: a high, medium, low or technical alert was raised"),
    (EXIT_DEVICE, "the simulated device stopped with an error"),
    (EXIT_DAMAGED, "with log --strict only: the log is damaged or incomplete"),
    (EXIT_INTERRUPTED, "interrupted with Ctrl-C"),
)


class UserError(Exception):
    """One line for the user. `str(error)` never holds a line break."""

    def __init__(self, message: str, exit_code: int = EXIT_USAGE) -> None:
        super().__init__(" ".join(message.split()))
        self.exit_code = exit_code
