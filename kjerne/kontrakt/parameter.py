"""`parametre.csv`: dated values with hjemmel and source. No overlap, no gap, no fallback.

Columns: parameter;verdi;enhet;gjelder_fra;gjelder_til;klokke;hjemmel;kilde;merknad
`klokke` names the date column of the case that selects the row; empty = the clock of the scheme (`dato_for_regler`).
A case whose date lies outside every row has an unknown value, never the nearest one.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from kjerne.kontrakt import verdier
from kjerne.kontrakt.feil import Ordningsfeil, Samlefeil
from kjerne.kontrakt.hjemmel import Hjemmel, les_hjemmel
from kjerne.kontrakt.mappefil import les_tekst

KOLONNER = ("parameter", "verdi", "enhet", "gjelder_fra", "gjelder_til", "klokke", "hjemmel", "kilde", "merknad")
ENHETER = ("kr", "kr/dag", "kr/md", "kr/år", "dager", "måneder", "år", "antall", "%", "G", "dato", "koder")
IKKE_GJORT = "Ordningen er ute av drift til filen er rettet. Ingen vedtak er gjort med disse parametrene."

Parameterverdi = Decimal | dt.date | str


@dataclass(frozen=True)
class Parameterrad:
    """One value in one period. Per cent is held as a share (4,615 % → 0.04615)."""

    navn: str
    verdi: Parameterverdi
    enhet: str
    fra: dt.date
    til: dt.date | None  # None = no end
    klokke: str
    hjemmel: Hjemmel
    kilde: str
    merknad: str
    fil: str
    linje: int

    @property
    def felles(self) -> bool:
        """Shared law, from a folder that is no scheme."""
        return "/" in self.fil

    @property
    def id(self) -> str:
        """Stable name of the row, stored with every vedtak that used it."""
        return f"{self.navn}@{self.fra.isoformat()}"

    def med(self, verdi: Parameterverdi) -> Parameterrad:
        return replace(self, verdi=verdi)


def les_parametre(sti: Path, rettskilder: set[str] | None) -> list[Parameterrad]:
    """Reads and checks one file (rettskilder None: the manifest cannot be read, so any source of law will do).
    Raises Samlefeil with every fault found (file, line, column, fix)."""
    rader = []
    linjer, feil = _linjer(sti)
    fil = f"{sti.parent.name}/{sti.name}" if sti.parent.name.startswith("_") else sti.name
    for nr, celler in linjer:
        rad, grunner = _rad(celler, fil, nr, rettskilder)
        rader += [rad] if rad else []
        for kolonne, grunn in grunner:
            hva, hvor = f"{grunn[:1].upper()}{grunn[1:]}.", f"{sti}, linje {nr}, kolonne {kolonne}"
            feil.append(Ordningsfeil(hva, hvor, "Rett cellen.", IKKE_GJORT))
    feil += _tidsfeil(rader, sti)
    if feil:
        raise Samlefeil(feil)
    return rader


def _linjer(sti: Path) -> tuple[list[tuple[int, dict[str, str]]], list[Ordningsfeil]]:
    """The lines with their cells, and those that have another number of cells than the heading."""
    leser = csv.reader(io.StringIO(les_tekst(sti, IKKE_GJORT), newline=""), delimiter=";", strict=True)
    hode = [verdier.nfc(c) for c in next(leser, [])]
    if hode != list(KOLONNER):
        raise Ordningsfeil("Overskriften er feil.", f"{sti}, linje 1", f"Skriv: {';'.join(KOLONNER)}", IKKE_GJORT)
    ut, feil = [], []
    try:
        for celler in leser:
            if any(c.strip() for c in celler) and len(celler) != len(hode):
                hva, hvor = f"Linjen har {len(celler)} kolonner, skal ha {len(hode)}.", f"{sti}, linje {leser.line_num}"
                feil.append(Ordningsfeil(hva, hvor, "Sett ; mellom cellene, også de tomme.", IKKE_GJORT))
            elif any(c.strip() for c in celler):
                ut.append((leser.line_num, dict(zip(hode, celler, strict=True))))
    except csv.Error:
        raise Ordningsfeil(
            "Anførselstegnene på linjen går ikke opp.",
            f"{sti}, linje {leser.line_num}",
            "Se etter et anførselstegn som ikke er lukket.",
            IKKE_GJORT,
        ) from None
    return ut, feil


def _rad(celler: dict[str, str], fil: str, linje: int, rettskilder: set[str] | None) -> tuple[Parameterrad | None, list[tuple[str, str]]]:
    """(the row, what is wrong with each of its cells). No row when something is."""
    feil: list[tuple[str, str]] = []

    def les(kolonne: str, funksjon, mangler: str = ""):
        try:
            verdi = funksjon(celler[kolonne].strip())
        except ValueError as grunn:
            feil.append((kolonne, str(grunn)))
            return None
        if verdi is None and mangler:
            feil.append((kolonne, mangler))
        return verdi

    navn, enhet = verdier.nfc(celler["parameter"]), celler["enhet"].strip()
    if not navn.isidentifier():
        feil.append(("parameter", f"«{navn[:60]}» kan ikke være et navn"))
    hjemmel = les("hjemmel", les_hjemmel)
    if hjemmel and rettskilder is not None and hjemmel.kilde not in rettskilder:
        feil.append(("hjemmel", f"rettskilden {hjemmel.kilde} står ikke i [rettskilder] i ordning.toml"))
    if not celler["kilde"].strip():
        feil.append(("kilde", "kilden mangler"))
    fra, til = les("gjelder_fra", verdier.dato, "datoen mangler"), les("gjelder_til", verdier.dato)
    if fra and til and til < fra:
        feil.append(("gjelder_til", "perioden slutter før den begynner"))
    verdi = None
    if enhet not in ENHETER:
        feil.append(("enhet", f"ukjent enhet «{enhet[:60]}». Kjente: {', '.join(ENHETER)}"))
    else:
        verdi = les("verdi", lambda tekst: les_verdi(tekst, enhet), "verdien mangler")
    if feil:
        return None, feil
    klokke, kilde, merknad = (celler[k].strip() for k in ("klokke", "kilde", "merknad"))
    return Parameterrad(navn, verdi, enhet, fra, til, verdier.nfc(klokke), hjemmel, kilde, merknad, fil, linje), []


def les_verdi(tekst: str, enhet: str) -> Parameterverdi | None:
    """The cell as a value: exact number, date, or a list of codes written a|b|c."""
    if enhet == "dato":
        return verdier.dato(tekst)
    if enhet == "koder":
        return "|".join(k.strip() for k in tekst.split("|")) or None
    return verdier.prosent(tekst) if enhet == "%" else verdier.desimal(tekst)


def _tidsfeil(rader: list[Parameterrad], sti: Path) -> list[Ordningsfeil]:
    """Overlap, gap, and a parameter that changes clock or unit on the way."""
    feil = []
    for navn in dict.fromkeys(r.navn for r in rader):
        egne = sorted((r for r in rader if r.navn == navn), key=lambda r: r.fra)
        for a, b in zip(egne, egne[1:], strict=False):
            hvor = f"{sti}, linje {a.linje} og {b.linje}"
            if a.til is None or b.fra <= a.til:
                feil.append(
                    Ordningsfeil(
                        f"{navn} har to verdier samtidig: periodene overlapper fra {b.fra:%d.%m.%Y}.",
                        hvor,
                        f"Sett gjelder_til på linje {a.linje} til dagen før {b.fra:%d.%m.%Y}.",
                        IKKE_GJORT,
                    )
                )
            elif (b.fra - a.til).days > 1:
                feil.append(
                    Ordningsfeil(
                        f"{navn} mangler verdi mellom {a.til:%d.%m.%Y} og {b.fra:%d.%m.%Y}.",
                        hvor,
                        "Fyll hullet med en rad, eller gi perioden uten verdi et eget navn.",
                        IKKE_GJORT,
                    )
                )
            if (a.klokke, a.enhet) != (b.klokke, b.enhet):
                feil.append(
                    Ordningsfeil(f"{navn} bytter klokke eller enhet.", hvor, "Bruk samme klokke og enhet i alle rader.", IKKE_GJORT)
                )
    return feil
