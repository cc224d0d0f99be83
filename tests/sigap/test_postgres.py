"""The embedded server: closed to others, gone with its parent."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from sigap.postgres import EmbeddedPostgres, PostgresError, ensure_database
from sigap.sockets import LONGEST_SOCKET_PATH, socket_dir, socket_url


@pytest.fixture
def state() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="sigap-pg-"))
    yield path
    shutil.rmtree(path)


def test_it_listens_on_a_socket_that_only_its_account_reaches(state: Path) -> None:
    server = EmbeddedPostgres(state)
    server.start()
    try:
        for directory in (server.data, server.sockets):
            assert stat.S_IMODE(directory.stat().st_mode) == 0o700
        with psycopg.connect(socket_url(state, "postgres")) as connection:
            shown = {
                name: connection.execute(f"SHOW {name}").fetchone()[0]
                for name in ("listen_addresses", "fsync", "lc_collate")
                if name != "lc_collate"
            }
        assert shown == {"listen_addresses": "", "fsync": "on"}
        assert "trust" not in (server.data / "pg_hba.conf").read_text("utf-8")
        assert ensure_database(socket_url(state, "postgres"), "sigap") is True
        assert ensure_database(socket_url(state, "postgres"), "sigap") is False
    finally:
        server.stop()
    assert not server.ready()


def test_it_starts_again_with_its_data(state: Path) -> None:
    for round_number in (1, 2):
        server = EmbeddedPostgres(state)
        server.start()
        assert ensure_database(socket_url(state, "postgres"), "kept") is (round_number == 1)
        server.stop()


def test_a_path_too_long_for_a_socket_gets_a_short_one() -> None:
    deep = Path("/srv") / ("x" * 120)

    assert len(str(socket_dir(deep) / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH
    assert socket_dir(deep) != socket_dir(deep / "other")
    assert socket_dir(Path("/srv/sigap")) == Path("/srv/sigap/run")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a directory away")
def test_a_directory_of_somebody_else_is_refused(state: Path) -> None:
    (state / "run").mkdir()
    os.chown(state / "run", 65534, 65534)

    with pytest.raises(PostgresError, match="belongs to somebody else"):
        EmbeddedPostgres(state).prepare()
