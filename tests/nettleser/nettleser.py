"""A real Chromium, and a person who has a keyboard and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

NAVN = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
STORRELSER = {360: 800, 1280: 900}
_NAVN = """() => { const e = document.activeElement; if (!e || e === document.body) return '';
  const merke = e.getAttribute('aria-label') || (e.labels && e.labels[0] ? e.labels[0].innerText : '') || e.innerText || e.value || '';
  return merke.replace(/\\s+/g, ' ').trim(); }"""
_FOKUS = """() => { const s = getComputedStyle(document.activeElement);
  return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2; }"""


def finn_chromium() -> str:
    """Where it is. Installed by the machine's own packages when we may; otherwise the tests are skipped, and say why."""
    sti = os.environ.get("ORDNING_CHROMIUM") or next(filter(None, map(shutil.which, NAVN)), None)
    if sti is None and os.geteuid() == 0 and shutil.which("apt-get"):
        stille = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **stille)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], check=False, **stille)
        sti = shutil.which("chromium")
    if sti is None:
        pytest.skip("Chromium finnes ikke, og kan ikke installeres her: sidene er ikke prøvd i en nettleser. Sett ORDNING_CHROMIUM.")
    return sti


class Tastatur:
    """Goes from place to place with Tab, and does things with Enter, space and letters. Each place must show that it has focus."""

    def __init__(self, side: Page):
        self.side = side

    def til(self, navn: str, grense: int = 150) -> None:
        """Tabs forward until what has focus is called so. Fails when there is nothing of that name, or when focus is not seen."""
        sett = []
        for _ in range(grense):
            self.side.keyboard.press("Tab")
            her = self.side.evaluate(_NAVN)
            sett.append(her)
            if her:
                assert self.side.evaluate(_FOKUS), f"fokus synes ikke på «{her}»"
            if her.startswith(navn):
                return
        raise AssertionError(f"fant ikke «{navn}» med tastaturet, bare {[s for s in dict.fromkeys(sett) if s]}")

    def velg(self, navn: str) -> None:
        """A link or a button that leads to another page."""
        self.til(navn)
        with self.side.expect_navigation():
            self.side.keyboard.press("Enter")

    def aapne(self, navn: str) -> None:
        """Something that opens on the page."""
        self.til(navn)
        self.side.keyboard.press("Enter")

    def skriv(self, navn: str, tekst: str) -> None:
        self.til(navn)
        self.side.keyboard.press("Control+A")
        self.side.keyboard.type(tekst)

    def kryss_av(self, navn: str) -> None:
        self.til(navn)
        self.side.keyboard.press("Space")

    def fil(self, navn: str, fil: Path) -> None:
        self.til(navn)
        with self.side.expect_file_chooser() as velger:
            self.side.keyboard.press("Space")
        velger.value.set_files(fil)

    def vaer(self, navn: str) -> None:
        """Another person sits down."""
        self.velg("Bytt bruker")
        self.velg(navn)


def se(side: Page, mappe: Path, navn: str) -> list[str]:
    """Pictures of the page on a phone, on a screen and on paper, and everything that is wrong with it."""
    feil = []
    for bredde, hoyde in STORRELSER.items():
        side.set_viewport_size({"width": bredde, "height": hoyde})
        side.screenshot(path=mappe / f"{navn}-{bredde}.png", full_page=True)
        faktisk = side.evaluate("document.documentElement.scrollWidth")
        feil += [f"{navn}: {faktisk} px bred på {bredde}"] if faktisk > bredde else []
    side.emulate_media(media="print")
    side.screenshot(path=mappe / f"{navn}-papir.png", full_page=True)
    side.emulate_media(media="screen")
    return feil + axe(side, navn)


def axe(side: Page, navn: str) -> list[str]:
    funn = Axe().run(side).response["violations"]
    return [f"{navn}: {v['id']}: {n['target']}" for v in funn for n in v["nodes"]]
