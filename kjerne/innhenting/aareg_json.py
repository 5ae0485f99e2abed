"""Aa-registeret: employments in JSON (v1, v2) → rows of the canonical tables `arbeidsforhold` and `permittering`.

One row for each employment, with its newest ansettelsesdetalj (the one without an end, else the one that began last).
v1 mixes leave and layoff in permisjonPermitteringer and is split on type; v2 has two lists.
A date that is written but cannot be read quarantines the employment: a missing end date means that it still runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kjerne.innhenting.tolk import Tolk
from kjerne.kontrakt.linjefil import Radfeil

LISTENOKLER = ("arbeidsforhold", "arbeidsforholdoversikter", "data")


class Arbeidsforholdleser:
    def __init__(self) -> None:
        self.tolk = Tolk()
        self.former: set[str] = set()
        self.eldre_detaljer = 0

    def ny(self) -> Arbeidsforholdleser:
        """One that has read nothing, for another part of the file."""
        return Arbeidsforholdleser()

    def ta_med(self, andre: Arbeidsforholdleser) -> None:
        """Remembers what another one met in another part of the file."""
        self.tolk.ta_med(andre.tolk)
        self.former |= andre.former
        self.eldre_detaljer += andre.eldre_detaljer

    def elementer(self, svar: Any) -> Iterator[Any]:
        """The employments in one answer: a list, one object, or an object that holds the list."""
        if type(svar) is dict and (nokkel := next((n for n in LISTENOKLER if type(svar.get(n)) is list), None)):
            svar = svar[nokkel]
        for ett in svar if type(svar) is list else [svar]:
            if type(ett) is not dict or "arbeidstaker" not in ett:
                raise Radfeil("formen er ukjent; kjenner arbeidsforhold fra Aa-registeret v1 og v2 (med arbeidstaker)")
            yield ett

    def rader(self, e: dict, linje: int) -> dict[str, list[tuple]]:
        """The rows of one employment. Raises Radfeil when it has no readable person or date."""
        v2 = type(e["arbeidstaker"]) is dict and "identer" in e["arbeidstaker"]
        self.former.add("v2" if v2 else "v1")
        tolk = self.tolk
        ident = tolk.ident(_ident(e["arbeidstaker"]))
        virksomhet = tolk.tekst(_ident(e.get("arbeidssted" if v2 else "arbeidsgiver")), "virksomhet")
        bekreftet = tolk.dag(e.get("sistBekreftet"), "sistBekreftet")
        periode = _ordbok(e.get("ansettelsesperiode"))
        detalj = self._detalj(e.get("ansettelsesdetaljer") or e.get("arbeidsavtaler"))
        fom, tom = _fra_til(periode)
        rad = (
            ident,
            tolk.tekst(e.get("id", e.get("arbeidsforholdId")), "arbeidsforholdId"),
            tolk.tekst(_ident(e.get("opplysningspliktig")), "opplysningspliktig"),
            virksomhet,
            tolk.tekst(_kode(e.get("type")), "type"),
            tolk.sikker_dag(fom, "startdatoen"),
            tolk.sikker_dag(tom, "sluttdatoen"),
            tolk.tall(detalj.get("avtaltStillingsprosent", detalj.get("stillingsprosent")), "stillingsprosent"),
            tolk.tall(detalj.get("antallTimerPrUke"), "antallTimerPrUke"),
            tolk.tekst(_kode(detalj.get("avloenningstype", detalj.get("avlonningstype"))), "avloenningstype"),
            bekreftet,
            tolk.tekst(_varsling(e, periode), "varsling"),
            linje,
        )
        fravaer = [self._fravaer(f, art, ident, virksomhet, bekreftet, linje) for art, f in _fravaerene(e)]
        return {"arbeidsforhold": [rad], "permittering": fravaer}

    def _fravaer(
        self, f: dict, art: str | None, ident: str, virksomhet: str | None, bekreftet: int | None, linje: int
    ) -> tuple:
        tolk = self.tolk
        fom, tom = _fra_til(f)
        return (
            ident,
            virksomhet,
            tolk.tekst(f.get("id", f.get("permisjonPermitteringId")), "permitteringens id"),
            art or _art(tolk.tekst(_kode(f.get("type")), "type")),
            tolk.sikker_dag(fom, "permitteringens startdato"),
            tolk.sikker_dag(tom, "permitteringens sluttdato"),
            tolk.tall(f.get("prosent"), "prosent"),
            bekreftet,
            linje,
        )

    def _detalj(self, liste: Any) -> dict:
        detaljer = [d for d in _liste(liste, "ansettelsesdetaljer") if type(d) is dict]
        if not detaljer:
            return {}
        self.eldre_detaljer += len(detaljer) - 1

        def ny(d: dict) -> tuple[bool, str]:
            p = _ordbok(d.get("rapporteringsmaaneder") or d.get("gyldighetsperiode"))
            return not (p.get("til") or p.get("tom")), str(p.get("fra") or p.get("fom") or "")

        return max(detaljer, key=ny)

    def merknader(self) -> list[str]:
        ut = self.tolk.merknader()
        if self.eldre_detaljer:
            ut.append(f"{self.eldre_detaljer} eldre ansettelsesdetaljer er lagt bort; den nyeste gjelder.")
        return ut


def _fravaerene(e: dict) -> Iterator[tuple[str | None, dict]]:
    for nokkel, art in (
        ("permisjoner", "permisjon"),
        ("permitteringer", "permittering"),
        ("permisjonPermitteringer", None),
    ):
        for fravaer in _liste(e.get(nokkel), nokkel):
            if type(fravaer) is not dict:
                raise Radfeil(f"et element i {nokkel} er ikke et objekt")
            yield art, fravaer


def _art(type_: str | None) -> str | None:
    """v1: permittering, or one of several kinds of permisjon. What is neither stays as it is in the source."""
    liten = (type_ or "").casefold()
    if liten.startswith("permittering"):
        return "permittering"
    return "permisjon" if "permisjon" in liten else type_


def _ident(part: Any) -> Any:
    """The number of a person or an organisation: v1 has one of three keys, v2 a list of identer with one that
    counts."""
    part = _ordbok(part)
    if type(identer := part.get("identer")) is not list:
        return part.get("organisasjonsnummer") or part.get("offentligIdent") or part.get("aktoerId")
    rang = {"FOLKEREGISTERIDENT": 0, "ORGANISASJONSNUMMER": 0}
    kandidater = [i for i in identer if type(i) is dict]
    kandidater.sort(key=lambda i: (rang.get(str(i.get("type")), 1), not i.get("gjeldende", True)))
    return kandidater[0].get("ident") if kandidater else None


def _fra_til(periode: dict) -> tuple[Any, Any]:
    indre = _ordbok(periode.get("periode")) or periode
    return indre.get("startdato", indre.get("fom")), indre.get("sluttdato", indre.get("tom"))


def _varsling(e: dict, periode: dict) -> Any:
    if kode := _kode(periode.get("varsling")) or periode.get("varslingskode"):
        return kode
    varsler = [v for v in _liste(e.get("varsler"), "varsler") if type(v) is dict]
    return next((_kode(v.get("varsling")) or v.get("varslingskode") for v in varsler), None)


def _kode(verdi: Any) -> Any:
    return verdi.get("kode") if type(verdi) is dict else verdi


def _ordbok(verdi: Any) -> dict:
    return verdi if type(verdi) is dict else {}


def _liste(verdi: Any, navn: str) -> list:
    if verdi is None:
        return []
    if type(verdi) is not list:
        raise Radfeil(f"{navn} er ikke en liste")
    return verdi
