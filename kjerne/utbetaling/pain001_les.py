"""Reads payment files as a stream: back to lines, and to the sums at all three levels. Trusts nothing in the file.

`kontroller_fil` shares no code of counting or adding with the writer: it is the second, independent total.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from lxml import etree

from kjerne.utbetaling.betalingsfil import (
    VERSJONER,
    Betalingshode,
    Betalingslinje,
    Filsum,
    HashendeLeser,
    Versjon,
    betalingsfeil,
    stem,
)
from kjerne.utbetaling.xmlinn import xml_hendelser

_BELOP = re.compile(r"(\d{1,16})(?:\.(\d{1,2}))?", re.ASCII)
# The last name of each path is different, so a name tells which it is. One search finds them all.
_LINJEFELT = (
    "PmtId/EndToEndId", "Amt/InstdAmt", "Cdtr/Nm", "CdtrAcct/Id/Othr/Id", "RmtInf/Ustrd", "RmtInf/Strd/CdtrRefInf/Ref",
)  # fmt: skip
_ANTALL = re.compile(r"\d{1,15}", re.ASCII)


def kontroller_fil(sti: Path | str) -> Filsum:
    """Counts and adds the file again and compares line, group and head. Raises Ordningsfeil when they disagree.

    The caller compares the answer with what was approved: a file can agree with itself and still be another file.
    """
    i_filen, i_gruppen, belop_i_linjen = [0, 0], [0, 0], 0
    hode = None
    with open(sti, "rb") as raa:
        fil = HashendeLeser(raa)
        for element in xml_hendelser(fil, "GrpHdr", "InstdAmt", "CdtTrfTxInf", "PmtInf", feil=betalingsfeil):
            match element.tag.rpartition("}")[2]:
                case "InstdAmt":
                    i_gruppen[1] += _ore(element)
                    belop_i_linjen += 1
                case "CdtTrfTxInf":
                    if belop_i_linjen != 1:
                        raise betalingsfeil("En betaling har ikke ett beløp.", f"linje {i_filen[0] + i_gruppen[0] + 1}")
                    i_gruppen[0] += 1
                    belop_i_linjen = 0
                    _glem(element)
                case "PmtInf":
                    stem("en gruppe i filen", _oppgitt(element), tuple(i_gruppen))
                    i_filen = [i_filen[0] + i_gruppen[0], i_filen[1] + i_gruppen[1]]
                    i_gruppen = [0, 0]
                    _glem(element)
                case "GrpHdr":
                    if hode:
                        raise betalingsfeil("Filen har mer enn ett hode.")
                    _versjon(element)
                    hode = _oppgitt(element)
        if hode is None:
            raise betalingsfeil("Filen har ikke noe hode og er ingen betalingsfil.")
        if any(i_gruppen) or belop_i_linjen:
            raise betalingsfeil("Filen har betalinger utenfor en gruppe.")
    stem("hele filen", hode, tuple(i_filen))
    return Filsum(i_filen[0], i_filen[1], fil.sha256)


def les_pain001(fil: BinaryIO) -> tuple[Betalingshode, Iterator[Betalingslinje]]:
    """Head and lines. `grupper` of the head is empty, because the groups stand between the lines; a line's `gruppe` is
    its PmtInfId. Groups that disagree on account, bank, date or purpose are refused. Sums are for `kontroller_fil`.
    """
    hendelser = xml_hendelser(fil, "GrpHdr", "CdtTrfTxInf", feil=betalingsfeil)
    meldingshode, forste = next(hendelser, None), next(hendelser, None)
    if meldingshode is None or forste is None or etree.QName(meldingshode).localname != "GrpHdr":
        raise betalingsfeil("Filen mangler hode eller betalinger.")
    navnerom, versjon = _versjon(meldingshode)
    hode = _hode(_Leser(meldingshode, navnerom), _Leser(forste.getparent(), navnerom), versjon)
    return hode, _linjer(chain([forste], hendelser), hode, navnerom, versjon)


def _linjer(
    elementer: Iterator[etree._Element], hode: Betalingshode, navnerom: str, versjon: Versjon
) -> Iterator[Betalingslinje]:
    felles, gruppe = None, ""
    linjens = etree.XPath("|".join(_vei(f, "p:") for f in _LINJEFELT), namespaces={"p": navnerom})
    for element in elementer:
        if element.getprevious() is None or element.getprevious().tag != element.tag:  # the first of its group
            gruppehode = _Leser(element.getparent(), navnerom)
            gruppe = gruppehode.tekst("PmtInfId")
            if (denne := _felles(gruppehode, versjon)) != (felles := felles or denne):
                raise betalingsfeil("Gruppene i filen har ikke samme konto, dato og formål.")
        funn = linjens(element)
        felt = {f.tag.rpartition("}")[2]: f for f in funn}
        if len(felt) != len(funn) or not felt.keys() >= {"EndToEndId", "InstdAmt", "Nm", "Id"}:
            raise betalingsfeil("En betaling mangler noe, eller har noe to ganger.", f"linje {element.sourceline}")
        yield Betalingslinje(
            ende_til_ende_id=felt["EndToEndId"].text or "",
            konto=felt["Id"].text or "",
            belop_ore=_ore(felt["InstdAmt"]),
            navn=felt["Nm"].text or "",
            gruppe=gruppe,
            tekst=(felt["Ustrd"].text or "") if "Ustrd" in felt else "",
            kid=(felt["Ref"].text or "") if "Ref" in felt else "",
        )
        _glem(element)


def _felles(gruppehode: _Leser, versjon: Versjon) -> dict[str, str]:
    return {
        "avsender_orgnr": gruppehode.tekst("Dbtr/Id/OrgId/Othr/Id"),
        "debitor_konto": gruppehode.tekst("DbtrAcct/Id/Othr/Id"),
        "debitor_bic": gruppehode.tekst(f"DbtrAgt/FinInstnId/{versjon.bic}"),
        "betalingsdato": gruppehode.tekst("/".join(versjon.dato)),
        "formaal": gruppehode.tekst("PmtTpInf/CtgyPurp/Cd"),
    }


def _hode(melding: _Leser, gruppe: _Leser, versjon: Versjon) -> Betalingshode:
    felles = _felles(gruppe, versjon)
    antall, sum_ore = _oppgitt(melding.rot)
    try:
        return Betalingshode(
            melding_id=melding.tekst("MsgId"),
            opprettet=dt.datetime.fromisoformat(melding.tekst("CreDtTm")),
            avsender_navn=melding.tekst("InitgPty/Nm"),
            bank_avtale=melding.tekst("InitgPty/Id/OrgId/Othr/Id"),
            antall=antall,
            sum_ore=sum_ore,
            grupper=(),
            versjon=next(navn for navn, v in VERSJONER.items() if v is versjon),
            **felles | {"betalingsdato": dt.date.fromisoformat(felles["betalingsdato"])},
        )
    except ValueError:
        raise betalingsfeil("En dato i hodet er ikke en dato.") from None


class _Leser:
    """Text of what stands below an element, by path of local names. Raises Ordningsfeil for what is missing."""

    def __init__(self, rot: etree._Element, navnerom: str):
        self.rot, self._navnerom = rot, navnerom

    def element(self, vei: str) -> etree._Element:
        if (element := self.rot.find(_vei(vei, f"{{{self._navnerom}}}"))) is None:
            raise betalingsfeil(f"{vei} mangler.", f"linje {self.rot.sourceline}")
        return element

    def tekst(self, vei: str) -> str:
        return self.element(vei).text or ""


def _vei(vei: str, prefiks: str) -> str:
    return "/".join(f"{prefiks}{navn}" for navn in vei.split("/"))


def _versjon(element: etree._Element) -> tuple[str, Versjon]:
    navnerom = etree.QName(element.getroottree().getroot()).namespace
    for versjon in VERSJONER.values():
        if versjon.navnerom == navnerom == etree.QName(element).namespace:
            return navnerom, versjon
    raise betalingsfeil("Filen er ikke en pain.001 i en versjon vi leser.")


def _oppgitt(element: etree._Element) -> tuple[int, int]:
    """NbOfTxs and CtrlSum (in øre) as the element states them."""
    leser = _Leser(element, etree.QName(element).namespace or "")
    antall = leser.tekst("NbOfTxs")
    if not _ANTALL.fullmatch(antall):
        raise betalingsfeil("Et antall i filen er ikke et tall.")
    return int(antall), _ore(leser.element("CtrlSum"))


def _ore(element: etree._Element) -> int:
    treff = _BELOP.fullmatch(element.text or "")
    if not treff or element.get("Ccy", "NOK") != "NOK":
        raise betalingsfeil("Et beløp er ikke kroner og øre.", f"linje {element.sourceline}")
    return int(treff[1]) * 100 + int((treff[2] or "").ljust(2, "0"))


def _glem(element: etree._Element) -> None:
    """Frees what is read, so that a million lines take the memory of one. The element itself stays until the next."""
    element.clear(keep_tail=False)
    if (forrige := element.getprevious()) is not None and forrige.tag == element.tag:
        element.getparent().remove(forrige)
