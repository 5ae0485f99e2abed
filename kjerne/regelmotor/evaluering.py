"""Runs a rule set on a frame of cases. One case is a frame with one row; there is no other way to decide.

    sporing = kjor(verk, saker, {"inntekter": inntekt})

`saker` holds the facts of the manifest by name (kroner as whole øre); the birth date is read from `ident` when it
is not there. `inntekt` is the canonical table; a row belongs to a
case by `sak_nr` (position of the case), or by `ident` when the cases have one.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.identer import fodselsdatoer
from kjerne.kontrakt.kolonne import Kolonne, Regelbruk, som_kolonne
from kjerne.kontrakt.parameter import Parameterrad
from kjerne.kontrakt.rader import Radtabell, Utvalg, tekstkolonne
from kjerne.kontrakt.regel import Regel
from kjerne.regelmotor.regelverk import PERIODE, TABELLNAVN, Regelverk
from kjerne.regelmotor.sporing import Sporing

_ART = {"dato": "dato", "ja/nei": "ja_nei"}
EPOKE = np.datetime64("1970-01-01", "D")
SLUTT = np.datetime64("9999-12-31", "D")


def kjor(verk: Regelverk, saker: pd.DataFrame, tabeller: Mapping[str, pd.DataFrame] | None = None) -> Sporing:
    """Evaluates every rule for every case. Raises Ordningsfeil naming the rule and line when a rule cannot be run."""
    verdier: dict[str, Kolonne | Utvalg] = {}
    for navn, type_ in verk.fakta.items():
        if navn == "fødselsdato" and navn not in saker and "ident" in saker:
            verdier[navn] = faktakolonne(pd.Series(fodselsdatoer(saker["ident"])), type_)
        else:
            verdier[navn] = faktakolonne(saker[navn], type_) if navn in saker else _ukjent(type_)
    for navn in PERIODE:  # the window of the manifest, known for every case
        verdier[navn] = Kolonne(np.array([getattr(verk.manifest.gjelder, navn.removeprefix("gjelder_"))], dtype="datetime64[D]"))
    brukt = {a for r in verk.regler.values() for a in r.argumenter}
    for navn in TABELLNAVN:
        if navn in brukt:
            verdier[navn] = radtabell(saker, (tabeller or {}).get(navn))
    valg = {navn: _velg_rad(verk, rader, verdier) for navn, rader in verk.parameternavn.items()}
    for navn, rader in verk.parameternavn.items():
        verdier[navn] = parameterkolonne(rader, valg[navn])
    for regel in verk.rekkefolge:
        verdier[regel.navn] = regelverdi(verk, regel, verdier)
    return Sporing(verk, len(saker), verdier, valg)


def regelverdi(verk: Regelverk, regel: Regel, verdier: Mapping[str, Kolonne | Utvalg]) -> Kolonne | Utvalg:
    """The value of one rule, of its kind and unit. Raises Ordningsfeil naming the rule and line."""
    try:
        svar = regel.funksjon(*(verdier[a] for a in regel.argumenter))
        if regel.art == "samling":
            if not isinstance(svar, Utvalg):
                raise Regelbruk("en samling må gi rader, ikke tall")
            return svar
        if isinstance(svar, Utvalg):
            raise Regelbruk("regelen gir rader. Bruk sum_av, snitt_av eller antall_av, eller gjør den til en samling")
        kolonne = som_kolonne(svar)
        ventet = _ART.get(regel.enhet, "tall")
        if kolonne.art != ventet:
            raise Regelbruk(f"regelen gir {kolonne.art}, men enheten {regel.enhet} betyr {ventet}")
        return kolonne
    except Exception as feil:  # our own words are in Norwegian; Python's are not
        grunn = str(feil).rstrip(".") if isinstance(feil, Regelbruk) else f"et ord er brukt på en måte som ikke går ({type(feil).__name__})"
        raise Ordningsfeil(
            f"Regelen {regel.navn} kan ikke kjøres: {grunn}.", f"{verk.mappe / 'regler.py'}, linje {regel.linje}",
            "Rett regelen og kjør eksemplene igjen.", "Ingen saker er avgjort i denne kjøringen.",
        ) from feil


def faktakolonne(serie: pd.Series, type_: str) -> Kolonne:
    """One fact as a column. Missing becomes unknown; kroner come as whole øre."""
    if type_ in ("valg", "orgnr", "kontonummer", "tekst"):
        return tekstkolonne(serie)
    mangler = serie.isna().to_numpy()
    maske = None if not mangler.any() else ~mangler
    if type_ == "dato":
        data = (serie if serie.dtype.kind == "M" else pd.to_datetime(serie)).to_numpy().astype("datetime64[D]")
        return Kolonne(data if maske is None else np.where(mangler, EPOKE, data), maske)
    if type_ == "ja_nei":
        return Kolonne(serie.astype("boolean").to_numpy(dtype=bool, na_value=False), maske)
    data = pd.to_numeric(serie).to_numpy(dtype="float64", na_value=0.0)
    if not np.isfinite(data).all():
        raise Ordningsfeil(f"Kolonnen {serie.name} har et tall som ikke er endelig.", str(serie.name), "Rett tallet i kilden.")
    return Kolonne(data / 100 if type_ == "kroner" else data, maske)


def _ukjent(type_: str) -> Kolonne:
    tom = np.array([False])
    if type_ == "dato":
        return Kolonne(np.array([EPOKE]), tom)
    if type_ == "ja_nei":
        return Kolonne(np.array([False]), tom)
    if type_ in ("valg", "orgnr", "kontonummer", "tekst"):
        return Kolonne(np.array([-1], dtype="int32"), tom, pd.Index([], dtype="object"))
    return Kolonne(np.array([0.0]), tom)


def radtabell(saker: pd.DataFrame, rader: pd.DataFrame | None) -> Radtabell:
    """The rows of A-ordningen joined to cases and sorted by case."""
    if rader is None:
        rader = pd.DataFrame({n: [] for n in ("sak_nr", "rad_id", "maaned", "beloep_ore", *_TEKST)})
    if not set(_TEKST) <= set(rader):
        raise Ordningsfeil("Inntektstabellen mangler kolonner.", ", ".join(sorted(set(_TEKST) - set(rader))), "Les filen inn på nytt.")
    if "sak_nr" in rader:
        nr, plass = rader["sak_nr"].to_numpy(dtype="int64"), None
    else:
        nr, plass = _knytt(saker["ident"], rader["ident"])
    if len(nr) and (nr[1:] < nr[:-1]).any():
        orden = np.argsort(nr, kind="stable")
        nr, plass = nr[orden], orden if plass is None else plass[orden]
    if plass is not None:
        rader = rader.take(plass)
    ore = rader["beloep_ore"]
    mangler = ore.isna().to_numpy()
    beløp = Kolonne(ore.to_numpy(dtype="float64", na_value=0.0) / 100, None if not mangler.any() else ~mangler)
    måned = maanedsnummer(rader["maaned"])
    return Radtabell(len(saker), nr, måned, beløp, rader["rad_id"].to_numpy(dtype="int64"), _Tekstkolonner(rader))


_TEKST = ("virksomhet", "opplysningspliktig", "inntekt_type", "beskrivelse")


def maanedsnummer(maaneder: pd.Series) -> np.ndarray:
    """Months since 1970. By a table of days: numpy's own way from seconds to months is ten times as slow."""
    dager = pd.to_datetime(maaneder).to_numpy().astype("datetime64[s]").view("int64") // 86_400
    if not len(dager):
        return dager
    forste = dager.min()
    alle = np.arange(forste, dager.max() + 1).astype("datetime64[D]").astype("datetime64[M]").astype("int64")
    return alle[dager - forste]


class _Tekstkolonner(dict):
    """The text columns of a table, made into codes when a rule first asks for one. A column that the table lacks is unknown."""

    def __init__(self, rader: pd.DataFrame):
        super().__init__()
        self._rader = rader

    def __missing__(self, navn: str) -> Kolonne:
        tom = pd.Series(pd.Categorical.from_codes(np.full(len(self._rader), -1, dtype="int8"), categories=[]))
        self[navn] = tekstkolonne(self._rader.get(navn, tom))
        return self[navn]


def _knytt(saker: pd.Series, rader: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """(case position, row position) for every pair with the same person; rows of people without a case fall out."""
    venstre = pd.DataFrame({"ident": saker.to_numpy(), "nr": np.arange(len(saker))})
    if not venstre["ident"].duplicated().any():
        sted = pd.Index(venstre["ident"]).get_indexer(pd.Index(rader.to_numpy()))
        plass = np.flatnonzero(sted >= 0)
        return sted[plass], plass
    par = pd.DataFrame({"ident": rader.to_numpy(), "plass": np.arange(len(rader))}).merge(venstre, on="ident")
    return par["nr"].to_numpy(), par["plass"].to_numpy()


def _velg_rad(verk: Regelverk, rader: list[Parameterrad], verdier: Mapping[str, Kolonne | Utvalg]) -> Kolonne:
    """Which row of the parameter holds in each case: its position, unknown outside every row."""
    klokke = verdier[rader[0].klokke or verk.manifest.dato_for_regler]
    fra = np.array([r.fra for r in rader], dtype="datetime64[D]")
    til = np.array([r.til or SLUTT for r in rader], dtype="datetime64[D]")
    if klokke.kjent is None and len(klokke):
        første, siste = klokke.data.min(), klokke.data.max()
        felles = np.flatnonzero((fra <= første) & (til >= siste))
        if len(felles):
            return Kolonne(felles[:1].astype("float64"))
    nr = np.searchsorted(fra, klokke.data, side="right") - 1
    gyldig = (nr >= 0) & (klokke.data <= til[np.maximum(nr, 0)]) & klokke.kjentmaske
    return Kolonne(np.maximum(nr, 0).astype("float64"), None if gyldig.all() else gyldig)


def parameterkolonne(rader: list[Parameterrad], valg: Kolonne) -> Kolonne:
    """The value of the row that holds in each case."""
    nr = valg.data.astype("int64")
    if rader[0].enhet == "koder":
        lister = pd.Index([r.verdi for r in rader], dtype="object")
        unike = pd.Index(lister.unique())
        return Kolonne(unike.get_indexer(lister)[nr].astype("int32"), valg.kjent, unike)
    if rader[0].enhet == "dato":
        return Kolonne(np.array([r.verdi for r in rader], dtype="datetime64[D]")[nr], valg.kjent)
    return Kolonne(np.array([float(r.verdi) for r in rader])[nr], valg.kjent)
