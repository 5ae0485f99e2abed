"""A newer template (or other answers) into a scheme that has been edited: three-way, file by file, and no edit is lost.

`.mal/` holds what the template gave last time. What differs from it is an edit and stays; what the template has changed comes in;
where both have changed the same lines, both stand in the file between marks and are listed. Killed half-way, it is run again.
"""

from __future__ import annotations

import datetime as dt
import difflib
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.skjelett.mal import tegn
from kjerne.skjelett.skriving import MALMAPPE, SVARFIL, grunnlagsfil, skriv_fil
from kjerne.skjelett.svar import Svar, les_svar, skriv_svar, som_svar, standardsvar

MERKE = "<<<<<<< "
BOM = "\ufeff"
# What happened to a file, in the words of the screen.
NY, ERSTATTET, FLETTET, KONFLIKT = "ny", "erstattet", "flettet", "konflikt"
FJERNET, BEHOLDT, BORTE = "fjernet", "beholdt (finnes ikke i malen lenger)", "slettet hos dere, og ikke lagt tilbake"


@dataclass(frozen=True)
class Filendring:
    sti: str
    hva: str
    foer: str | None  # the file as it stands; None = does not exist
    etter: str | None  # as it becomes; None = is removed

    @property
    def forskjell(self) -> str:
        """The change as a unified diff."""
        foer, etter = ((t or "").removeprefix(BOM).replace("\r\n", "\n").splitlines(keepends=True) for t in (self.foer, self.etter))
        return "".join(difflib.unified_diff(foer, etter, f"{self.sti} (nå)", f"{self.sti} (etter)", n=1))


@dataclass(frozen=True)
class Oppdatering:
    """What a merge does to each file that it concerns. The same for `--vis` and for real."""

    endringer: tuple[Filendring, ...]

    @property
    def konflikter(self) -> list[str]:
        return [e.sti for e in self.endringer if e.hva == KONFLIKT]


def les_gamle_svar(mappe: Path) -> Svar:
    """The answers that the folder was made from; what a newer template asks besides, has its default."""
    sti = mappe / MALMAPPE / SVARFIL
    if not sti.exists():
        raise Ordningsfeil(f"Ordningen {mappe.name} er ikke laget med ordning ny, og kan ikke oppdateres fra malen.", str(sti),
                           "Ordninger som er skrevet for hånd, endres for hånd.", "Ingenting er endret.", kode=2)
    data = les_svar(sti)
    periode = data.get("gjelder", {})  # has no default here: today would give another folder tomorrow
    return som_svar(standardsvar(mappe.name, dt.date(2015, 1, 1), data) | {"gjelder": periode}, str(sti))


def oppdater(mappe: Path, svar: Svar, *, bare_vis: bool = False, mal: Path | None = None) -> Oppdatering:
    """Merges the template into the folder. REGLER.md is left to the caller. Raises Ordningsfeil for marks from an earlier merge."""
    _krev_uten_merker(mappe)
    ny = tegn(mappe.name, svar, mal)
    kjente = {f.relative_to(mappe / MALMAPPE).as_posix().removesuffix(".mal") for f in (mappe / MALMAPPE).rglob("*.mal")}
    endringer = [e for sti in sorted({*ny, *kjente}) if (e := _endring(mappe, sti, ny.get(sti)))]
    if not bare_vis:
        for e in endringer:
            _utfor(mappe / e.sti, e)
        for sti in sorted({*ny, *kjente}):  # last: a merge that was killed before this begins again from the same base
            _nytt_grunnlag(grunnlagsfil(mappe, sti), ny.get(sti))
        skriv_fil(mappe / MALMAPPE / SVARFIL, skriv_svar(svar))
    return Oppdatering(tuple(endringer))


def _krev_uten_merker(mappe: Path) -> None:
    merket = [f for f in sorted(mappe.rglob("*")) if f.is_file() and f.suffix in (".py", ".toml", ".csv", ".html", ".md")
              and any(linje.startswith(MERKE) for linje in (_les(f) or "").splitlines())]
    if merket:
        raise Ordningsfeil(f"{merket[0].name} har en konflikt fra forrige oppdatering som ikke er løst.", str(merket[0]),
                           f"Finn linjene mellom {MERKE.strip()} og >>>>>>>, behold det riktige, og slett merkene.",
                           "Ingenting er endret.", kode=2)


def _endring(mappe: Path, sti: str, ny: str | None) -> Filendring | None:
    """What happens to one file; None when nothing does."""
    gammel, hos_dere = _les(grunnlagsfil(mappe, sti)), _les(mappe / sti)
    if ny == gammel or _ren(hos_dere) == ny:
        return None
    if hos_dere is None:
        return Filendring(sti, NY, None, ny) if gammel is None else Filendring(sti, BORTE, None, None)
    if ny is None:
        urort = _ren(hos_dere) == gammel
        return Filendring(sti, FJERNET, hos_dere, None) if urort else Filendring(sti, BEHOLDT, hos_dere, hos_dere)
    if _ren(hos_dere) == gammel:
        return Filendring(sti, ERSTATTET, hos_dere, _med_form_av(hos_dere, ny))
    tekst, konflikt = flett(_ren(hos_dere), gammel or "", ny)
    return Filendring(sti, KONFLIKT if konflikt else FLETTET, hos_dere, _med_form_av(hos_dere, tekst))


def _utfor(sti: Path, endring: Filendring) -> None:
    if endring.etter is None:
        sti.unlink(missing_ok=True)
    elif endring.etter != endring.foer:
        skriv_fil(sti, endring.etter)


def _nytt_grunnlag(sti: Path, ny: str | None) -> None:
    if ny is None:
        sti.unlink(missing_ok=True)
    elif _les(sti) != ny:
        skriv_fil(sti, ny)


def flett(vaar: str, gammel: str, ny: str) -> tuple[str, bool]:
    """(text, whether there is a conflict): the edits from `gammel` to `vaar` and those from `gammel` to `ny`, by git merge-file."""
    with tempfile.TemporaryDirectory() as mappe:
        filer = [Path(mappe) / n for n in ("vaar", "gammel", "ny")]
        for fil, tekst in zip(filer, (vaar, gammel, ny), strict=True):
            fil.write_bytes(tekst.encode("utf-8"))
        kommando = ["git", "merge-file", "-p", "-L", "slik dere har skrevet det", "-L", "malen sist", "-L", "malen nå", *map(str, filer)]
        try:
            svar = subprocess.run(kommando, capture_output=True, stdin=subprocess.DEVNULL, check=False)
        except FileNotFoundError:
            raise Ordningsfeil("Fant ikke git, som fletter endringene.", "PATH", "Installer git.", "Ingenting er endret.") from None
    if not 0 <= svar.returncode < 128:
        raise Ordningsfeil("git kunne ikke flette filen.", svar.stderr.decode("utf-8", "replace").strip()[:200],
                           "Se om filen er ren tekst i UTF-8.", "Ingenting er endret.")
    return svar.stdout.decode("utf-8"), svar.returncode > 0


def _les(sti: Path) -> str | None:
    try:
        return sti.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise Ordningsfeil("Filen er ikke lagret som UTF-8.", str(sti), "Lagre den som UTF-8.", "Ingenting er endret.") from None


def _ren(tekst: str | None) -> str | None:
    """Without what a spreadsheet adds when it saves: that is no edit."""
    return None if tekst is None else tekst.removeprefix(BOM).replace("\r\n", "\n")


def _med_form_av(gammel: str, tekst: str) -> str:
    if "\r\n" in gammel:
        tekst = tekst.replace("\n", "\r\n")
    return BOM + tekst if gammel.startswith(BOM) else tekst
