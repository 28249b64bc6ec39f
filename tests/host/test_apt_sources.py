# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Reading a machine's package sources, in the forms real systems have them."""

from pathlib import Path

import pytest

from host_tools.apt_sources import Stanza, own_archive, read_sources

DEBIAN_SOURCES = """\
# a comment
Types: deb deb-src
URIs: http://mirror.test/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.test/debian-security
Suites: bookworm-security
Components: main

Enabled: no
Types: deb
URIs: http://off.test/debian
Suites: bookworm
Components: main
"""
INLINE_KEY = """\
Types: deb
URIs: http://mirror.test/debian
Suites: trixie
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mDMEZ
 -----END PGP PUBLIC KEY BLOCK-----
"""
UBUNTU_LIST = """\
deb cdrom:[Ubuntu 24.04]/ noble main
# deb http://off.test/ubuntu noble main
deb [arch=amd64 signed-by=/k/u.gpg] http://mirror.test/ubuntu noble main restricted # here
deb http://mirror.test/ubuntu noble universe
deb-src http://mirror.test/ubuntu noble multiverse
deb http://mirror.test/ubuntu noble-updates main
"""
MINT_LIST = "deb http://mint.test wilma main upstream\n" + UBUNTU_LIST


def sources(tmp_path: Path, name: str, text: str) -> list[Stanza]:
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return read_sources(tmp_path)


def test_debian_in_the_new_format(tmp_path: Path) -> None:
    found = sources(tmp_path, "sources.list.d/debian.sources", DEBIAN_SOURCES)
    assert [stanza.uri for stanza in found] == [
        "http://mirror.test/debian",
        "http://mirror.test/debian-security",
    ]
    own = own_archive({"VERSION_CODENAME": "bookworm"}, found)
    assert own is not None
    assert own.text(("trixie",), ("main",)) == (
        "Types: deb\nURIs: http://mirror.test/debian\nSuites: trixie\nComponents: main\n"
        "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n"
    )


def test_a_key_inside_the_file_is_kept_whole(tmp_path: Path) -> None:
    found = sources(tmp_path, "sources.list.d/debian.sources", INLINE_KEY)
    own = own_archive({"VERSION_CODENAME": "trixie"}, found)
    assert own is not None
    assert own.text(("trixie",), ("main",)).endswith(INLINE_KEY.partition("Signed-By:")[2])


def test_ubuntu_with_one_component_a_line(tmp_path: Path) -> None:
    found = sources(tmp_path, "sources.list", UBUNTU_LIST)
    own = own_archive({"VERSION_CODENAME": "noble"}, found)
    assert own == Stanza(
        "http://mirror.test/ubuntu", ("noble",), ("main", "restricted", "universe"), "/k/u.gpg"
    )


def test_a_derivative_leads_to_the_archive_it_builds_on(tmp_path: Path) -> None:
    found = sources(tmp_path, "sources.list.d/official.list", MINT_LIST)
    own = own_archive({"VERSION_CODENAME": "wilma", "UBUNTU_CODENAME": "noble"}, found)
    assert own is not None and own.uri == "http://mirror.test/ubuntu"


def test_debian_followed_by_suite_name(tmp_path: Path) -> None:
    found = sources(tmp_path, "sources.list", "deb http://mirror.test/debian stable main\n")
    own = own_archive({"VERSION_CODENAME": "trixie"}, found)
    assert own is not None and own.suites == ("stable",)


@pytest.mark.parametrize(
    "text", ["", "deb\n", "rubbish here\n", "deb http://x.test/other foo bar\n"]
)
def test_no_archive_of_its_own(tmp_path: Path, text: str) -> None:
    assert (
        own_archive({"VERSION_CODENAME": "trixie"}, sources(tmp_path, "sources.list", text)) is None
    )
