"""A citizen's phone: the simulator's page, driven as a person would."""

from __future__ import annotations

import secrets

from playwright.sync_api import Locator, Page, expect

PATIENCE_MS = 30_000
QUIET_MS = 2_500


class Phone:
    """One number on one channel.

    Args:
        page: the simulator's page.
        channel: whatsapp_meta, whatsapp_twilio, sms_twilio or telegram.
    """

    def __init__(self, page: Page, channel: str) -> None:
        self.page = page
        self.number = f"08110000{secrets.randbelow(9000) + 1000}"
        page.click(f"label[data-channel={channel}]")
        page.fill("#other input[name=address]", self.number)
        page.click("#other button[type=submit]")
        expect(page.locator("#thread li.empty")).to_be_visible(timeout=PATIENCE_MS)

    @property
    def replies(self) -> Locator:
        """What the citizen received, oldest first."""
        return self.page.locator("#thread li.msg[data-author=sigap]:not(.typing)")

    def say(self, text: str) -> str:
        """Type a message and wait for what comes back; returns the new replies' text."""
        before = self.replies.count()
        self.write(text)
        return self.wait_for_more(before)

    def write(self, text: str) -> None:
        """Type a message and send it, without waiting for an answer."""
        self.page.fill("#text", text)
        self.page.press("#text", "Enter")

    def press(self, title: str) -> str:
        """Press the newest button of that title; returns the new replies' text."""
        before = self.replies.count()
        self.page.locator(".choices button", has_text=title).last.click()
        return self.wait_for_more(before)

    def wait_for_more(self, before: int) -> str:
        """Wait until more than `before` replies are there and it has gone quiet; returns the new ones' text."""
        expect(self.replies.nth(before)).to_be_visible(timeout=PATIENCE_MS)
        count = -1
        while count != self.replies.count():
            count = self.replies.count()
            self.page.wait_for_timeout(QUIET_MS)
        return "\n".join(self.replies.nth(index).inner_text() for index in range(before, count))

    def expect_reply(self, text: str) -> None:
        """Wait until some reply holds this text."""
        expect(self.replies.filter(has_text=text).first).to_be_visible(timeout=PATIENCE_MS)
