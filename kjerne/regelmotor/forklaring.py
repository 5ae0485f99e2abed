"""Why a case came out as it did: every rule in law order with its value, the facts it used, and which of them decided."""

from __future__ import annotations

from dataclasses import dataclass

from kjerne.kontrakt.kolonne import Kolonne
from kjerne.kontrakt.rader import Utvalg
from kjerne.regelmotor.eksempler import skriv_kolonne
from kjerne.regelmotor.regelverk import PERIODE, Regelverk
from kjerne.regelmotor.sporing import UTFALL, Sporing


@dataclass(frozen=True)
class Ledd:
    """One rule in one case. `verdi` as text, "" when unknown; `grunnlag` the values of its arguments, `enheter` their kinds."""

    navn: str
    art: str
    hjemmel: str
    tekst: str
    kilde: str
    enhet: str
    verdi: str
    grunnlag: dict[str, str]
    enheter: dict[str, str]
    avgjorde: bool


@dataclass(frozen=True)
class Forklaring:
    utfall: str
    belop_ore: int
    avgjorende: list[str]
    mangler: list[str]
    ledd: list[Ledd]
    linjer: list[dict]
    parametre: list[dict]
    rader: list[int]  # rad_id of the income rows that counted


def forklar(sporing: Sporing, nr: int) -> Forklaring:
    """The explanation of case number `nr` of the run."""
    verk = sporing.verk
    avgjorende = [v for v in sporing.avgjorende_tekst[nr].split("|") if v]
    ledd = [_ledd(sporing, nr, r, r.navn in avgjorende) for r in verk.regler.values()]
    linjer = sporing.linjer()
    plass, lister = sporing.parameterrader()
    rader = sporing.rader()
    return Forklaring(
        UTFALL[sporing.utfall[nr]],
        int(sporing.sum_ore[nr]),
        avgjorende,
        [m for m in sporing.mangler[nr].split("|") if m],
        ledd,
        _linjer(linjer[linjer["sak_nr"] == nr]),
        [parameter(verk, p) for p in lister[plass[nr]]],
        rader.loc[rader["sak_nr"] == nr, "rad_id"].tolist(),
    )


def _ledd(sporing: Sporing, nr: int, regel, avgjorde: bool) -> Ledd:
    grunnlag = {a: verdi(sporing, a, nr) for a in regel.argumenter}
    enheter = {a: enhet_for(sporing.verk, a) for a in grunnlag if isinstance(sporing.verdier[a], Kolonne)}
    egen = verdi(sporing, regel.navn, nr)
    return Ledd(
        regel.navn, regel.art, str(regel.hjemmel), regel.tekst, regel.kilde, regel.enhet, egen, grunnlag, enheter, avgjorde
    )


def verdi(sporing: Sporing, navn: str, nr: int) -> str:
    """One value of one case as text; a table or a selection as its number of rows."""
    v = sporing.verdier[navn]
    if isinstance(v, Utvalg):
        antall = int((v.tabell.sak[v.rader] == nr).sum())
        return "1 rad" if antall == 1 else f"{antall} rader"
    k = v.til_lengde(sporing.antall)
    return skriv_kolonne(Kolonne(k.data[nr : nr + 1], k.kjentmaske[nr : nr + 1], k.koder))[0]


def _linjer(rader) -> list[dict]:
    return [
        {
            "rolle": r.rolle,
            "klasse": r.klasse,
            "fom": r.fom.date().isoformat(),
            "tom": r.tom.date().isoformat(),
            "belop_ore": int(r.belop_ore),
        }
        for r in rader.itertuples()
    ]


def parameter(verk: Regelverk, id: str) -> dict:
    """A parameter row by its id, as plain values."""
    rad = next(p for p in verk.parametre if p.id == id)
    return {
        "id": rad.id,
        "navn": rad.navn,
        "verdi": str(rad.verdi),
        "enhet": rad.enhet,
        "fra": rad.fra.isoformat(),
        "til": rad.til.isoformat() if rad.til else "",
        "hjemmel": str(rad.hjemmel),
        "kilde": rad.kilde,
        "merknad": rad.merknad,
    }


def enhet_for(verk: Regelverk, navn: str) -> str:
    """The kind of a named value, for printing: a type of field, a unit of a rule or of a parameter."""
    if navn in verk.fakta:
        return verk.fakta[navn]
    if navn in PERIODE:
        return "dato"
    if navn in verk.regler:
        return verk.regler[navn].enhet
    return next(p.enhet for p in verk.parametre if p.navn == navn)
