"""`sigap backup` and `sigap restore`: databases, attachments and models in one file."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import psycopg
import typer
from rich.console import Console

from sigap import __version__
from sigap.commands.up import only_one
from sigap.errors import CommandError
from sigap.house import running_database, state_dir
from sigap.postgres import BIN
from sigap.prepare import create_databases
from sigap.settings import Settings, load

FOLDERS = ("media", "models")
MANIFEST = "manifest.json"
FORMAT = 1


def backup(
    target: Annotated[Path, typer.Argument(help="File to write, for example backup.tar; must not exist.")],
) -> None:
    """Write databases, attachments and models into one file; it may run while Sigap runs. Secrets are not in it."""
    settings, console = load(), Console(highlight=False)
    if target.exists():
        raise CommandError(f"{target} exists: choose another name", 2)
    with running_database(settings), tempfile.TemporaryDirectory(dir=target.absolute().parent) as work:
        partial = Path(work) / "backup.tar"
        with tarfile.open(partial, "w") as archive:
            files = _add_databases(archive, settings, Path(work), console)
            for folder in FOLDERS:  # after the databases: every file they name is then there
                files |= _add_folder(archive, state_dir(settings) / folder, folder, console)
            _add_manifest(archive, files, settings)
        partial.chmod(0o600)
        partial.replace(target)
    console.print(f"backup written to {target} ({target.stat().st_size / 1e6:.1f} MB)")
    console.print("Keep SIGAP_SECRET_KEY and SIGAP_FIELD_KEYS apart from it: without them it cannot be read.")


def restore(
    source: Annotated[Path, typer.Argument(help="File that `sigap backup` wrote.")],
    force: Annotated[bool, typer.Option("--force", help="Replace what the databases hold now.")] = False,
) -> None:
    """Bring a backup back; Sigap must be stopped, and the databases empty unless --force is given."""
    settings, console = load(), Console(highlight=False)
    home = state_dir(settings)
    with only_one(home), running_database(settings), tempfile.TemporaryDirectory(dir=home) as work:
        manifest = _unpack(source, Path(work))
        if manifest["field_keys"] != _keys_mark(settings):
            console.print("SIGAP_FIELD_KEYS or SIGAP_SECRET_KEY differ from the backup's: set the old ones to read it.")
        create_databases(settings)
        for name, url in _databases(settings).items():
            _restore_database(Path(work) / "databases" / f"{name}.dump", url, force=force)
            console.print(f"database {name} restored")
        for folder in FOLDERS:
            _replace_folder(Path(work) / folder, home / folder)
            console.print(f"{folder} restored")


def _databases(settings: Settings) -> dict[str, str]:
    return {"sigap": settings.resolved_database_url, "assistant": settings.resolved_assistant_database_url}


def _add_databases(archive: tarfile.TarFile, settings: Settings, work: Path, console: Console) -> dict[str, str]:
    files: dict[str, str] = {}
    for name, url in _databases(settings).items():
        with console.status(f"database {name}"):
            dump = work / f"{name}.dump"
            _postgres_tool("pg_dump", "--format=custom", "--no-owner", f"--file={dump}", f"--dbname={url}")
            files |= _add_file(archive, dump, f"databases/{name}.dump")
        console.print(f"database {name} saved")
    return files


def _add_folder(archive: tarfile.TarFile, folder: Path, name: str, console: Console) -> dict[str, str]:
    files: dict[str, str] = {}
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file() and path.suffix != ".part":
            files |= _add_file(archive, path, f"{name}/{path.relative_to(folder)}")
    console.print(f"{name} saved ({len(files)} files)")
    return files


def _add_file(archive: tarfile.TarFile, path: Path, name: str) -> dict[str, str]:
    archive.add(path, name, recursive=False)
    return {name: _digest(path)}


def _add_manifest(archive: tarfile.TarFile, files: dict[str, str], settings: Settings) -> None:
    manifest = {
        "format": FORMAT,
        "version": __version__,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "field_keys": _keys_mark(settings),
        "files": files,
    }
    content = json.dumps(manifest, indent=1).encode()
    entry = tarfile.TarInfo(MANIFEST)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


def _keys_mark(settings: Settings) -> str:
    """A mark by which a restore notices other keys, without revealing them."""
    keys = (settings.sigap_secret_key, settings.sigap_field_keys)
    return hashlib.sha256("\0".join(key.get_secret_value() if key else "" for key in keys).encode()).hexdigest()[:16]


def _unpack(source: Path, work: Path) -> dict[str, Any]:
    try:
        with tarfile.open(source) as archive:
            archive.extractall(work, filter="data")
        manifest: dict[str, Any] = json.loads((work / MANIFEST).read_text("utf-8"))
    except (tarfile.TarError, FileNotFoundError, json.JSONDecodeError) as error:
        raise CommandError(f"{source} is not a backup of Sigap: {error}") from error
    if manifest.get("format") != FORMAT:
        raise CommandError(f"{source} has format {manifest.get('format')}, this version reads format {FORMAT}")
    for name, digest in manifest["files"].items():
        if not (work / name).is_file() or _digest(work / name) != digest:
            raise CommandError(f"{source} is damaged: {name} differs from its manifest; nothing was changed")
    return manifest


def _restore_database(dump: Path, url: str, *, force: bool) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        if tables and tables[0]:
            if not force:
                raise CommandError("the database is not empty: nothing was changed; --force replaces what it holds")
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
    _postgres_tool("pg_restore", "--no-owner", "--exit-on-error", f"--dbname={url}", str(dump))


def _replace_folder(new: Path, old: Path) -> None:
    if not new.is_dir():
        return
    if old.exists():
        shutil.rmtree(old)
    new.replace(old)


def _postgres_tool(name: str, *arguments: str) -> None:
    done = subprocess.run([str(BIN / name), *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise CommandError(f"{name} failed: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else '?'}")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
