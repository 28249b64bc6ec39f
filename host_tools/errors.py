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
    (EXIT_PLAYED, "done (whatever was heard)"),
    (EXIT_USAGE, "wrong use: option, recording, log or settings file; nothing was written"),
    (EXIT_ALERT, "only with simulate --alert-exit: an alert was raised"),
    (EXIT_DEVICE, "device or microphone: stopped, absent, unwell, or not accepted"),
    (EXIT_DAMAGED, "only with log --strict: the log is damaged or incomplete"),
    (EXIT_INTERRUPTED, "interrupted with Ctrl-C, or nobody reads the output any more"),
)


def exit_text() -> str:
    """The exit codes as the last paragraphs of a command's help."""
    return "\n\n**Exit codes**\n\n" + "\n\n".join(f"{code}: {text}" for code, text in EXIT_CODES)


class UserError(Exception):
    """One line for the user. `str(error)` never holds a line break."""

    def __init__(self, message: str, exit_code: int = EXIT_USAGE) -> None:
        super().__init__(" ".join(message.split()))
        self.exit_code = exit_code
