"""Oppdrag: what is sent to Oppdragssystemet, written as a file with one whole XML message a line.

The interface is a queue of messages, and no element in it holds several. So the file is what the queue will get, in
order: nothing is invented, a line can be posted as it stands, and memory is that of one message. The messages carry no
totals; those of the approved batch stand in the head, and the daily avstemming compares them with the receiver's.

Saksbehandler and attestant are two different people in every message. Rates are whole kroner (the receiver refuses øre).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from zoneinfo import ZoneInfo

from lxml import etree

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.utbetaling.betalingsfil import Filsum, Hashende, betalingsfeil, ore_til_tekst, stem
from kjerne.utbetaling.format.meldingsform import bygg
from kjerne.utbetaling.format.oppdragsform import (
    BETAL,
    ENHET_FRA,
    FODT,
    FORM,
    HELE,
    MAKS_DAGER,
    MAKS_FAGSYSTEM,
    NAVNEROM,
    SIMULER,
)

_OSLO = ZoneInfo("Europe/Oslo")
_ANSATT = re.compile(r"[A-Za-z0-9ÆØÅæøå_-]{1,8}")


@dataclass(frozen=True, slots=True)
class Oppdragshode:
    """What is the same in every message of a file. `tid` is given, so that the same batch gives the same bytes."""

    fagomraade: str  # ≤ 8
    komponent: str  # ≤ 8, who sends
    frekvens: str
    tid: dt.datetime  # with time zone: the key of avstemming
    antall: int  # lines
    sum_ore: int  # of their rates
    enhet: str = "8020"
    simuler: bool = False


class Oppdragslinje(NamedTuple):
    """A line of a chain. `opphor_fra` set: the line was sent before, and ends on that day (ENDR, OPPH)."""

    delytelse_id: str
    klassekode: str
    fom: dt.date
    tom: dt.date
    sats_ore: int
    sats_type: str
    mottaker_id: str  # eleven digits, or nine for an organisation
    vedtak_id: str  # ≤ 10
    henvisning: str = ""  # ≤ 30
    ref_delytelse_id: str = ""  # the line before in the chain; empty for the first
    opphor_fra: dt.date | None = None
    grad: int | None = None  # per cent
    grad_type: str = ""
    fradrag: bool = False
    kid: str = ""
    refusjon_til: str = ""  # refunderesId: the employer that gets it back
    refusjon_maks: dt.date | None = None


class Oppdrag(NamedTuple):
    """One message: what is new or changed in one case."""

    fagsystem_id: str
    gjelder_id: str
    ny: bool  # the case was never sent before
    saksbehandler: str
    attestant: str
    linjer: tuple[Oppdragslinje, ...]


class Oppdragsfil:
    """The format of the port."""

    navn = "oppdrag"

    def skriv(self, hode: Oppdragshode, linjer: Iterable[Oppdrag], fil: BinaryIO) -> Filsum:
        return skriv_oppdrag(hode, linjer, fil)

    def kontroller(self, sti: Path | str) -> Filsum:
        from kjerne.utbetaling.format.oppdrag_les import kontroller_oppdragsfil

        return kontroller_oppdragsfil(sti)

    def les(self, fil: BinaryIO) -> tuple[Oppdragshode, Iterator[Oppdrag]]:
        from kjerne.utbetaling.format.oppdrag_les import les_oppdrag

        return les_oppdrag(fil)


def skriv_oppdrag(hode: Oppdragshode, meldinger: Iterable[Oppdrag], fil: BinaryIO) -> Filsum:
    """Writes the file. Raises Ordningsfeil, without personal data, when a message or a total is wrong."""
    if hode.tid.tzinfo is None:
        raise betalingsfeil("Tidspunktet i hodet mangler tidssone.", gjor="Rett innstillingene for utbetaling.")
    ut = Hashende(fil)
    antall = sum_ore = 0
    for nr, melding in enumerate(meldinger, 1):
        if feil := oppdragsfeil(melding):
            raise betalingsfeil(f"Et oppdrag har feil: {feil}.", f"melding {nr}")
        ut.write(_bytes(_felt(hode, melding), nr))
        antall += len(melding.linjer)
        sum_ore += sum(en.sats_ore for en in melding.linjer)
    if not antall:
        raise betalingsfeil("Filen har ingen linjer.")
    stem("filen", (hode.antall, hode.sum_ore), (antall, sum_ore))
    return Filsum(antall, sum_ore, ut.sha256)


def nokkel(tid: dt.datetime) -> str:
    """An instant as the receiver sorts it: 2020-06-02-08.30.00.000000, in Norwegian time."""
    return tid.astimezone(_OSLO).strftime("%Y-%m-%d-%H.%M.%S.%f")


def fra_nokkel(tekst: str) -> dt.datetime:
    """The opposite of `nokkel`. The hour that comes twice in October is the first of the two."""
    return dt.datetime.strptime(tekst, "%Y-%m-%d-%H.%M.%S.%f").replace(tzinfo=_OSLO)


def oppdragsfeil(melding: Oppdrag) -> str:
    """What is wrong with the message beyond the form of its fields, without its values; empty when nothing is."""
    if not melding.linjer:
        return "det har ingen linjer"
    if not _ANSATT.fullmatch(melding.saksbehandler) or not _ANSATT.fullmatch(melding.attestant):
        return "saksbehandler eller attestant mangler"
    if melding.saksbehandler.casefold() == melding.attestant.casefold():
        return "saksbehandler og attestant er samme person"
    if len(melding.fagsystem_id) > MAKS_FAGSYSTEM:
        return f"sakens id er lengre enn {MAKS_FAGSYSTEM} tegn"
    if len({en.delytelse_id for en in melding.linjer}) < len(melding.linjer):
        return "to linjer har samme delytelse"
    return next(filter(None, map(_linjefeil, melding.linjer)), "")


def _linjefeil(en: Oppdragslinje) -> str:
    if type(en.sats_ore) is not int or en.sats_ore <= 0 or en.sats_ore % 100:
        return "satsen er ikke hele, positive kroner"
    if en.tom < en.fom or (en.tom - en.fom).days >= MAKS_DAGER:
        return f"perioden er snudd eller lengre enn {MAKS_DAGER} dager"
    if en.sats_type in HELE and en.fom.year != en.tom.year:
        return "en engangssum går over et årsskifte"
    if en.ref_delytelse_id == en.delytelse_id:
        return "linjen viser til seg selv"
    return "" if en.grad is None or 0 < en.grad <= 100 else "graden er ikke mellom 1 og 100"


def _felt(hode: Oppdragshode, melding: Oppdrag) -> dict[str, Any]:
    tid = nokkel(hode.tid)
    return {
        "kodeAksjon": SIMULER if hode.simuler else BETAL,
        "kodeEndring": "NY" if melding.ny else "ENDR",
        "kodeFagomraade": hode.fagomraade,
        "fagsystemId": melding.fagsystem_id,
        "utbetFrekvens": hode.frekvens,
        "oppdragGjelderId": melding.gjelder_id,
        "datoOppdragGjelderFom": FODT,
        "saksbehId": melding.saksbehandler,
        "avstemming-115": {"kodeKomponent": hode.komponent, "nokkelAvstemming": tid, "tidspktMelding": tid},
        "oppdrags-enhet-120": {"typeEnhet": "BOS", "enhet": hode.enhet, "datoEnhetFom": ENHET_FRA},
        "oppdrags-linje-150": [_linjefelt(melding, en) for en in melding.linjer],
    }


def _linjefelt(melding: Oppdrag, en: Oppdragslinje) -> dict[str, Any]:
    refusjon = {"maksDato": _dag(en.refusjon_maks), "refunderesId": en.refusjon_til, "datoFom": _dag(en.fom)}
    return {
        "kodeEndringLinje": "ENDR" if en.opphor_fra else "NY",
        "kodeStatusLinje": "OPPH" if en.opphor_fra else None,
        "datoStatusFom": _dag(en.opphor_fra),
        "vedtakId": en.vedtak_id,
        "delytelseId": en.delytelse_id,
        "kodeKlassifik": en.klassekode,
        "datoVedtakFom": _dag(en.fom),
        "datoVedtakTom": _dag(en.tom),
        "sats": ore_til_tekst(en.sats_ore),
        "fradragTillegg": "F" if en.fradrag else "T",
        "typeSats": en.sats_type,
        "kid": en.kid or None,
        "brukKjoreplan": "N",
        "saksbehId": melding.saksbehandler,
        "utbetalesTilId": en.mottaker_id,
        "henvisning": en.henvisning or None,
        "refFagsystemId": melding.fagsystem_id if en.ref_delytelse_id else None,
        "refDelytelseId": en.ref_delytelse_id or None,
        "refusjonsinfo-156": refusjon if en.refusjon_til else None,
        "grad-170": None if en.grad is None else {"typeGrad": en.grad_type, "grad": str(en.grad)},
        "attestant-180": {"attestantId": melding.attestant},
    }


def _bytes(felt: dict[str, Any], nr: int) -> bytes:
    def feil(hva: str, hvor: str) -> Ordningsfeil:
        return betalingsfeil(hva, ", ".join(filter(None, (f"melding {nr}", hvor))))

    rot = etree.Element(f"{{{NAVNEROM}}}oppdrag", nsmap={"o": NAVNEROM})
    rot.append(bygg("oppdrag-110", "oppdrag-110", felt, FORM, feil))
    return etree.tostring(rot, encoding="UTF-8", xml_declaration=True).replace(b"\n", b"") + b"\n"


def _dag(dato: dt.date | None) -> str | None:
    return dato.isoformat() if dato else None
