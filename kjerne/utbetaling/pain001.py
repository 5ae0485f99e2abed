"""Payment files to the bank: ISO 20022 pain.001, written and read as a stream (constant memory).

Norwegian use: account as BBAN, amounts in NOK, KID as structured reference or free text, never both. The totals stand
before the lines in the file, so the caller gives them (from the approved batch) and the writer checks them against what
it wrote. Amounts are whole øre and become text by integer arithmetic. The same input gives the same bytes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter
from typing import BinaryIO
from zoneinfo import ZoneInfo

from lxml import etree

from kjerne.utbetaling.banktegn import banktekst
from kjerne.utbetaling.betalingsfil import (
    VERSJONER,
    Betalingshode,
    Betalingslinje,
    Filsum,
    Gruppe,
    Hashende,
    betalingsfeil,
    ore_til_tekst,
    stem,
)
from kjerne.utbetaling.pain001_les import kontroller_fil, les_pain001

__all__ = [
    "Betalingshode",
    "Betalingslinje",
    "Filsum",
    "Gruppe",
    "betalingsinfo_id",
    "kontroller_fil",
    "les_pain001",
    "skriv_pain001",
]

OSLO = ZoneInfo("Europe/Oslo")
MAKS_NAVN = 70
MAKS_TEKST = 140
MAKS_ORE = 10**13  # eleven digits of kroner, the bank's limit as remembered; far above any batch
UTEN_NAVN = "Ukjent mottaker"

_ID = re.compile(r"(?!/)(?!.*//)[A-Za-z0-9/\-?:().,'+]{1,35}(?<!/)", re.ASCII)
_KONTO = re.compile(r"(?!0000)\d{11}", re.ASCII)
_KID = re.compile(r"\d{1,24}[\d-]", re.ASCII)
_BIC = re.compile(r"[A-Z]{6}[A-Z2-9][A-NP-Z0-9]([A-Z0-9]{3})?", re.ASCII)


def skriv_pain001(hode: Betalingshode, linjer: Iterable[Betalingslinje], fil: BinaryIO) -> Filsum:
    """Writes the file and returns what was written.

    The lines arrive group by group; the groups are those of `hode.grupper`. Raises Ordningsfeil when head, a line or a
    total is wrong. What then stands in `fil` is no payment file, and the caller throws it away.
    """
    _kontroller_hode(hode)
    ut = Hashende(fil)
    antall = sum_ore = 0
    with etree.xmlfile(ut, encoding="UTF-8") as xf:
        xf.write_declaration()
        navnerom = VERSJONER[hode.versjon].navnerom
        # What is inside is written without a namespace of its own and so stands in the default one declared here:
        # lxml would otherwise repeat the declaration in every part.
        with xf.element(f"{{{navnerom}}}Document", nsmap={None: navnerom}), xf.element("CstmrCdtTrfInitn"):
            xf.write(_meldingshode(hode))
            igjen = {g.gruppe: g for g in hode.grupper}
            for navn, gruppelinjer in groupby(linjer, key=attrgetter("gruppe")):
                gruppe = igjen.pop(navn, None)
                if gruppe is None:
                    raise betalingsfeil("En gruppe er ukjent, eller kommer mer enn én gang.", f"etter linje {antall}")
                with xf.element("PmtInf"):
                    for element in _gruppehode(hode, gruppe):
                        xf.write(element)
                    xf.flush()
                    n, s = _skriv_linjer(ut, gruppelinjer, antall)
                stem("gruppen", (gruppe.antall, gruppe.sum_ore), (n, s))
                antall, sum_ore = antall + n, sum_ore + s
            if igjen:
                raise betalingsfeil(f"{len(igjen)} gruppe(r) i bunten har ingen linjer.")
    stem("filen", (hode.antall, hode.sum_ore), (antall, sum_ore))
    return Filsum(antall, sum_ore, ut.sha256)


def betalingsinfo_id(melding_id: str, gruppe: str) -> str:
    """PmtInfId: readable start, unique for message and group, at most 35 characters."""
    start = re.sub(r"[^A-Za-z0-9-]", "", banktekst(gruppe, 14))
    return f"{start or 'G'}-{hashlib.sha256(f'{melding_id}/{gruppe}'.encode()).hexdigest()[:20]}"


def _kontroller_hode(hode: Betalingshode) -> None:
    krav = {
        "meldingens id": bool(_ID.fullmatch(hode.melding_id)),
        "versjonen": hode.versjon in VERSJONER,
        "tidspunktet (må ha tidssone)": hode.opprettet.tzinfo is not None,
        "avsenderens navn": bool(banktekst(hode.avsender_navn, MAKS_NAVN)),
        "avsenderens organisasjonsnummer": bool(re.fullmatch(r"\d{9}", hode.avsender_orgnr, re.ASCII)),
        "avtalen med banken": bool(_ID.fullmatch(hode.bank_avtale)),
        "kontoen det betales fra": bool(_KONTO.fullmatch(hode.debitor_konto)),
        "bankens BIC": bool(_BIC.fullmatch(hode.debitor_bic)),
        "formålet": bool(re.fullmatch(r"[A-Z]{4}", hode.formaal, re.ASCII)),
        "summene (hele tall)": all(type(n) is int for h in (hode, *hode.grupper) for n in (h.antall, h.sum_ore)),
        "antallet (en fil har minst én linje)": hode.antall > 0,
        "gruppene (navn må være ulike)": len({g.gruppe for g in hode.grupper}) == len(hode.grupper),
    }
    if feil := [navn for navn, ok in krav.items() if not ok]:
        raise betalingsfeil(
            f"Hodet i betalingsfilen er feil: {', '.join(feil)}.", gjor="Rett innstillingene for utbetaling."
        )
    sum_av = (sum(g.antall for g in hode.grupper), sum(g.sum_ore for g in hode.grupper))
    stem("gruppene til sammen", (hode.antall, hode.sum_ore), sum_av)


def _el(navn: str, *innhold: str | etree._Element, **attributter: str) -> etree._Element:
    element = etree.Element(navn, attributter)
    for del_ in innhold:
        if isinstance(del_, str):
            element.text = del_
        else:
            element.append(del_)
    return element


def _id(navn: str, verdi: str, kode: str) -> etree._Element:
    """An id with the code of its scheme, wrapped in `navn`."""
    return _el(navn, _el("Othr", _el("Id", verdi), _el("SchmeNm", _el("Cd", kode))))


def _meldingshode(hode: Betalingshode) -> etree._Element:
    return _el(
        "GrpHdr",
        _el("MsgId", hode.melding_id),
        _el("CreDtTm", hode.opprettet.astimezone(OSLO).isoformat(timespec="seconds")),
        _el("NbOfTxs", str(hode.antall)),
        _el("CtrlSum", ore_til_tekst(hode.sum_ore)),
        _el(
            "InitgPty",
            _el("Nm", banktekst(hode.avsender_navn, MAKS_NAVN)),
            _el("Id", _id("OrgId", hode.bank_avtale, "CUST")),
        ),
    )


def _gruppehode(hode: Betalingshode, gruppe: Gruppe) -> list[etree._Element]:
    versjon = VERSJONER[hode.versjon]
    dato: str | etree._Element = hode.betalingsdato.isoformat()
    for navn in reversed(versjon.dato):
        dato = _el(navn, dato)
    return [
        _el("PmtInfId", betalingsinfo_id(hode.melding_id, gruppe.gruppe)),
        _el("PmtMtd", "TRF"),
        _el("BtchBookg", "true"),
        _el("NbOfTxs", str(gruppe.antall)),
        _el("CtrlSum", ore_til_tekst(gruppe.sum_ore)),
        _el("PmtTpInf", _el("CtgyPurp", _el("Cd", hode.formaal))),
        dato,
        _el(
            "Dbtr",
            _el("Nm", banktekst(hode.avsender_navn, MAKS_NAVN)),
            _el("Id", _id("OrgId", hode.avsender_orgnr, "COID")),
        ),
        _el("DbtrAcct", _id("Id", hode.debitor_konto, "BBAN"), _el("Ccy", "NOK")),
        _el("DbtrAgt", _el("FinInstnId", _el(versjon.bic, hode.debitor_bic))),
        _el("ChrgBr", "SHAR"),
    ]


def _linjemal(referanse: etree._Element) -> str:
    """The XML of one payment, on a line of its own, with a place (%s) for id, amount, name, account and reference.

    Made once and filled a million times, which is much faster than writing elements. It is safe because each value has
    passed a list of allowed characters that holds no sign of XML; `kontroller_fil` reads the result back.
    """
    mal = _el(
        "CdtTrfTxInf",
        _el("PmtId", _el("EndToEndId", "%s")),
        _el("Amt", _el("InstdAmt", "%s", Ccy="NOK")),
        _el("Cdtr", _el("Nm", "%s")),
        _el("CdtrAcct", _id("Id", "%s", "BBAN")),
        _el("RmtInf", referanse),
    )
    return etree.tostring(mal, encoding="unicode") + "\n"


_KIDKODE = _el("Tp", _el("CdOrPrtry", _el("Cd", "SCOR")))
_MED_KID = _linjemal(_el("Strd", _el("CdtrRefInf", _KIDKODE, _el("Ref", "%s"))))
_MED_TEKST = _linjemal(_el("Ustrd", "%s"))


def _skriv_linjer(ut: Hashende, linjer: Iterable[Betalingslinje], fra: int) -> tuple[int, int]:
    antall = sum_ore = 0
    for linje in linjer:
        antall += 1
        if feil := _linjefeil(linje):
            raise betalingsfeil(f"En betalingslinje har feil: {feil}.", f"linje {fra + antall}")
        navn = banktekst(linje.navn, MAKS_NAVN) or UTEN_NAVN
        belop = ore_til_tekst(linje.belop_ore)
        referanse = linje.kid or banktekst(linje.tekst, MAKS_TEKST) or "?"
        mal = _MED_KID if linje.kid else _MED_TEKST
        ut.write((mal % (linje.ende_til_ende_id, belop, navn, linje.konto, referanse)).encode())
        sum_ore += linje.belop_ore
    return antall, sum_ore


def _linjefeil(linje: Betalingslinje) -> str:
    """What is wrong with the line, without its values; empty when nothing is."""
    if type(linje.belop_ore) is not int or not 0 < linje.belop_ore < MAKS_ORE:
        return "beløpet er ikke et helt, positivt antall øre"
    if not _KONTO.fullmatch(linje.konto):
        return "kontonummeret har ikke elleve siffer"
    if not _ID.fullmatch(linje.ende_til_ende_id):
        return "ende-til-ende-id mangler eller har ugyldige tegn"
    if bool(linje.kid) == bool(linje.tekst):
        return "den skal ha enten KID eller tekst, og ikke begge"
    if linje.kid and not _KID.fullmatch(linje.kid):
        return "KID har ikke gyldig form"
    return "teksten er lengre enn 140 tegn" if len(linje.tekst) > MAKS_TEKST else ""
