"""A page of runbooks/ as a list of steps, and somebody who follows it word for word: only what stands on the page is done."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.cli.dorer import Svar, ordning

ROT = Path(__file__).parents[2]
MAPPE = ROT / "runbooks"
STEG = re.compile(r"(?ms)^## (\d+)\. (.+?)$\n(.*?)(?=^## |\Z)")
BLOKK = re.compile(r"(?ms)^```(sh|pg)\n(.*?)^```$")
LOVER = re.compile(r"(?ms)^\*\*Ser slik ut\*\*(?: \(sluttkode (\d)\))?: (.*?)(?=^\*\*|^$|\Z)")
SITAT = re.compile(r"«([^»]+)»")
ROLLE = re.compile(r"\(([^)]+)\)$")
PERSON = {"operatør": "ola", "attestant": "kari", "budsjettdisponerer": "bjorn", "leder": "lisa", "saksbehandler": "sara",
          "fagansvarlig": "frida", "utvikler": "ulf", "den som ser det": "ola"}  # fmt: skip


@dataclass(frozen=True)
class Steg:
    """`sluttkode`: of the last command; the others end with 0. `lover`: what the page says that the commands print."""

    nr: int
    bruker: str
    kommandoer: tuple[str, ...]
    i_postgres: tuple[str, ...]  # on PostgreSQL, in place of those that name the file of SQLite
    lover: tuple[str, ...]
    sluttkode: int
    tekst: str


def stegene(side: str) -> list[Steg]:
    ut = []
    for nr, tittel, tekst in STEG.findall((MAPPE / side).read_text("utf-8")):
        linjer = {art: [k for a, blokk in BLOKK.findall(tekst) if a == art for k in blokk.splitlines()] for art in ("sh", "pg")}
        lover = LOVER.findall(tekst)
        rolle = re.split(" gir |, ", ROLLE.search(tittel)[1])[0].split(" og ")[0]
        sitater = tuple(sitat for _, del_ in lover for sitat in SITAT.findall(del_))
        kode = max((int(k or 0) for k, _ in lover), default=0)
        ut.append(Steg(int(nr), PERSON[rolle], tuple(linjer["sh"]), tuple(linjer["pg"]), sitater, kode, tekst))
    return ut


@dataclass
class Folger:
    """Who follows a page: where, with which words in place of the capital ones, and what was printed."""

    miljo: dict[str, str]
    ord: dict[str, str] = field(default_factory=dict)
    sett: dict[int, str] = field(default_factory=dict)

    def folg(self, steg: Steg, *, postgres: bool = False) -> None:
        """Does the step, and holds what came of it against what the page says."""
        kommandoer = steg.kommandoer
        if postgres and steg.i_postgres:
            kommandoer = (*(k for k in kommandoer if "ordning.sqlite" not in k), *steg.i_postgres)
        svar = [(k, self.kjor(k, steg.bruker)) for k in kommandoer]
        self.sett[steg.nr] = alt = " ".join(" ".join(s.ut + " " + s.feil for _, s in svar).split())
        for plass, (kommando, s) in enumerate(svar, 1):
            ventet = steg.sluttkode if plass == len(svar) else 0
            assert s.kode == ventet, f"steg {steg.nr}: {kommando} ga {s.kode}, ikke {ventet}\n{s.ut[-1500:]}\n{s.feil[-1500:]}"
        assert [s for s in steg.lover if s not in alt] == [], f"steg {steg.nr} skriver ikke det siden sier:\n{alt[-2500:]}"

    def kjor(self, kommando: str, bruker: str) -> Svar:
        for navn, verdi in self.ord.items():
            kommando = re.sub(rf"(?<![A-Z_ÆØÅ]){navn}(?![A-Z_ÆØÅ])", verdi, kommando)
        if kommando.startswith("export "):
            navn, _, verdi = kommando.removeprefix("export ").partition("=")
            self.miljo[navn] = verdi
            return Svar(0, "", "")
        if not kommando.startswith("./ordning "):
            p = subprocess.run(["bash", "-euc", kommando], env=os.environ | self.miljo, capture_output=True, text=True, timeout=60)
            return Svar(p.returncode, p.stdout, p.stderr)
        argumenter = shlex.split(kommando)[1:]
        inn = f"{self.venter()}\n" if argumenter[0] == "godkjenn" else ""
        return ordning(*argumenter, miljo=self.miljo | {"ORDNING_BRUKER": bruker}, inn=inn)

    def json(self, *argumenter: str):
        return ordning(*argumenter, "--json", miljo=self.miljo).json

    def venter(self) -> int:
        """The number of payments in the batch that waits for a human: what she is to type."""
        bunter = self.json("status", "askeladden")["ordninger"][0]["bunter"]
        return next(b["antall"] for b in bunter if b["tilstand"] in ("kontrollert", "attestert"))
