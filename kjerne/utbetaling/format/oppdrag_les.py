"""Reads a file of oppdrag as strictly as an XSD would, and then some. Trusts nothing in the file.

`kontroller_oppdragsfil` shares no counting or adding with the writer: it is the second, independent total.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.utbetaling.betalingsfil import Filsum, betalingsfeil
from kjerne.utbetaling.format.meldingsform import les
from kjerne.utbetaling.format.oppdrag import Oppdrag, Oppdragshode, Oppdragslinje, fra_nokkel, oppdragsfeil
from kjerne.utbetaling.format.oppdragsform import FORM, ROT, SIMULER
from kjerne.utbetaling.xmlinn import Feil, xml_tre

MAKS_MELDING = 5_000_000  # bytes of one message: some thousand lines
_SATS = re.compile(rb"<sats>(\d+)\.(\d\d)</sats>")


def kontroller_oppdragsfil(sti: Path | str) -> Filsum:
    """Number of lines, sum of the rates and hash, after every message has been read strictly. Raises Ordningsfeil."""
    antall = sum_ore = 0
    hash_ = hashlib.sha256()
    with open(sti, "rb") as fil:
        for nr, linje in _meldinger(fil):
            hash_.update(linje)
            les_melding(linje, nr)
            satser = _SATS.findall(linje)
            if len(satser) != linje.count(b"<oppdrags-linje-150>"):
                raise betalingsfeil("En linje har ikke én sats.", f"melding {nr}")
            antall += len(satser)
            sum_ore += sum(int(kroner) * 100 + int(ore) for kroner, ore in satser)
    if not antall:
        raise betalingsfeil("Filen har ingen oppdrag.")
    return Filsum(antall, sum_ore, hash_.hexdigest())


def les_oppdrag(fil: BinaryIO) -> tuple[Oppdragshode, Iterator[Oppdrag]]:
    """Head and messages. The messages carry no totals, so `antall` and `sum_ore` of the head are 0; messages whose heads
    differ are refused. Sums are for `kontroller_oppdragsfil`."""
    lest = (les_melding(linje, nr) for nr, linje in _meldinger(fil))
    if (forste := next(lest, None)) is None:
        raise betalingsfeil("Filen har ingen oppdrag.")
    return forste[0], _like(forste[0], chain([forste], lest))


def les_melding(data: bytes, nr: int = 1) -> tuple[Oppdragshode, Oppdrag]:
    """One message. Raises Ordningsfeil for anything that our own writer would not have written."""

    def feil(hva: str, hvor: str) -> Ordningsfeil:
        return betalingsfeil(hva, ", ".join(filter(None, (f"melding {nr}", hvor))))

    rot = xml_tre(data, feil)
    if rot.tag != ROT:
        raise feil("Meldingen er ikke et oppdrag.", "")
    felt = les(rot, "oppdrag", FORM, feil)["oppdrag-110"]
    try:
        hode, oppdrag = _hode(felt), _oppdrag(felt, feil)
    except ValueError:
        raise feil("En dato er ikke en dato.", "") from None
    if galt := oppdragsfeil(oppdrag):
        raise feil(f"Et oppdrag har feil: {galt}.", "")
    return hode, oppdrag


def _meldinger(fil: BinaryIO) -> Iterator[tuple[int, bytes]]:
    nr = 0
    while linje := fil.readline(MAKS_MELDING + 1):
        nr += 1
        if len(linje) > MAKS_MELDING:
            raise betalingsfeil("En melding er for stor.", f"melding {nr}")
        if not linje.endswith(b"\n"):
            raise betalingsfeil("Filen er avkortet.", f"melding {nr}")
        yield nr, linje


def _like(hode: Oppdragshode, meldinger: Iterator[tuple[Oppdragshode, Oppdrag]]) -> Iterator[Oppdrag]:
    for dette, oppdrag in meldinger:
        if dette != hode:
            raise betalingsfeil("Meldingene i filen har ikke samme fagområde, tid og enhet.")
        yield oppdrag


def _hode(felt: dict[str, Any]) -> Oppdragshode:
    return Oppdragshode(
        fagomraade=felt["kodeFagomraade"],
        komponent=felt["avstemming-115"]["kodeKomponent"],
        frekvens=felt["utbetFrekvens"],
        tid=fra_nokkel(felt["avstemming-115"]["nokkelAvstemming"]),
        antall=0,
        sum_ore=0,
        enhet=felt["oppdrags-enhet-120"][0]["enhet"],
        simuler=felt["kodeAksjon"] == SIMULER,
    )


def _oppdrag(felt: dict[str, Any], feil: Feil) -> Oppdrag:
    linjer = felt["oppdrags-linje-150"]
    attestanter = {en["attestant-180"]["attestantId"] for en in linjer}
    if len(attestanter) > 1 or {en["saksbehId"] for en in linjer} != {felt["saksbehId"]}:
        raise feil("Linjene i oppdraget har ikke samme saksbehandler og attestant.", "")
    return Oppdrag(
        fagsystem_id=felt["fagsystemId"],
        gjelder_id=felt["oppdragGjelderId"],
        ny=felt["kodeEndring"] == "NY",
        saksbehandler=felt["saksbehId"],
        attestant=attestanter.pop(),
        linjer=tuple(_linje(en, felt["fagsystemId"], feil) for en in linjer),
    )


def _linje(felt: dict[str, Any], fagsystem_id: str, feil: Feil) -> Oppdragslinje:
    status, endring = felt.get("kodeStatusLinje"), felt["kodeEndringLinje"]
    if (endring == "ENDR") != (status == "OPPH") or bool(status) != ("datoStatusFom" in felt):
        raise feil("En endret linje er ikke et opphør med dato.", "")
    if felt.get("refFagsystemId") != (fagsystem_id if "refDelytelseId" in felt else None):
        raise feil("En linje viser til en annen sak.", "")
    refusjon, grad = felt.get("refusjonsinfo-156", {}), felt.get("grad-170", {})
    return Oppdragslinje(
        delytelse_id=felt["delytelseId"],
        klassekode=felt["kodeKlassifik"],
        fom=dt.date.fromisoformat(felt["datoVedtakFom"]),
        tom=dt.date.fromisoformat(felt["datoVedtakTom"]),
        sats_ore=int(felt["sats"].replace(".", "")),
        sats_type=felt["typeSats"],
        mottaker_id=felt["utbetalesTilId"],
        vedtak_id=felt["vedtakId"],
        henvisning=felt.get("henvisning", ""),
        ref_delytelse_id=felt.get("refDelytelseId", ""),
        opphor_fra=_dato(felt.get("datoStatusFom")),
        grad=int(grad["grad"]) if grad else None,
        grad_type=grad.get("typeGrad", ""),
        fradrag=felt["fradragTillegg"] == "F",
        kid=felt.get("kid", ""),
        refusjon_til=refusjon.get("refunderesId", ""),
        refusjon_maks=_dato(refusjon.get("maksDato")),
    )


def _dato(tekst: str | None) -> dt.date | None:
    return dt.date.fromisoformat(tekst) if tekst else None
