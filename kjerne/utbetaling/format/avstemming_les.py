"""Reads a file of grensesnittavstemming strictly: order, forms, and that everything adds up. Trusts nothing in the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from kjerne.utbetaling.betalingsfil import betalingsfeil
from kjerne.utbetaling.format.avstemmingsform import DATA, FORM, ROT, SLUTT, START
from kjerne.utbetaling.format.meldingsform import les
from kjerne.utbetaling.xmlinn import xml_tre

MAKS_MELDING = 1_000_000
_UTFALL = {"godkjent": "", "varsel": "VARS", "avvist": "AVVI", "mangler": "MANG"}


@dataclass(frozen=True, slots=True)
class Lestavstemming:
    """What the file says: who, what period, and number and sum in øre of each outcome."""

    avstemming_id: str
    komponent: str
    fagomraade: str
    nokkel_fom: str
    nokkel_tom: str
    antall: int
    sum_ore: int
    per_utfall: dict[str, tuple[int, int]]
    meldinger: int


def les_avstemming(fil: BinaryIO) -> Lestavstemming:
    """Raises Ordningsfeil unless it is START, at least one DATA and AVSL with one id, the four outcomes add up to the total
    in number and money, and there is one detail for each message that was not simply accepted."""
    forste, tall, forrige = None, None, ""
    detaljer: Counter[str] = Counter()
    nr = 0
    for nr, felt in _meldinger(fil):
        aksjon = felt["aksjon"]
        art = aksjon.pop("aksjonType")
        forste = forste or aksjon
        if aksjon != forste or (art, forrige) not in ((START, ""), (DATA, START), (DATA, DATA), (SLUTT, DATA)):
            raise betalingsfeil("Meldingene hører ikke sammen, eller kommer i feil rekkefølge.", f"melding {nr}")
        if (art, forrige) == (DATA, START):
            tall = _tall(felt, nr)
        elif felt.keys() - {"aksjon", "detalj"} or (art != DATA and "detalj" in felt):
            raise betalingsfeil("Meldingen har tall som ikke skal stå i den.", f"melding {nr}")
        detaljer.update(d["detaljType"] for d in felt.get("detalj", ()))
        forrige = art
    if forrige != SLUTT or forste is None or tall is None:
        raise betalingsfeil("Avstemmingen er ikke avsluttet.", f"melding {nr}")
    (antall, sum_ore), per_utfall = tall
    if any(detaljer[art] != per_utfall[utfall][0] for utfall, art in _UTFALL.items() if art):
        raise betalingsfeil("Detaljene er flere eller færre enn tallene sier.", "avstemmingen")
    return Lestavstemming(
        forste["avleverendeAvstemmingId"], forste["avleverendeKomponentKode"], forste["underkomponentKode"],
        forste["nokkelFom"], forste["nokkelTom"], antall, sum_ore, per_utfall, nr,
    )  # fmt: skip


def _meldinger(fil: BinaryIO) -> Iterator[tuple[int, dict[str, Any]]]:
    nr = 0
    while linje := fil.readline(MAKS_MELDING + 1):
        nr += 1
        if not linje.endswith(b"\n"):
            raise betalingsfeil("Filen er avkortet, eller en melding er for stor.", f"melding {nr}")
        rot = xml_tre(linje, betalingsfeil)
        if rot.tag != ROT:
            raise betalingsfeil("Meldingen er ikke en avstemming.", f"melding {nr}")
        yield nr, les(rot, "avstemmingsdata", FORM, betalingsfeil)


def _tall(felt: dict[str, Any], nr: int) -> tuple[tuple[int, int], dict[str, tuple[int, int]]]:
    if not {"total", "periode", "grunnlag"} <= felt.keys():
        raise betalingsfeil("Tallene mangler.", f"melding {nr}")
    total, grunnlag = felt["total"], felt["grunnlag"]
    sum_ = (int(total["totalAntall"]), _ore(total["totalBelop"], total["fortegn"]))
    per = {u: (int(grunnlag[f"{u}Antall"]), _ore(grunnlag[f"{u}Belop"], grunnlag[f"{u}Fortegn"])) for u in _UTFALL}
    if sum_ != (sum(n for n, _ in per.values()), sum(ore for _, ore in per.values())):
        raise betalingsfeil("Godkjent, varsel, avvist og mangler er til sammen ikke totalen.", f"melding {nr}")
    return sum_, per


def _ore(belop: str, fortegn: str) -> int:
    return int(belop.replace(".", "")) * (-1 if fortegn == "F" else 1)
