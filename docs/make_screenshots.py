"""Make the pictures of the README from a running demo: `.venv/bin/python docs/make_screenshots.py`.

Needs `make run` (or `sigap up --demo`) in another terminal, and `sigap demo-data` for a filled queue. A citizen asks,
reports a demand for money and confirms; an officer opens the case. Writes `docs/images/*.png`.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import shutil
import time
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer
from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import Browser, Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from sigap.settings import load

IMAGES = Path(__file__).resolve().parent / "images"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDE, NARROW = (1280, 800), (390, 844)
OFFICER = "tim_pengaduan"
QUESTION = "min mau tanya syarat kenaikan pangkat reguler apa aja ya?"
STORY = (
    "Saya mau melapor. Waktu mengurus kenaikan pangkat tanggal 3 bulan lalu di kantor BKPSDM Kabupaten Sukamaju, "
    "seorang staf bernama Pak Hendra minta uang Rp2.500.000 supaya berkas saya cepat diproses. Kalau tidak bayar "
    "katanya berkas bisa hilang. Ada bukti chat-nya."
)
NAME = "Siti Rahmawati"
PRESSES = ("Kirim", "Rahasia", "Lewati")
"""What the citizen presses on the way to a registration number, first match first."""
NUMBER = re.compile(r"\b[A-Z]{3}-\d{4}-[0-9A-Z]{5}-[0-9A-Z]\b")
PATIENCE_MS = 40_000


class Citizen:
    """A phone on the simulator's page."""

    def __init__(self, page: Page, base: str, channel: str, number: str) -> None:
        self.page = page
        page.goto(f"{base}/simulator/#{channel}/{number}/{quote(NAME)}")
        expect(page.locator("#thread li").first).to_be_visible(timeout=PATIENCE_MS)
        self.replies = page.locator("#thread li.msg[data-author=sigap]:not(.typing)")

    def say(self, text: str) -> None:
        """Type a message and wait until the replies are complete."""
        before = self.replies.count()
        self.page.fill("#text", text)
        self.page.press("#text", "Enter")
        self._settle(before)

    def report(self, story: str) -> str:
        """Tell a story and press what confirms it; returns the registration number."""
        self.say(story)
        for _ in range(8):
            found = NUMBER.search(self.replies.last.inner_text())
            if found or not self._press_one():
                return found[0] if found else ""
        return ""

    def _press_one(self) -> bool:
        buttons = self.page.locator("#thread li.msg:last-child .choices button")
        with contextlib.suppress(PlaywrightTimeout):
            buttons.first.wait_for(timeout=8000)
        titles = buttons.all_inner_texts()
        wanted = next((title for title in PRESSES if title in titles), None)
        if wanted is None:
            return False
        before = self.replies.count()
        buttons.nth(titles.index(wanted)).click()
        self._settle(before)
        return True

    def _settle(self, before: int) -> None:
        expect(self.replies.nth(before)).to_be_visible(timeout=PATIENCE_MS)
        count = -1
        while count != self.replies.count():
            count = self.replies.count()
            self.page.wait_for_timeout(1500)


def main(
    url: Annotated[str, typer.Option(help="Address of the running demo; default: from the settings.")] = "",
    browser_path: Annotated[str, typer.Option(help="Chromium; default: the one on the path.")] = "",
) -> None:
    """Drive a running demo and save the README's pictures."""
    settings = load()
    base = url or f"http://127.0.0.1:{settings.sigap_port}"
    password = json.loads((settings.sigap_state_dir / "demo-officers.json").read_text("utf-8"))[OFFICER]
    IMAGES.mkdir(exist_ok=True)
    path = browser_path or shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        phone, number = _phone_pictures(browser, base)
        desk = _desk_pictures(browser, base, password, number)
        browser.close()
    side_by_side(phone, desk).save(IMAGES / "phone-and-desk.png", optimize=True)
    typer.echo(f"{len(list(IMAGES.glob('*.png')))} pictures in {IMAGES.name}/")


def _page(browser: Browser, size: tuple[int, int], scale: float = 1.0) -> Page:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        device_scale_factor=scale,
        locale="id-ID",
        timezone_id="Asia/Jakarta",
    )
    context.set_default_timeout(PATIENCE_MS)
    return context.new_page()


def _phone_pictures(browser: Browser, base: str) -> tuple[Image.Image, str]:
    """Talk on every channel; returns the phone with the finished report, and the report's number."""
    run = f"{int(time.time()) % 100_000:05d}"
    page = _page(browser, WIDE)
    citizen = Citizen(page, base, "whatsapp_meta", f"0811{run}01")
    citizen.say(QUESTION)
    page.locator("#text").blur()
    page.screenshot(path=IMAGES / "simulator-1280.png")
    page.set_viewport_size({"width": WIDE[0], "height": 900})
    number = citizen.report(STORY)
    page.locator("#text").blur()
    page.mouse.move(0, 0)
    phone = Image.open(io.BytesIO(page.locator(".phone").screenshot()))
    for channel in ("whatsapp_meta", "sms_twilio", "telegram"):
        narrow = Citizen(_page(browser, NARROW), base, channel, f"0811{run}02")
        narrow.say(QUESTION)
        narrow.page.locator("#text").blur()
        narrow.page.screenshot(path=IMAGES / f"simulator-{channel.partition('_')[0]}-390.png")
    return phone, number


def _desk_pictures(browser: Browser, base: str, password: str, number: str) -> Image.Image:
    """The officer's pages; returns the page of the citizen's case."""
    page = _page(browser, WIDE)
    page.goto(f"{base}/desk/login")
    page.fill("input[name=username]", OFFICER)
    page.fill("input[name=password]", password)
    page.click("form button[type=submit]")
    page.wait_for_url(f"{base}/desk/")
    page.screenshot(path=IMAGES / "desk-queue-1280.png")
    page.goto(f"{base}/desk/?q={number}")
    case = page.locator("a[href*='/desk/cases/']").first.get_attribute("href") or "/desk/"
    page.goto(f"{base}{case}")
    page.wait_for_timeout(800)  # the conversation beside it draws itself
    page.screenshot(path=IMAGES / "desk-case-1280.png")
    picture = Image.open(io.BytesIO(page.screenshot()))
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    page.screenshot(path=IMAGES / "desk-case-390.png")
    page.goto(f"{base}/desk/")
    page.screenshot(path=IMAGES / "desk-queue-390.png")
    return picture


def side_by_side(phone: Image.Image, desk: Image.Image) -> Image.Image:
    """The phone beside the desk on one canvas, each with a soft shadow."""
    margin, radius = 36, 14
    height = max(phone.height, desk.height) + 2 * margin
    canvas = Image.new("RGB", (phone.width + desk.width + 3 * margin, height), "#dfe6ec")
    x = margin
    for picture, corner in ((phone, 40), (desk, radius)):
        at = (x, (height - picture.height) // 2)
        mask = Image.new("L", picture.size, 0)
        ImageDraw.Draw(mask).rounded_rectangle((0, 0, picture.width - 1, picture.height - 1), corner, fill=255)
        shadow = Image.new("L", canvas.size, 0)
        shadow.paste(mask.point(lambda value: value // 3), (at[0], at[1] + 8))
        canvas.paste("#22303c", (0, 0), shadow.filter(ImageFilter.GaussianBlur(14)))
        canvas.paste(picture.convert("RGB"), at, mask)
        x += picture.width + margin
    return canvas


if __name__ == "__main__":
    typer.run(main)
