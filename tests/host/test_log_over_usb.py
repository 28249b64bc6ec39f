# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""`chimewatch log` and `report` of a running monitor: the simulated board, over a pty."""

import io
import json

from host_tools import cli
from host_tools.devicelink import DeviceLink
from tests.host.test_devicelink import monitor, needs_micropython  # noqa: F401  (a fixture)


@needs_micropython
def test_the_log_comes_whole_and_the_monitor_listens_on(monitor, capsys, tmp_path):  # noqa: F811
    port, events = monitor
    with DeviceLink(port) as link:
        while not link.one("health")["listening"]:
            pass
    status = cli.main(["log", "--port", port, "--json", "--strict"], stderr=io.StringIO())
    document = json.loads(capsys.readouterr().out)
    assert (status, document["problems"]) == (0, [])
    assert document["records"][0]["kind"] == "boot"
    target = tmp_path / "page.html"
    assert cli.main(["report", "--port", port, "--out", str(target)], stderr=io.StringIO()) == 0
    assert "Every checksum is right" in target.read_text()
    err = io.StringIO()
    assert cli.main(["walk-test", "--port", port], stderr=err) == 2
    assert f"the monitor at {port}: no walk test in it" in err.getvalue()
    with DeviceLink(port) as link:
        assert link.one("health")["listening"]
    assert not [event for event in events if event["ev"] == "error" or "lost_ms" in event]
