"""What is backed up comes back, and nothing is overwritten unasked."""

from __future__ import annotations

import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from sigap.cli import main
from sigap.house import running_database
from sigap.postgres import ensure_database
from sigap.settings import Settings
from sigap.sockets import socket_url


@pytest.fixture
def home() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="sigap-backup-"))
    yield path
    shutil.rmtree(path)


@pytest.fixture
def installation(home: Path, configure: Callable[..., Settings]) -> Callable[[str], Path]:
    """Switch to an installation with its own state directory and embedded database."""

    def switch(name: str) -> Path:
        state = home / name
        state.mkdir(exist_ok=True)
        configure(SIGAP_STATE_DIR=str(state), DATABASE_URL=None)
        return state

    return switch


def fill(state: Path, settings: Settings) -> None:
    with running_database(settings):
        for name in ("sigap", "sigap_assistant"):
            ensure_database(socket_url(state, "postgres"), name)
            with psycopg.connect(socket_url(state, name)) as connection:
                connection.execute("CREATE TABLE t (word text)")
                connection.execute("INSERT INTO t VALUES (%s)", [name])
    (state / "media" / "ab").mkdir(parents=True)
    (state / "media" / "ab" / "file").write_bytes(b"\x00\x01")
    (state / "models" / "nlu").mkdir(parents=True)
    (state / "models" / "nlu" / "live").write_text("v1\n", "utf-8")


@pytest.fixture
def backup(home: Path, installation: Callable[[str], Path], configure: Callable[..., Settings]) -> Path:
    """Of an installation with something in it."""
    fill(installation("old"), configure())
    file = home / "backup.tar"
    assert main(["backup", str(file)]) == 0
    return file


def words(state: Path, settings: Settings) -> list[str]:
    found = []
    with running_database(settings):
        for name in ("sigap", "sigap_assistant"):
            with psycopg.connect(socket_url(state, name)) as connection:
                found += [word for (word,) in connection.execute("SELECT word FROM t")]
    return found


def test_databases_attachments_and_models_come_back_elsewhere(
    backup: Path,
    installation: Callable[[str], Path],
    configure: Callable[..., Settings],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert backup.stat().st_mode & 0o077 == 0
    assert main(["backup", str(backup)]) == 2, "an existing file is not overwritten"

    new = installation("new")
    assert main(["restore", str(backup)]) == 0

    assert words(new, configure()) == ["sigap", "sigap_assistant"]
    assert (new / "media" / "ab" / "file").read_bytes() == b"\x00\x01"
    assert (new / "models" / "nlu" / "live").read_text("utf-8") == "v1\n"

    capsys.readouterr()
    assert main(["restore", str(backup)]) == 1
    assert "not empty" in capsys.readouterr().err
    assert main(["restore", str(backup), "--force"]) == 0
    assert words(new, configure()) == ["sigap", "sigap_assistant"]


def test_a_damaged_backup_changes_nothing(
    home: Path, backup: Path, installation: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    damaged = home / "damaged.tar"
    with tarfile.open(backup) as archive:
        archive.extractall(home / "unpacked", filter="data")
    (home / "unpacked" / "media" / "ab" / "file").write_bytes(b"other")
    with tarfile.open(damaged, "w") as archive:
        for path in sorted((home / "unpacked").iterdir()):
            archive.add(path, path.name)
    new = installation("new")
    capsys.readouterr()

    assert main(["restore", str(damaged)]) == 1

    assert "damaged: media/ab/file" in capsys.readouterr().err
    assert not (new / "media").exists()


def test_something_that_is_no_backup_is_refused_in_one_sentence(
    home: Path, installation: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    installation("new")
    (home / "letter.txt").write_text("halo", "utf-8")

    assert main(["restore", str(home / "letter.txt")]) == 1
    assert "is not a backup of Sigap" in capsys.readouterr().err


def test_restore_refuses_while_sigap_runs(
    home: Path, installation: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    from sigap.commands.up import only_one

    state = installation("running")
    with only_one(state):
        assert main(["restore", str(home / "any.tar")]) == 1
    assert "already running" in capsys.readouterr().err
