"""The only way in for XML: no entities, no DTD, no network, no huge trees, no comments. Trusts nothing in the file.

Three readings of the same safe parser: `xml_hendelser` gives elements of a file that we made ourselves, `xml_tre` one
small message, `xml_poster` records of a file of any size from somebody else. The last one builds no tree, so memory is
that of one record whatever the file holds. What is refused is told without quoting the content.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from lxml import etree

from kjerne.kontrakt.feil import Ordningsfeil

Feil = Callable[[str, str], Ordningsfeil]  # what, where → the message, with what was not done and what to do

SIKKER = {
    "resolve_entities": False, "no_network": True, "load_dtd": False, "dtd_validation": False, "huge_tree": False,
    "remove_comments": True, "remove_pis": True,
}  # fmt: skip
DOCTYPE = "Filen har en DOCTYPE. Slike filer leses ikke."
IKKE_XML = "Filen er ikke gyldig XML."

_DEKLARERT = re.compile(rb"""<\?xml[^>]*?\bencoding\s*=\s*["']([^"']*)["']""")
_TEGNSETT = {b"utf-8", b"iso-8859-1", b"us-ascii"}  # what banks send; UTF-16 and UTF-7 hide what a person would see
_DEL = 1 << 16


def xml_hendelser(fil: BinaryIO, *navn: str, feil: Feil) -> Iterator[etree._Element]:
    """The elements with these local names, each when it is complete. Raises Ordningsfeil."""
    leser = etree.iterparse(fil, events=("end",), tag=[f"{{*}}{n}" for n in navn], **SIKKER)
    try:
        forste = True
        for _, element in leser:
            if forste and element.getroottree().docinfo.internalDTD is not None:
                raise feil(DOCTYPE, "")
            forste = False
            yield element
    except etree.XMLSyntaxError as galt:
        raise feil(IKKE_XML, f"linje {galt.lineno}") from None


def xml_tre(melding: bytes, feil: Feil) -> etree._Element:
    """The root of one message. Raises Ordningsfeil. The caller has limited the size."""
    try:
        rot = etree.fromstring(melding, etree.XMLParser(**SIKKER))
    except (etree.XMLSyntaxError, ValueError):
        raise feil(IKKE_XML, "") from None
    if rot.getroottree().docinfo.internalDTD is not None:
        raise feil(DOCTYPE, "")
    return rot


@dataclass(frozen=True)
class Xmlgrenser:
    """Far above any honest file, far below what hurts."""

    bytes_i_alt: int = 2_000_000_000  # a million receipts are about 0.5 GB
    dybde: int = 24
    felt_i_post: int = 400
    feltlengde: int = 10_000
    slags_felt: int = 2_000
    egenskaper: int = 20


class Post(NamedTuple):
    """A record: the texts below it, by path of local names. `forelder` is the record around it, as far as it is read."""

    navn: str
    felt: dict[str, list[str]]
    forelder: Post | None

    def en(self, sti: str) -> str:
        """The only text at this path; empty when there is none. Raises ValueError when there are several."""
        verdier = self.felt.get(sti, ())
        if len(verdier) > 1:
            raise ValueError(sti)
        return verdier[0] if verdier else ""


def xml_poster(
    fil: BinaryIO, rot: Mapping[str, str], poster: frozenset[str], feil: Feil, grenser: Xmlgrenser = Xmlgrenser()
) -> Iterator[Post]:
    """The records at these paths (below the root), each when it ends; an inner one comes before the one around it.

    `rot` maps the roots we read to the namespace of what is inside. An amount's currency is the field `<path>@Ccy`.
    Raises Ordningsfeil, also after records have been given: use nothing until the iterator has ended.
    """
    mottaker = _Mottaker(rot, poster, feil, grenser)
    leser = etree.XMLParser(target=mottaker, **SIKKER)
    lest = 0
    try:
        while data := fil.read(_DEL):
            if not lest:
                _krev_tegnsett(data, feil)
            lest += len(data)
            if lest > grenser.bytes_i_alt:
                raise feil("Filen er større enn det vi leser.", "")
            leser.feed(data)
            yield from mottaker.hent()
        if not lest:
            raise feil("Filen er tom.", "")
        leser.close()
    except etree.XMLSyntaxError as galt:
        avkortet = mottaker.begynt and lest and "end" in str(galt).lower() and "tag" in str(galt).lower()
        raise feil("Filen er avkortet." if avkortet else IKKE_XML, f"linje {galt.lineno}") from None
    yield from mottaker.hent()


def _krev_tegnsett(data: bytes, feil: Feil) -> None:
    start = data[:400]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in start:
        raise feil("Filen er ikke lagret som UTF-8.", "starten av filen")
    if (treff := _DEKLARERT.search(start)) and treff[1].lower() not in _TEGNSETT:
        raise feil("Filen oppgir et tegnsett vi ikke leser.", "første linje")


class _Mottaker:
    """Takes what the parser reads, one tag and one text at a time, and keeps only the records that are open."""

    def __init__(self, rot: Mapping[str, str], poster: frozenset[str], feil: Feil, grenser: Xmlgrenser):
        self._rot, self._poster, self._feil, self._grenser = rot, poster, feil, grenser
        self._postnavn = {p.rpartition("/")[2] for p in poster}
        self._stier: dict[tuple[str, str], str] = {}
        self._stabel: list[str] = []
        self._aapne: list[tuple[int, Post]] = []  # length of the path of the record, and the record
        self._ferdige: list[Post] = []
        self._tekst: list[str] = []
        self._lengde = 0
        self._navnerom: str | None = None

    @property
    def begynt(self) -> bool:
        return self._navnerom is not None

    def hent(self) -> list[Post]:
        ferdige, self._ferdige = self._ferdige, []
        return ferdige

    def doctype(self, *_: object) -> None:
        raise self._feil(DOCTYPE, "")

    def start(self, tagg: str, egenskaper: Mapping[str, str]) -> None:
        forelder = self._stabel[-1] if self._stabel else None
        sti = self._rotsti(tagg) if forelder is None else self._stier.get((forelder, tagg)) or self._ny_sti(forelder, tagg)
        if len(self._stabel) >= self._grenser.dybde:
            raise self._feil("Feltene i filen ligger for dypt inni hverandre.", "")
        if len(egenskaper) > self._grenser.egenskaper:
            raise self._feil("Et felt i filen har for mange egenskaper.", "")
        self._stabel.append(sti)
        if sti in self._poster:
            self._aapne.append((len(sti) + 1, Post(sti.rpartition("/")[2], {}, self._aapne[-1][1] if self._aapne else None)))
        elif egenskaper and "Ccy" in egenskaper:
            self._legg_til(f"{sti}@Ccy", egenskaper["Ccy"])
        self._tekst, self._lengde = [], 0

    def data(self, tekst: str) -> None:
        self._lengde += len(tekst)
        if self._lengde > self._grenser.feltlengde:
            raise self._feil("Et felt i filen er for langt.", "")
        self._tekst.append(tekst)

    def end(self, tagg: str) -> None:
        sti = self._stabel.pop()
        if sti in self._poster:
            self._ferdige.append(self._aapne.pop()[1])
        elif self._aapne and (tekst := "".join(self._tekst).strip()):
            self._legg_til(sti, tekst)
        self._tekst, self._lengde = [], 0

    def close(self) -> None:
        """The parser asks for it; there is nothing left to do."""

    def _legg_til(self, sti: str, tekst: str) -> None:
        if not self._aapne:
            return
        lengde, post = self._aapne[-1]
        verdier = post.felt.setdefault(sti[lengde:], [])
        verdier.append(tekst[: self._grenser.feltlengde])
        if len(post.felt) + len(verdier) > self._grenser.felt_i_post:
            raise self._feil("En del av filen har for mange felt.", "")

    def _rotsti(self, tagg: str) -> str:
        if tagg not in self._rot:
            raise self._feil("Filen er ikke av et slag eller en versjon vi leser.", "første element")
        self._navnerom = self._rot[tagg]
        return ""

    def _ny_sti(self, forelder: str, tagg: str) -> str:
        """The path of an element that has not been seen here before. The checks cost once per kind, not once per element."""
        navnerom, _, navn = tagg.rpartition("}")
        if navnerom.lstrip("{") != self._navnerom:
            raise self._feil("Et felt står i et annet navnerom enn resten av filen.", "")
        sti = f"{forelder}/{navn}".lstrip("/")
        if navn in self._postnavn and sti not in self._poster:
            raise self._feil(f"{navn} står på feil sted i filen.", "")
        if len(self._stier) >= self._grenser.slags_felt:
            raise self._feil("Filen har for mange slags felt.", "")
        self._stier[forelder, tagg] = sti
        return sti
