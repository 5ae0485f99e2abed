"""An Oppdragssystem that does not exist: answers a file of oppdrag, message by message, some refused. For demos and tests."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from lxml import etree

NAVNEROM = "http://www.trygdeetaten.no/skjema/oppdrag"
GODTATT = ("00", "", "")
AVVIST = ("08", "BB50020F", "Nytt vedtak kreves")


def svar_paa(sti: Path, ut: Path, *, avvis: float = 0.0, svar: Mapping[str, tuple[str, str, str]] | None = None) -> Counter[str]:
    """Writes the answer to the file `sti` to `ut`, one message a line: `avvis` of them refused, the same ones each time, the rest accepted.
    `svar`: fagsystemId → (alvorlighetsgrad, kode, text) where it is another. Returns how many of each alvorlighetsgrad."""
    antall: Counter[str] = Counter()
    with ut.open("wb") as fil:
        for sak, rot in meldinger(sti):
            grad, kode, tekst = (svar or {}).get(sak) or (AVVIST if _avvises(sak, avvis) else GODTATT)
            rot.insert(0, _mmel(grad, kode, tekst))
            fil.write(etree.tostring(rot, encoding="UTF-8", xml_declaration=True).replace(b"\n", b"") + b"\n")
            antall[grad] += 1
    return antall


def meldinger(sti: Path) -> Iterator[tuple[str, etree._Element]]:
    """(fagsystemId, message) of each message of a file."""
    tolk = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    with sti.open("rb") as fil:
        for linje in fil:
            rot = etree.fromstring(linje, tolk)
            yield rot.findtext("oppdrag-110/fagsystemId") or "", rot


def _avvises(sak: str, andel: float) -> bool:
    return int(hashlib.sha256(sak.encode()).hexdigest()[:8], 16) / 0x1_0000_0000 < andel


def _mmel(grad: str, kode: str, tekst: str) -> etree._Element:
    """The fixed width of the receiver: texts are padded with spaces."""
    mmel = etree.Element("mmel")
    for navn, verdi in (("systemId", "231-OPPD"), ("kodeMelding", kode), ("alvorlighetsgrad", grad), ("beskrMelding", tekst.ljust(40))):
        if verdi.strip():
            etree.SubElement(mmel, navn).text = verdi
    return mmel
