"""A bank that does not exist: answers a payment file with receipts (pain.002.001.10), some payments refused. For demos and tests."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

NAVNEROM = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"
GRUNNER = ("AC04", "AC01", "AC06")  # closed, wrong and blocked account


@dataclass
class Betaling:
    ende_til_ende_id: str
    belop: str
    gruppe: str


@dataclass
class Betalingsfil:
    """What the bank reads of a payment file."""

    melding_id: str = ""
    antall: str = ""
    sum_: str = ""
    betalinger: list[Betaling] = field(default_factory=list)


def les_fil(sti: Path) -> Betalingsfil:
    ut, gruppe = Betalingsfil(), ""
    trygg = {"resolve_entities": False, "no_network": True, "load_dtd": False}
    for _, e in etree.iterparse(sti, events=("end",), **trygg):
        navn = etree.QName(e).localname
        if navn == "GrpHdr":
            ut.melding_id, ut.antall, ut.sum_ = (_tekst(e, n) for n in ("MsgId", "NbOfTxs", "CtrlSum"))
        elif navn == "PmtInfId":
            gruppe = e.text or ""
        elif navn == "CdtTrfTxInf":
            ut.betalinger.append(Betaling(_tekst(e, "EndToEndId"), _tekst(e, "InstdAmt"), gruppe))
            e.clear()
    return ut


def _tekst(e: etree._Element, navn: str) -> str:
    return (e.find(f".//{{*}}{navn}").text or "").strip()


def svar_paa(
    sti: Path, ut: Path, tid: dt.datetime, *, avvis: float = 0.0, bare: Iterable[str] | None = None, nr: int = 1
) -> Counter[str]:  # fmt: skip
    """Writes the answer to the payment file `sti` to `ut`: `avvis` of the payments refused, the same ones each time, the rest settled.
    `bare`: only these payments are answered (by ende_til_ende_id). Returns how many of each status."""
    fil = les_fil(sti)
    med = None if bare is None else set(bare)
    valgte = [b for b in fil.betalinger if med is None or b.ende_til_ende_id in med]
    status = {b.ende_til_ende_id: _grunn(b.ende_til_ende_id, avvis) for b in valgte}
    antall = Counter("RJCT" if g else "ACSC" for g in status.values())
    with ut.open("wb") as f, etree.xmlfile(f, encoding="UTF-8") as xml:
        xml.write_declaration()
        with xml.element("Document", xmlns=NAVNEROM), xml.element("CstmrPmtStsRpt"):
            xml.write(_el("GrpHdr", _el("MsgId", f"S{nr}{fil.melding_id[:30]}"), _el("CreDtTm", tid.isoformat(timespec="seconds"))))
            xml.write(_hode(fil, antall, len(valgte) == len(fil.betalinger)))
            for gruppe in dict.fromkeys(b.gruppe for b in valgte):
                with xml.element("OrgnlPmtInfAndSts"):
                    xml.write(_el("OrgnlPmtInfId", gruppe))
                    for b in (b for b in valgte if b.gruppe == gruppe):
                        xml.write(_betaling(b, status[b.ende_til_ende_id]))
    return antall


def _hode(fil: Betalingsfil, antall: Counter[str], alle: bool) -> etree._Element:
    hode = _el("OrgnlGrpInfAndSts", _el("OrgnlMsgId", fil.melding_id), _el("OrgnlMsgNmId", "pain.001.001.09"),
               _el("OrgnlNbOfTxs", fil.antall), _el("OrgnlCtrlSum", fil.sum_))  # fmt: skip
    if alle and antall["RJCT"]:
        hode.append(_el("GrpSts", "PART" if antall["ACSC"] else "RJCT"))
        for status, n in sorted(antall.items()):
            hode.append(_el("NbOfTxsPerSts", _el("DtldNbOfTxs", str(n)), _el("DtldSts", status)))
    return hode


def _betaling(b: Betaling, grunn: str) -> etree._Element:
    e = _el("TxInfAndSts", _el("OrgnlEndToEndId", b.ende_til_ende_id), _el("TxSts", "RJCT" if grunn else "ACSC"))
    if grunn:
        e.append(_el("StsRsnInf", _el("Rsn", _el("Cd", grunn))))
    return e


def _grunn(ende_til_ende_id: str, avvis: float) -> str:
    """Why it is refused; empty when it is settled. Decided by the id alone."""
    tall = int(hashlib.sha256(ende_til_ende_id.encode()).hexdigest()[:8], 16)
    return GRUNNER[tall % len(GRUNNER)] if tall / 0x1_0000_0000 < avvis else ""


def _el(navn: str, *innhold: str | etree._Element) -> etree._Element:
    e = etree.Element(navn)
    for del_ in innhold:
        if isinstance(del_, str):
            e.text = del_
        else:
            e.append(del_)
    return e
