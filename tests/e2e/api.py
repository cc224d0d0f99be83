"""Phones without a browser: the simulator's HTTP interface."""

from __future__ import annotations

import time
from typing import Any

import httpx

PATIENCE_SECONDS = 60
QUIET_SECONDS = 1.5


class Api:
    """The simulator of one running system."""

    def __init__(self, url: str) -> None:
        self.client = httpx.Client(base_url=url, timeout=30)
        self.client.get("/simulator/")
        self.headers = {"X-CSRFToken": self.client.cookies["csrftoken"]}

    def close(self) -> None:
        """Hang up all phones."""
        self.client.close()

    def post(self, path: str, data: dict[str, Any]) -> dict[str, Any]:
        """POST, again for a while if the phone itself cannot work because web or database is being restarted."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                response = self.client.post(f"/simulator/{path}", json=data, headers=self.headers)
                if response.status_code < 500 or time.monotonic() > deadline:
                    response.raise_for_status()
                    answer: dict[str, Any] = response.json()
                    return answer
                time.sleep(0.5)
            except httpx.TransportError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)

    def phone(self, channel: str, address: str) -> int:
        """Open a phone; returns its id."""
        return int(self.post("phones", {"channel": channel, "address": address})["id"])

    def write(self, phone: int, text: str) -> None:
        """Send a text as the citizen."""
        self.post(f"phones/{phone}/text", {"text": text})

    def send_photo(self, phone: int, picture: bytes, caption: str = "") -> None:
        """Send a PNG as the citizen."""
        response = self.client.post(
            f"/simulator/phones/{phone}/file",
            files={"file": ("foto.png", picture, "image/png")},
            data={"caption": caption},
            headers=self.headers,
        )
        response.raise_for_status()

    def press(self, phone: int, title: str) -> None:
        """Press the newest button of that title.

        Raises:
            LookupError: no message offers it.
        """
        for message in reversed(self.replies(phone)):
            titles = [choice["title"] for choice in message["choices"]]
            if title in titles:
                self.post(f"phones/{phone}/press", {"message": message["id"], "index": titles.index(title)})
                return
        raise LookupError(f"no button {title!r}")

    def replies(self, phone: int) -> list[dict[str, Any]]:
        """What the citizen received, oldest first."""
        thread = self.client.get(f"/simulator/phones/{phone}").json()
        return [message for message in thread["messages"] if message["author"] == "sigap"]

    def wait_for_more(self, phone: int, before: int) -> list[dict[str, Any]]:
        """Wait until more than `before` replies are there and it has gone quiet; returns the new ones."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        count, since = before, time.monotonic()
        while time.monotonic() < deadline:
            found = self.replies(phone)
            if len(found) != count:
                count, since = len(found), time.monotonic()
            if count > before and time.monotonic() - since > QUIET_SECONDS:
                return found[before:]
            time.sleep(0.1)
        return self.replies(phone)[before:]
