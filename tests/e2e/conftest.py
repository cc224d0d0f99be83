"""The running system and a real browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.api import Api
from tests.e2e.phone import Phone
from tests.system import System

CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]  # fmt: skip
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE_MS = 30_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything below this folder needs the whole system."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def system() -> Iterator[System]:
    """`sigap up --demo`, once for all tests here."""
    with System() as running:
        yield running


@pytest.fixture
def api(system: System) -> Iterator[Api]:
    """Phones of the running system, without a browser."""
    phones = Api(system.url)
    yield phones
    phones.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser that `scripts/browser.sh` finds, else the one that Playwright installed."""
    named = (
        os.environ.get("CHROMIUM_PATH", ""),
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    )
    path = next(filter(None, map(shutil.which, named)), None)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """A new browser session (own cookies) on a page of the system; script errors fail the test."""
    contexts, errors = [], []

    def _open(url: str, *, width: int = 1280, height: int = 860) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="id-ID")
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(url)
        return page

    yield _open
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def phone(system: System, open_page: Callable[..., Page]) -> Callable[[str], Phone]:
    """A citizen's phone with a number of its own: `phone("whatsapp_meta")`."""
    return lambda channel: Phone(open_page(f"{system.url}/simulator/"), channel)


@pytest.fixture
def desk(system: System, open_page: Callable[..., Page]) -> Callable[[str], Page]:
    """A logged-in officer's browser: `desk("tim_pengaduan")`."""

    def _desk(officer: str) -> Page:
        page = open_page(f"{system.url}/desk/login")
        page.fill("input[name=username]", officer)
        page.fill("input[name=password]", system.password(officer))
        page.click("form button[type=submit]")
        expect(page.locator("body")).not_to_have_class("plain")
        return page

    return _desk
