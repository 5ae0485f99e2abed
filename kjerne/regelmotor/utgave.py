"""Other versions of a scheme: with some parameters set, as it was committed, or as it stands in another folder.

Nothing is written: a committed version is unpacked in a temporary folder that is gone when it has been read.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from kjerne.kontrakt import verdier
from kjerne.kontrakt.feil import Ordningsfeil, Samlefeil
from kjerne.kontrakt.manifest import Gyldighet
from kjerne.kontrakt.parameter import Parameterrad, Parameterverdi, les_verdi
from kjerne.regelmotor.ordhjelp import mente
from kjerne.regelmotor.regelverk import FELLES, Regelverk, les_regelverk

IKKE_GJORT = "Ingenting er simulert."
FORRIGE = "forrige"
_SATT = re.compile(r"\s*([^=@]+?)\s*(?:@\s*([^=]+?)\s*)?=(.*)", re.DOTALL)


@dataclass(frozen=True)
class Satt:
    """One row that got another value."""

    rad: Parameterrad
    verdi: Parameterverdi


def med_satt(verk: Regelverk, satt: Iterable[str]) -> tuple[Regelverk, list[Satt]]:
    """The scheme with `parameter=verdi` set in the rows in force while the scheme is (`parameter@dato=verdi`: in the row in
    force on that day). Values are written as in parametre.csv. Raises Samlefeil with every fault (kode 2)."""
    endret: dict[str, Satt] = {}
    feil = []
    for tekst in satt:
        try:
            endret |= {s.rad.id: s for s in _les_satt(verk, tekst)}
        except Ordningsfeil as grunn:
            feil.append(grunn)
    if feil:
        raise Samlefeil(feil)
    if not endret:
        return verk, []
    rader = tuple(p.med(endret[p.id].verdi) if p.id in endret else p for p in verk.parametre)
    return replace(verk, parametre=rader, fingeravtrykk=""), list(endret.values())


def _les_satt(verk: Regelverk, tekst: str) -> list[Satt]:
    hvor = f"--sett {tekst[:60]}"
    if not (treff := _SATT.fullmatch(tekst)):
        raise Ordningsfeil("Her mangler parameter=verdi.", hvor, "Skriv for eksempel --sett maks_antall_g=7,5.", IKKE_GJORT, kode=2)
    navn, dag = verdier.nfc(treff[1]), treff[2]
    rader = verk.parameternavn.get(navn)
    if not rader:
        raise _ukjent(verk, navn, hvor)
    try:
        valgte = _i_kraft(rader, verk.manifest.gjelder, verdier.dato(dag) if dag else None)
        verdi = les_verdi(_uten_enhet(treff[3].strip(), rader[0].enhet), rader[0].enhet)
        if verdi is None:
            raise ValueError("verdien mangler")
        if isinstance(verdi, Decimal) and verdi < 0:
            raise ValueError(f"{navn} kan ikke være under null")
    except ValueError as grunn:
        raise Ordningsfeil(f"{str(grunn)[:1].upper()}{str(grunn)[1:]}.", hvor,
                           f"{navn} er i {rader[0].enhet}; skriv verdien som i parametre.csv.", IKKE_GJORT, kode=2) from None
    return [Satt(r, verdi) for r in valgte]


def _ukjent(verk: Regelverk, navn: str, hvor: str) -> Ordningsfeil:
    if navn in {p.navn for p in verk.parametre}:
        return Ordningsfeil(f"Ingen regel bruker parameteren «{navn}».", hvor, "Velg en som en regel spør etter.", IKKE_GJORT, kode=2)
    gjor = mente(navn, verk.parameternavn) or f"Kjente parametre: {', '.join(verk.parameternavn)}."
    return Ordningsfeil(f"Parameteren «{navn}» finnes ikke.", hvor, gjor, IKKE_GJORT, kode=2)


def _uten_enhet(tekst: str, enhet: str) -> str:
    return tekst if enhet in ("dato", "koder", "%") else tekst.removesuffix(enhet).strip()


def _i_kraft(rader: list[Parameterrad], gjelder: Gyldighet, dag) -> list[Parameterrad]:
    fra, til = (dag, dag) if dag else (gjelder.fra, gjelder.til)
    valgte = [r for r in rader if r.fra <= til and (r.til is None or r.til >= fra)]
    if not valgte:
        raise ValueError(f"ingen rad av {rader[0].navn} gjelder {f'{dag:%d.%m.%Y}' if dag else 'i ordningens tid'}")
    return valgte


def annen_utgave(verk: Regelverk, mot: str) -> Regelverk:
    """The version to compare with: `forrige` is the folder as it is committed (git HEAD), anything else is a folder with
    the same scheme. Raises Ordningsfeil."""
    with tempfile.TemporaryDirectory(prefix="ordning-utgave-") as rot:
        mappe = Path(rot) / verk.id
        if mot == FORRIGE:
            _fra_git(verk, mappe)
        else:
            _fra_mappe(verk, Path(mot), mappe)
        try:
            return replace(les_regelverk(mappe), mappe=verk.mappe)
        except Ordningsfeil as feil:
            raise _om_den_andre(feil, str(mappe), mot) from None


def _om_den_andre(feil: Ordningsfeil, mappe: str, mot: str) -> Samlefeil:
    alle = feil.feil if isinstance(feil, Samlefeil) else [feil]
    navn = "utgaven i git HEAD" if mot == FORRIGE else mot.rstrip("/")
    return Samlefeil([replace(f, hvor=f.hvor.replace(mappe, navn), ikke_gjort=IKKE_GJORT, kode=2) for f in alle])


def _fra_git(verk: Regelverk, mappe: Path) -> None:
    for kilde, maal in ((verk.mappe, mappe), (verk.mappe.parent / FELLES, mappe.parent / FELLES)):
        arkiv = _git_arkiv(kilde)
        if arkiv is None and kilde == verk.mappe:
            raise Ordningsfeil("Ordningen har ingen forrige utgave: mappen er ikke lagret i git.", str(verk.mappe),
                               "Lagre den i git først, eller sammenlign med en mappe: --mot MAPPE.", IKKE_GJORT, kode=2)
        if arkiv is not None:
            zipfile.ZipFile(io.BytesIO(arkiv)).extractall(maal)


def _git_arkiv(kilde: Path) -> bytes | None:
    """The folder as it is in HEAD, as a zip; None when it is not there."""
    if not kilde.is_dir():
        return None
    try:
        svar = subprocess.run(["git", "archive", "--format=zip", "HEAD", "."], cwd=kilde, capture_output=True, check=False)
    except FileNotFoundError:
        return None
    return svar.stdout if svar.returncode == 0 and svar.stdout else None


def _fra_mappe(verk: Regelverk, kilde: Path, mappe: Path) -> None:
    """A copy under the scheme's own name, so that a folder may be called what one likes."""
    if not (kilde / "ordning.toml").is_file():
        raise Ordningsfeil("Mappen er ikke en ordning: ordning.toml mangler.", str(kilde),
                           "Skriv --mot forrige, eller en mappe med en utgave av ordningen.", IKKE_GJORT, kode=2)
    if (id_ := _id(kilde / "ordning.toml")) not in ("", verk.id):
        raise Ordningsfeil(f"Mappen er ordningen «{id_}», ikke «{verk.id}».", str(kilde), "Velg en utgave av den samme ordningen.",
                           IKKE_GJORT, kode=2)
    shutil.copytree(kilde, mappe, ignore=shutil.ignore_patterns("__pycache__", ".git"))
    felles = next((f for f in (kilde.parent / FELLES, verk.mappe.parent / FELLES) if f.is_dir()), None)
    if felles:
        shutil.copytree(felles, mappe.parent / FELLES)


def _id(sti: Path) -> str:
    """The id that a manifest names; nothing when it cannot be read, which the reading tells better."""
    treff = re.search(r'^id\s*=\s*"([^"]*)"', sti.read_text("utf-8", errors="replace"), re.MULTILINE)
    return treff[1] if treff else ""
