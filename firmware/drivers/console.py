# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""The USB serial port as bytes, without ever waiting for it.

In: ``sys.stdin``, ``sys.stdout`` and the ``select`` module.  Out: bytes that have arrived; room to
write. On rp2 a write to a full port waits up to 500 ms for a computer that has stopped reading, so
a write is tried only when the port says it has room, and only in pieces of CHUNK bytes, of which
its buffer holds a whole number.
"""

CHUNK = 64


class NoConsole:
    """No port: nothing ever arrives."""

    def take(self):
        return -1

    def room(self):
        return False

    def write(self, data):
        pass


class Console:
    def __init__(self, stdin, stdout, select):
        self._stdin = stdin
        self._in = getattr(stdin, "buffer", stdin)
        self._out = getattr(stdout, "buffer", stdout)
        self._byte = bytearray(1)
        self._reads = select.poll()
        self._reads.register(stdin, select.POLLIN)
        self._writes = select.poll()
        self._writes.register(stdout, select.POLLOUT)
        # ipoll takes no memory; CPython has only poll.
        self._ask = getattr(self._reads, "ipoll", self._reads.poll)
        self._ask_room = getattr(self._writes, "ipoll", self._writes.poll)
        self._in_flag = select.POLLIN
        self._out_flag = select.POLLOUT

    def take(self):
        """The next byte, or -1 when none has arrived."""
        for event in self._ask(0):
            if event[1] & self._in_flag:
                if self._in.readinto(self._byte):
                    return self._byte[0]
                # The other side has left for good (a pipe; USB never ends).
                self._reads.unregister(self._stdin)
        return -1

    def room(self):
        for event in self._ask_room(0):
            if event[1] & self._out_flag:
                return True
        return False

    def write(self, data):
        """At most CHUNK bytes; only after ``room()``."""
        self._out.write(data)
        flush = getattr(self._out, "flush", None)
        if flush is not None:
            flush()
