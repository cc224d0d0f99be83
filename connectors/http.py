"""The one way out to providers: timeouts on every call, network trouble as send errors, files from known hosts only."""

from __future__ import annotations

import ipaddress
import socket
import time
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

import httpx

from cases.ports import Rejected, TemporarilyFailed
from cases.services.media import MAX_BYTES
from connectors.faults import send_error

TIMEOUT = httpx.Timeout(15.0, connect=5.0)
DOWNLOAD_SECONDS = 60.0
MAX_REDIRECTS = 3


@lru_cache(maxsize=1)
def client() -> httpx.Client:
    """The shared connection pool. A proxy from the environment is used, except for this machine itself."""
    direct: dict[str, httpx.BaseTransport | None] = {"all://127.0.0.1": None, "all://localhost": None}
    return httpx.Client(timeout=TIMEOUT, follow_redirects=False, mounts=direct)


def call(method: str, url: str, **options: Any) -> httpx.Response:
    """One request to a provider's API.

    Args:
        method: HTTP method.
        url: absolute address; never logged, because Telegram's carries the token.
        options: as `httpx.Client.request` takes them.

    Raises:
        TemporarilyFailed: no answer; `may_have_been_sent` unless the connection itself failed.
    """
    # `from None`: the original errors can carry the address, and tracebacks reach logs
    try:
        return client().request(method, url, **options)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
        raise TemporarilyFailed(code="connection", sentence="penyedia tidak dapat dihubungi") from None
    except httpx.TransportError:
        raise TemporarilyFailed(
            code="no_answer", sentence="penyedia tidak menjawab; pesan mungkin sudah terkirim", may_have_been_sent=True
        ) from None


def json_of(response: httpx.Response) -> dict[str, Any]:
    """The JSON object of an answer; anything else counts as an empty one."""
    try:
        data = response.json()
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def download(
    url: str, *, hosts: tuple[str, ...], base: str, headers: dict[str, str] | None = None, auth: Any = None
) -> tuple[bytes, str]:
    """Fetch a file of at most `MAX_BYTES`, stopping as soon as it proves larger.

    Args:
        url: where the provider says the file is.
        hosts: host names that this provider serves files from; a leading dot allows its subdomains.
        base: the configured API address, allowed whatever its host is (a test double, a proxy).
        headers: sent to the first address only, like `auth`: a redirect may lead to a storage service.
        auth: basic authentication for the first address.

    Returns:
        The bytes, and the declared content type without parameters.

    Raises:
        Rejected: not an allowed address, too large, or gone.
        TemporarilyFailed: network trouble or too slow.
    """
    deadline = time.monotonic() + DOWNLOAD_SECONDS
    for _ in range(MAX_REDIRECTS + 1):
        _require_allowed(url, hosts, base)
        try:
            with client().stream("GET", url, headers=headers, auth=auth) as response:
                if not response.has_redirect_location:
                    return _read(response, deadline)
                url = urljoin(url, response.headers["location"])
        except httpx.TransportError:
            raise TemporarilyFailed(code="media_network", sentence="berkas gagal diunduh; akan diulang") from None
        headers, auth = None, None
    raise Rejected(code="media_redirects", sentence="alamat berkas berpindah terlalu banyak")


def _read(response: httpx.Response, deadline: float) -> tuple[bytes, str]:
    if response.status_code in (404, 410):
        raise Rejected(code="media_gone", sentence="berkas sudah tidak ada di penyedia")
    if response.status_code != 200:
        raise send_error(response.status_code, "", {}, prefix="media-")
    content = bytearray()
    for chunk in response.iter_bytes():
        content += chunk
        if len(content) > MAX_BYTES:
            raise Rejected(code="media_too_large", sentence="berkas melebihi batas ukuran")
        if time.monotonic() > deadline:
            raise TemporarilyFailed(code="media_slow", sentence="berkas terlalu lama diunduh; akan diulang")
    return bytes(content), response.headers.get("content-type", "").partition(";")[0].strip().lower()


def _require_allowed(url: str, hosts: tuple[str, ...], base: str) -> None:
    """Refuse every address that is neither the configured API nor a known, public host of the provider."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if (parts.scheme, parts.netloc) == urlsplit(base)[:2]:
        return
    known = any(host.endswith(name) if name.startswith(".") else host == name for name in hosts)
    if parts.scheme != "https" or not known or parts.port not in (None, 443) or not is_public(host):
        raise Rejected(code="media_host", sentence="alamat berkas bukan milik penyedia")


def is_public(host: str) -> bool:
    """Whether every address of a host is on the public internet (no loopback, private or link-local one)."""
    try:
        found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except OSError:
        raise TemporarilyFailed(
            code="media_network", sentence="nama host berkas tidak ditemukan; akan diulang"
        ) from None
    return bool(found) and all(ipaddress.ip_address(str(item[4][0]).partition("%")[0]).is_global for item in found)


def rebase(url: str, vendor: str, base: str) -> str:
    """The same address at the configured API base instead of at the vendor's own host."""
    parts, own, target = urlsplit(url), urlsplit(vendor), urlsplit(base)
    if parts.netloc != own.netloc:
        return url
    return urlunsplit((target.scheme, target.netloc, target.path.rstrip("/") + parts.path, parts.query, ""))
