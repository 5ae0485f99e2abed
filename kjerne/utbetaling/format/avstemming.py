"""Grensesnittavstemming: each bank day, per fagområde, what we sent and what we were answered, for the receiver to compare.

START, then DATA (totals in the first, details of what was not simply accepted), then AVSL; one whole message a line, as in
the file of oppdrag. Accepted, warned, refused and unanswered add up to the total, in number and in money, or nothing is written.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO, Literal, NamedTuple
from zoneinfo import ZoneInfo

from lxml import etree

from kjerne.utbetaling.betalingsfil import betalingsfeil, ore_til_tekst
from kjerne.utbetaling.format.avstemmingsform import DATA, DETALJER_PER_MELDING, FORM, NAVNEROM, SLUTT, START
from kjerne.utbetaling.format.meldingsform import bygg
from kjerne.utbetaling.format.oppdrag import nokkel
from kjerne.utbetaling.format.oppdragsform import MOTTAKER
from kjerne.utbetaling.kvittering.post import ren_tekst

_OSLO = ZoneInfo("Europe/Oslo")
Utfall = Literal["godkjent", "varsel", "avvist", "mangler"]
DETALJTYPE: dict[Utfall, str] = {"varsel": "VARS", "avvist": "AVVI", "mangler": "MANG"}
ETTER_ALVORLIGHETSGRAD: dict[str, Utfall] = {"00": "godkjent", "04": "varsel", "08": "avvist", "12": "avvist", "": "mangler"}


@dataclass(frozen=True, slots=True)
class Avstemmingshode:
    """What is compared: everything with a key from `fom` to `tom`, both included."""

    komponent: str  # ≤ 8, who sends; also the user
    fagomraade: str  # ≤ 8
    fom: dt.datetime  # with time zone
    tom: dt.datetime


class Avstemmingspost(NamedTuple):
    """One message that was sent, and the answer. `alvorlighetsgrad` is empty when no answer has come."""

    gjelder_id: str
    nokkel: str  # ≤ 30, of the message
    tid: dt.datetime
    belop_ore: int  # negative: a deduction
    alvorlighetsgrad: str = ""
    kode: str = ""
    tekst: str = ""

    @property
    def utfall(self) -> Utfall:
        if self.alvorlighetsgrad not in ETTER_ALVORLIGHETSGRAD:
            raise betalingsfeil("En kvittering har ukjent alvorlighetsgrad.", "avstemmingen", "Rett kvitteringen før avstemming.")
        return ETTER_ALVORLIGHETSGRAD[self.alvorlighetsgrad]


@dataclass(slots=True)
class Avstemmingssum:
    """Number and sum in øre, in all and of each outcome."""

    antall: int = 0
    sum_ore: int = 0
    per_utfall: dict[Utfall, tuple[int, int]] = field(default_factory=lambda: dict.fromkeys(("godkjent", *DETALJTYPE), (0, 0)))

    def legg_til(self, post: Avstemmingspost) -> None:
        antall, sum_ore = self.per_utfall[post.utfall]
        self.per_utfall[post.utfall] = (antall + 1, sum_ore + post.belop_ore)
        self.antall, self.sum_ore = self.antall + 1, self.sum_ore + post.belop_ore

    @property
    def detaljer(self) -> int:
        return sum(self.per_utfall[utfall][0] for utfall in DETALJTYPE)


def avstemming_id(hode: Avstemmingshode) -> str:
    """The same for the same period and fagområde, so that an avstemming that is sent again is seen to be the same."""
    grunnlag = f"{hode.komponent}\n{hode.fagomraade}\n{nokkel(hode.fom)}\n{nokkel(hode.tom)}"
    return base64.urlsafe_b64encode(hashlib.sha256(grunnlag.encode()).digest())[:22].decode()


def skriv_avstemming(hode: Avstemmingshode, poster: Iterable[Avstemmingspost], fil: BinaryIO) -> Avstemmingssum:
    """Writes the messages. `poster` is read twice (the totals stand before the details), one at a time.

    Raises Ordningsfeil when the head is wrong, or the two readings differ."""
    if hode.fom.tzinfo is None or hode.tom.tzinfo is None or hode.tom < hode.fom:
        raise betalingsfeil("Perioden for avstemming mangler tidssone eller er snudd.", "avstemmingen")
    sum_ = Avstemmingssum()
    for post in poster:
        sum_.legg_til(post)
    detaljer = 0
    fil.write(_bytes(hode, START))
    felles: dict[str, Any] = _tall(hode, sum_)
    alle = (_detalj(post) for post in poster if post.utfall != "godkjent")
    while (del_ := list(islice(alle, DETALJER_PER_MELDING))) or felles:  # the totals are told also when all is well
        fil.write(_bytes(hode, DATA, felles | {"detalj": del_}))
        felles, detaljer = {}, detaljer + len(del_)
    fil.write(_bytes(hode, SLUTT))
    if detaljer != sum_.detaljer:
        raise betalingsfeil("Det som avstemmes, ble endret mens det ble skrevet.", "avstemmingen", "Kjør avstemmingen på nytt.")
    return sum_


def _tall(hode: Avstemmingshode, sum_: Avstemmingssum) -> dict[str, Any]:
    grunnlag: dict[str, str] = {}
    for utfall, (antall, ore) in sum_.per_utfall.items():
        grunnlag |= {f"{utfall}Antall": str(antall), f"{utfall}Belop": ore_til_tekst(abs(ore)), f"{utfall}Fortegn": _fortegn(ore)}
    return {
        "total": {"totalAntall": str(sum_.antall), "totalBelop": ore_til_tekst(abs(sum_.sum_ore)), "fortegn": _fortegn(sum_.sum_ore)},
        "periode": {"datoAvstemtFom": _time(hode.fom), "datoAvstemtTom": _time(hode.tom)},
        "grunnlag": grunnlag,
    }


def _detalj(post: Avstemmingspost) -> dict[str, str | None]:
    return {
        "detaljType": DETALJTYPE[post.utfall],
        "offnr": post.gjelder_id,
        "avleverendeTransaksjonNokkel": post.nokkel,
        "meldingKode": post.kode or None,
        "alvorlighetsgrad": post.alvorlighetsgrad or None,
        "tekstMelding": ren_tekst(post.tekst)[:70].strip() or None,
        "tidspunkt": nokkel(post.tid),
    }


def _bytes(hode: Avstemmingshode, aksjon: str, resten: dict[str, Any] | None = None) -> bytes:
    felt = {
        "aksjon": {
            "aksjonType": aksjon,
            "kildeType": "AVLEV",
            "avstemmingType": "GRSN",
            "avleverendeKomponentKode": hode.komponent,
            "mottakendeKomponentKode": MOTTAKER,
            "underkomponentKode": hode.fagomraade,
            "nokkelFom": nokkel(hode.fom),
            "nokkelTom": nokkel(hode.tom),
            "avleverendeAvstemmingId": avstemming_id(hode),
            "brukerId": hode.komponent,
        },
        **(resten or {}),
    }
    rot = etree.Element(f"{{{NAVNEROM}}}avstemmingsdata", nsmap={"a": NAVNEROM})
    rot.extend(bygg("avstemmingsdata", "avstemmingsdata", felt, FORM, betalingsfeil))
    return etree.tostring(rot, encoding="UTF-8", xml_declaration=True).replace(b"\n", b"") + b"\n"


def _fortegn(ore: int) -> str:
    return "F" if ore < 0 else "T"


def _time(tid: dt.datetime) -> str:
    return tid.astimezone(_OSLO).strftime("%Y%m%d%H")

