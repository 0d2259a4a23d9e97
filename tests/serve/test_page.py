"""The studio page in a real browser: headless Chromium, a real server, a real worker."""

from __future__ import annotations

import base64
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from lichtspiel.media import mux, read

#: Milliseconds: on a busy machine a film takes long; a test that hangs ends all the same.
PATIENCE = 300_000
#: What a browser says of the answer that makes the page ask for a key.
NO_KEY = "the server responded with a status of 401"

PICTURE = "document.querySelector('#preview').toDataURL()"
DROP = """([drop, data]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], "stripped.mp4", { type: "video/mp4" }));
  drop.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
}"""

Open = Callable[..., Page]
Wait = Callable[..., Any]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if path is None:
        reason = "no Chromium found; install Debian's package chromium (`make test` tries to)"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    options = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--mute-audio"]
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=options, timeout=PATIENCE)
        yield chromium
        chromium.close()


@pytest.fixture
def studio(browser: Browser, server: Any) -> Iterator[Open]:
    """Open the page with a key; its console must stay empty."""
    said: list[str] = []
    contexts = []

    def start(key: str = server.keys["studio"], **options: Any) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        if key:
            context.add_init_script(f"sessionStorage.setItem('key', '{key}')")
        page = context.new_page()
        page.on("console", lambda line: said.append(line.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        page.goto(server.url)
        return page

    yield start
    for context in contexts:
        context.close()
    assert [line for line in said if NO_KEY not in line] == []


def ready(page: Page) -> Page:
    page.locator("html[data-ready]").wait_for()
    return page


def focused(page: Page) -> str:
    """The id of what has the focus, or what the button does that has it."""
    return str(page.evaluate("(document.activeElement.id || document.activeElement.dataset.do)"))


def tab_to(page: Page, name: str, key: str = "Tab") -> None:
    for _ in range(60):
        if focused(page) == name:
            return
        page.keyboard.press(key)
    pytest.fail(f"{key} never comes to {name}")


def enter(page: Page, field: str, value: str) -> None:
    tab_to(page, field)
    page.keyboard.press("Control+a")
    page.keyboard.type(value)


def test_films_by_the_keyboard_alone(studio: Open, server: Any, wait: Wait) -> None:
    page = studio(key="")
    page.locator("#key").wait_for()  # the server wants one
    page.keyboard.type(server.keys["studio"])
    page.keyboard.press("Enter")
    ready(page)

    page.keyboard.press("Tab")
    enter(page, "sentence", "a red car on the beach")
    tab_to(page, "fold")
    page.keyboard.press("Enter")
    # So many steps that a quick machine, too, has time for a second preview.
    for field, value in (("seconds", "1"), ("seed", "7"), ("steps", "200")):
        enter(page, field, value)
    tab_to(page, "sentence", "Shift+Tab")
    page.keyboard.press("Enter")

    preview = page.locator("#preview")
    preview.wait_for()
    first = page.evaluate(PICTURE)
    wait(lambda: page.evaluate("document.querySelector('#preview').dataset.number > 1"))
    assert page.evaluate(PICTURE) != first  # it sharpens

    page.locator("#player").wait_for()
    wait(lambda: page.evaluate("document.querySelector('#player').currentTime > 0"))  # it plays
    assert page.evaluate("document.querySelector('#player').duration") == pytest.approx(1, abs=0.1)
    assert "Seed 7" in page.locator("#facts").inner_text()
    assert page.locator("#expanded").inner_text().startswith("a red car on the beach")

    tab_to(page, "extend", "Shift+Tab")
    page.keyboard.press("Enter")
    assert focused(page) == "sentence"
    page.keyboard.type("it drives away")
    enter(page, "seconds", "0.5")
    enter(page, "steps", "40")
    tab_to(page, "sentence", "Shift+Tab")
    page.keyboard.press("Enter")
    wait(lambda: page.evaluate("document.querySelector('#player').duration > 1.4"))

    tab_to(page, "edit", "Shift+Tab")
    page.keyboard.press("Enter")
    page.locator("#editor[open]").wait_for()
    assert focused(page) == "mask"
    for pressed in ("Space", "ArrowRight", "+", "Space", "ArrowDown", "Space"):
        page.keyboard.press(pressed)
    assert not page.locator("#painted").inner_text().startswith("0 percent")
    enter(page, "instruction", "a brown bear")
    page.keyboard.press("Enter")
    expect(page.locator(".card[data-status=completed]")).to_have_count(3)
    assert page.locator(".card").first.inner_text().startswith("a brown bear")


SCRIPT = "<script>alert('car')</script> a red car <img src=x onerror=alert(1)>"


@pytest.fixture
def film(server: Any, wait: Wait, tmp_path: Path) -> Path:
    """A film whose words are a script and whose file has lost its credentials."""
    headers = {"Authorization": f"Bearer {server.keys['studio']}"}
    with httpx.Client(base_url=f"{server.url}/v1", headers=headers, timeout=60) as client:
        named = {one["prompt"]: one["id"] for one in client.get("/videos").json()["data"]}
        if SCRIPT not in named:
            wish = {"prompt": SCRIPT, "seconds": 1, "steps": 2, "size": "square", "expand": False}
            named[SCRIPT] = client.post("/videos", json=wish).json()["id"]
        at = f"/videos/{named[SCRIPT]}"
        wait(lambda: client.get(at).json()["status"] == "completed")
        whole, bare = tmp_path / "film.mp4", tmp_path / "stripped.mp4"
        whole.write_bytes(client.get(f"{at}/content").content)
    mux.write_mp4(bare, (frame[None] for frame in read.frames(whole)), 12)
    return bare


def test_a_stripped_file_is_dropped(studio: Open, film: Path) -> None:
    page = ready(studio(locale="de-DE"))
    assert page.locator("#verify").inner_text() == "Ist das echt?"
    data = base64.b64encode(film.read_bytes()).decode()
    page.evaluate(DROP, [page.locator("#drop").element_handle(), data])
    verdict = page.locator("#verdict")
    verdict.wait_for()
    assert verdict.get_attribute("data-verdict") == "ai-unsigned"
    assert page.locator("#verdict-title").inner_text() == "Von KI gemacht, ohne Unterschrift"
    assert "Wasserzeichen" in page.locator("#reasons").inner_text()
    assert page.locator(".seal text").text_content() == "KI"
    assert "stripped.mp4" in page.locator("#tree").inner_text()
    assert focused(page) == "verdict"  # so that a screen reader goes on there
    file = page.locator("#file")  # its chooser is the browser's own: here, that the key asks for it
    file.evaluate("field => field.addEventListener('click', () => { field.dataset.asked = 'yes' })")
    file.focus()
    page.keyboard.press("Enter")
    assert file.get_attribute("data-asked") == "yes"


def test_words_of_users_stay_words(studio: Open, film: Path) -> None:
    page = ready(studio())
    page.locator(f".card button:text-is({SCRIPT!r})").click()
    page.locator("#player").wait_for()
    assert page.locator("#expanded").inner_text() == SCRIPT
    assert page.locator("main script, img[src=x]").count() == 0


def test_axe_finds_nothing_serious(studio: Open, film: Path) -> None:
    for scheme, width in (("light", 1280), ("dark", 390)):
        page = ready(studio(color_scheme=scheme, viewport={"width": width, "height": 844}))
        page.locator("#player").wait_for()
        for summary in page.locator("summary").all():
            summary.click()
        page.locator("#add-shot").click()
        page.locator("#file").set_input_files(film)
        page.locator("#verdict").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = violations(page)
        page.locator("[data-do=edit]").click()
        page.locator("#editor[open]").wait_for()
        assert [*found, *violations(page)] == []


def violations(page: Page) -> list[str]:
    """What axe-core finds to be serious or worse, with the places."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html']}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]
