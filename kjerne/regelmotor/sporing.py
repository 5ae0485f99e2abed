"""The trace: every fact, parameter and rule of every case, its outcome, and why.

Outcomes: innvilget (right and every amount known), avslag (a condition is *known* to fail), til manuell (a fact is missing),
stanset (held back by the caller). Unknown is never no.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.kolonne import Kolonne, som_kolonne
from kjerne.kontrakt.rader import Utvalg

if TYPE_CHECKING:
    from kjerne.kontrakt.regel import Regel
    from kjerne.regelmotor.regelverk import Regelverk

UTFALL = ("innvilget", "avslag", "til manuell", "stanset")
INNVILGET, AVSLAG, MANUELL, STANSET = range(4)


class Sporing:
    """The result of one run over `antall` cases. `verdier` by name; `parametervalg` the row chosen per parameter."""

    def __init__(self, verk: Regelverk, antall: int, verdier: dict[str, Kolonne | Utvalg], parametervalg: dict[str, Kolonne]):
        self.verk = verk
        self.antall = antall
        self.verdier = verdier
        self.parametervalg = parametervalg

    def kolonne(self, navn: str) -> Kolonne:
        """The value of a fact, parameter or rule in every case."""
        return self.verdier[navn].til_lengde(self.antall)

    def sann(self, navn: str) -> np.ndarray:
        k = self.kolonne(navn)
        return k.data & k.kjentmaske

    def usann(self, navn: str) -> np.ndarray:
        k = self.kolonne(navn)
        return ~k.data & k.kjentmaske

    @cached_property
    def belop_ore(self) -> dict[str, np.ndarray]:
        """Whole øre per amount rule, 0 where there is no right or the amount is unknown. Raises for parts of an øre."""
        ut = {}
        for regel in self.verk.regelsett.av_art("beløp"):
            k = self.kolonne(regel.navn)
            gjelder = self.sann(self.verk.rett.navn) & k.kjentmaske
            ore = np.where(gjelder, k.data, 0.0) * 100
            hele = np.rint(ore)
            if np.abs(ore - hele).max(initial=0) > 1e-4:
                raise Ordningsfeil(f"Regelen {regel.navn} gir deler av et øre.", f"{self.verk.mappe / 'regler.py'}, linje {regel.linje}",
                                   "Avslutt med hele_kroner(…) eller hele_øre(…).", "Ingen saker er avgjort i denne kjøringen.")
            ut[regel.navn] = hele.astype("int64")
        return ut

    @cached_property
    def utfall(self) -> np.ndarray:
        """Position in UTFALL for each case."""
        rett = self.verk.rett.navn
        kjent = np.ones(self.antall, dtype=bool)
        for regel in self.verk.regelsett.av_art("beløp"):
            k = self.kolonne(regel.navn)
            kjent &= k.kjentmaske & (k.data >= 0)
        innvilget = self.sann(rett) & kjent & (self.sum_ore > 0)
        return np.where(self.usann(rett), AVSLAG, np.where(innvilget, INNVILGET, MANUELL)).astype("int8")

    @cached_property
    def sum_ore(self) -> np.ndarray:
        """Whole øre to be paid in each case, all payees together."""
        return sum(self.belop_ore.values(), np.zeros(self.antall, dtype="int64"))

    @cached_property
    def mangler(self) -> pd.Categorical:
        """For cases that go to a human: the unknown facts that made it so, in law order, joined with |; else ''."""
        regler = self.verk.regler
        skyld: dict[str, np.ndarray] = {self.verk.rett.navn: self.utfall == MANUELL}
        for regel in self.verk.regelsett.av_art("beløp"):
            skyld[regel.navn] = (self.utfall == MANUELL) & self.sann(self.verk.rett.navn)
        rot: dict[str, np.ndarray] = {}
        for regel in reversed(self.verk.rekkefolge):
            egen = skyld.get(regel.navn)
            if egen is None or not egen.any():
                continue
            egen = egen & self._ukjent(regel.navn)
            forklart = np.zeros(self.antall, dtype=bool)
            for arg, her in self._skyldige(regel, egen).items():
                forklart |= her
                maal = skyld if arg in regler else rot
                maal[arg] = maal.get(arg, False) | her
            if (rest := egen & ~forklart).any():
                rot[regel.navn] = rest
        self._klokken_skyld(rot)
        rot = {n: rot[n] for n in self.verdier if n in rot}
        uten_grunn = (self.utfall == MANUELL) & ~np.logical_or.reduce([np.zeros(self.antall, dtype=bool), *rot.values()])
        return _navnene(rot | {"beløpet": uten_grunn}, self.antall)  # a right without an amount above 0: a human must look

    def _klokken_skyld(self, rot: dict[str, np.ndarray]) -> None:
        """A parameter is unknown because its date is: then the date is what is missing."""
        for navn in [n for n in rot if n in self.verk.parameternavn]:
            klokke = self.verk.parameternavn[navn][0].klokke or self.verk.manifest.dato_for_regler
            uten_dato = rot[navn] & self._ukjent(klokke)
            rot[klokke] = rot.get(klokke, False) | uten_dato
            rot[navn] = rot[navn] & ~uten_dato

    def _skyldige(self, regel: Regel, egen: np.ndarray) -> dict[str, np.ndarray]:
        """Which unknown arguments made the rule unknown: those that alone would have made it known, else those that together
        would. None = the rule itself lacks something (a month that was not reported, a share of nothing)."""
        ukjente = {a: egen & self._ukjent(a) for a in regel.argumenter}
        ukjente = {a: m for a, m in ukjente.items() if m.any()}
        alene = {a: m & self._kjent_om(regel, {a}) for a, m in ukjente.items()}
        noen = np.logical_or.reduce([np.zeros(self.antall, dtype=bool), *alene.values()])
        sammen = ~noen & self._kjent_om(regel, set(ukjente)) if len(ukjente) > 1 else ~noen & noen
        if not sammen.any():
            return alene
        trengs = {a: m & sammen & ~self._kjent_om(regel, set(ukjente) - {a}) for a, m in ukjente.items()}
        ingen = sammen & ~np.logical_or.reduce(list(trengs.values()))  # each can be spared, but not all of them
        return {a: alene[a] | trengs[a] | (m & ingen) for a, m in ukjente.items()}

    def _kjent_om(self, regel: Regel, kjente: set[str]) -> np.ndarray:
        """Where the rule would be known if these arguments were."""

        def verdi(navn: str) -> Kolonne | Utvalg:
            v = self.verdier[navn]
            if navn not in kjente:
                return v
            if isinstance(v, Utvalg):
                return Utvalg(v.tabell, v.rader, None, None if v.kjent is None else ~v.kjent)
            return Kolonne(v.data, None, v.koder)

        svar = regel.funksjon(*(verdi(a) for a in regel.argumenter))
        if isinstance(svar, Utvalg):
            return np.ones(self.antall, dtype=bool) if svar.kjent is None else np.broadcast_to(svar.kjent, self.antall)
        return som_kolonne(svar).til_lengde(self.antall).kjentmaske

    def rot_til_ukjent(self, navn: str, nr: int) -> list[str]:
        """The facts and parameters that make the value unknown in one case; a rule itself when it lacks none of its arguments."""
        if navn not in self.verk.regler:
            return [navn]
        bare_her = np.arange(self.antall) == nr
        skyldige = [a for a, her in self._skyldige(self.verk.regler[navn], bare_her).items() if her[nr]]
        return [rot for a in skyldige for rot in self.rot_til_ukjent(a, nr)] or [navn]

    def _ukjent(self, navn: str) -> np.ndarray:
        verdi = self.verdier[navn]
        if isinstance(verdi, Utvalg):
            return np.zeros(self.antall, dtype=bool) if verdi.kjent is None else ~np.broadcast_to(verdi.kjent, self.antall)
        return verdi.til_lengde(self.antall).ukjent

    @cached_property
    def avgjorende(self) -> dict[str, np.ndarray]:
        """For each condition: in which refusals it decided.

        A failing condition decides when it refuses even if every other condition had been met; where none does so alone
        (they stand behind an `ett_av`), all failing ones do together.
        """
        avslag = self.utfall == AVSLAG
        grunner = self.verk.grunner(self.verk.rett.navn)
        vilkår = [r.navn for r in self.verk.regelsett.av_art("vilkår") if r.navn in grunner]
        alene = {v: avslag & self.usann(v) for v in vilkår}
        alene = {v: m & self._avslag_bare_av(v, vilkår) if m.any() else m for v, m in alene.items()}
        noen = np.logical_or.reduce(list(alene.values())) if alene else np.zeros(self.antall, dtype=bool)
        return {v: alene[v] | (avslag & ~noen & self.usann(v)) for v in vilkår}

    def _avslag_bare_av(self, vilkår: str, alle: list[str]) -> np.ndarray:
        """Where the right is refused although every other condition is met."""
        verdier = dict(self.verdier) | {navn: Kolonne(np.array([navn != vilkår])) for navn in alle}
        endret = set(alle)
        grunner = self.verk.grunner(self.verk.rett.navn) | {self.verk.rett.navn}
        for regel in self.verk.rekkefolge:
            if regel.navn in grunner and regel.navn not in alle and endret & set(regel.argumenter):
                verdier[regel.navn] = regel.funksjon(*(verdier[a] for a in regel.argumenter))
                endret.add(regel.navn)
        rett = som_kolonne(verdier[self.verk.rett.navn]).til_lengde(self.antall)
        return ~rett.data & rett.kjentmaske

    @cached_property
    def avgjorende_tekst(self) -> pd.Categorical:
        """The names of the deciding conditions of each refusal, in law order, joined with |; else ''."""
        return _navnene(self.avgjorende, self.antall)

    def ramme(self) -> pd.DataFrame:
        """The trace frame: one row per case; unknown is NA. Amount rules are kroner; `belop_ore` is whole øre."""
        ut = {n: self.kolonne(n).til_pandas() for n, v in self.verdier.items() if isinstance(v, Kolonne)}
        ut["utfall"] = pd.Categorical.from_codes(self.utfall, categories=list(UTFALL))
        ut["belop_ore"] = pd.array(self.sum_ore, dtype="Int64")
        ut["avgjørende"] = self.avgjorende_tekst
        ut["mangler"] = self.mangler
        return pd.DataFrame(ut, copy=False)

    def rader(self) -> pd.DataFrame:
        """The income rows that each `samling` kept: sak_nr, regel, rad_id."""
        deler = [
            pd.DataFrame({"sak_nr": u.tabell.sak[u.rader], "regel": navn, "rad_id": u.tabell.rad_id[u.rader]})
            for navn, u in self.verdier.items() if isinstance(u, Utvalg) and navn in self.verk.regler
        ]
        tom = pd.DataFrame({"sak_nr": np.array([], "int64"), "regel": np.array([], "object"), "rad_id": np.array([], "int64")})
        return pd.concat(deler or [tom], ignore_index=True)

    def linjer(self) -> pd.DataFrame:
        """The payment lines of granted cases: sak_nr, nr, rolle, klasse, fom, tom, belop_ore (> 0)."""
        deler = []
        for nr, regel in enumerate(self.verk.regelsett.av_art("beløp"), 1):
            ore = self.belop_ore[regel.navn]
            med = np.flatnonzero((self.utfall == INNVILGET) & (ore > 0))
            fom, tom = (self.kolonne(n).data[med] for n in (regel.fom, regel.tom))
            deler.append(pd.DataFrame({"sak_nr": med, "nr": nr, "rolle": regel.til, "klasse": regel.klasse,
                                       "fom": fom.astype("datetime64[s]"), "tom": tom.astype("datetime64[s]"), "belop_ore": ore[med]}))
        return pd.concat(deler, ignore_index=True).sort_values(["sak_nr", "nr"], ignore_index=True)

    def parameterrader(self) -> tuple[np.ndarray, list[list[str]]]:
        """Which parameter rows each case used: (position of its combination, the combinations as lists of row ids)."""
        kode = np.zeros(self.antall, dtype="int64")
        navn = list(self.parametervalg)
        for n in navn:
            valg = self.parametervalg[n].til_lengde(self.antall)
            kode = kode * (len(self.verk.parameternavn[n]) + 1) + np.where(valg.kjentmaske, valg.data.astype("int64") + 1, 0)
        unike, forste, plass = np.unique(kode, return_index=True, return_inverse=True)
        lister = []
        for sak in forste:
            valgt = [(n, self.parametervalg[n].til_lengde(self.antall)) for n in navn]
            lister.append([self.verk.parameternavn[n][int(v.data[sak])].id for n, v in valgt if v.kjentmaske[sak]])
        return plass, lister


def _navnene(masker: dict[str, np.ndarray], antall: int) -> pd.Categorical:
    """For each case the names whose mask is True, in order, joined with |. Few different answers, so they are codes."""
    nr = np.zeros(antall, dtype="int64")
    for plass, maske in enumerate(masker.values()):
        nr[np.flatnonzero(maske)] |= 1 << plass
    noen = np.flatnonzero(nr)
    unike, hvilken = np.unique(nr[noen], return_inverse=True)
    koder = np.zeros(antall, dtype="int32")
    koder[noen] = hvilken + 1
    navn = list(masker)
    tekster = ["|".join(n for i, n in enumerate(navn) if u >> i & 1) for u in unike.tolist()]
    return pd.Categorical.from_codes(koder, categories=pd.Index(["", *tekster], dtype=object))
