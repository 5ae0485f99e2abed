"""What a scheme costs and whom it reaches, before it is law. Runs the rules on people; decides, stores and pays nothing.

The checks of quality are not run: in a real run they hold some cases back first. Cases that ask for what another has been
granted, or whose payee has no valid account, are unclear here as there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from kjerne.drift.innstillinger import Innstillinger
from kjerne.drift.tall import antall as tall_
from kjerne.drift.tall import dato as dato_
from kjerne.drift.tall import dato_kort
from kjerne.kjoring.rom import Fremdrift, taus
from kjerne.kjoring.simuleringsgrunnlag import IKKE_GJORT, Bit, fra_mappe, syntetiske, til_reglene
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.identer import gyldige_kontonr
from kjerne.kontrakt.manifest import Soknadsfelt
from kjerne.kontrakt.parameter import Parameterrad, Parameterverdi
from kjerne.regelmotor.evaluering import kjor
from kjerne.regelmotor.modenhet import krev_trinn
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.regelmotor.sporing import INNVILGET, Sporing
from kjerne.regelmotor.utgave import FORRIGE, Satt, annen_utgave, med_satt
from kjerne.styring.simulering import DOBBEL, KONTO, Endringsteller, Utgaveteller, rollebelop
from kjerne.styring.simuleringstall import Simuleringstall
from kjerne.styring.simuleringsvern import UNDER, aapen


@dataclass(frozen=True)
class Simuleringsvalg:
    """The same choices give the same figures."""

    antall: int = 100_000
    fro: int = 1
    data: Path | None = None
    satt: tuple[str, ...] = ()
    mot: str = ""
    dato: dt.date | None = None  # the day on which the applications come
    funn: int | None = None  # of `ordning sjekk`, when it has been run: who may not decide yet has no signature to answer for it


def simuler(verk: Regelverk, valg: Simuleringsvalg, laget: dt.datetime, vis: Fremdrift = taus, under: int = UNDER) -> Simuleringstall:
    """The figures, without counts below `under` and what gives them away (0: all). Raises Ordningsfeil for what cannot be
    set, compared or read, and below `prove` when the people may be real."""
    if valg.data and not Innstillinger().krev_syntetisk:
        krev_trinn(verk, "prove", "godkjent", "lukket", "avviklet", hva="Å simulere på ekte opplysninger", funn=valg.funn)
    ny, satt = med_satt(verk, valg.satt)
    gammel = annen_utgave(verk, valg.mot) if valg.mot else verk if satt else None
    biter, ulest, grunnlag = _grunnlag(ny, gammel, valg, vis)
    utgaver = [_Utgave(v) for v in (ny, gammel) if v]
    endring = Endringsteller(ny, gammel) if gammel else None
    ansettelser = any(u.verk.bruker("ansatt_som") for u in utgaver)
    for bit in biter:
        tabeller = til_reglene(bit, ansettelser)
        gjort = [u.tell(bit, tabeller) for u in utgaver]
        if endring:
            (s, ja, ore, holdt), (s2, ja2, ore2, holdt2) = gjort
            endring.tell(s, s2, (ja, ja2), (ore, ore2), (holdt, holdt2))
            del s, s2
        del bit, tabeller, gjort  # let go before the next chunk is made
    antall = sum(utgaver[0].teller.utfall.values())
    if not antall:
        raise Ordningsfeil("Ingen søknader å simulere.", grunnlag, "Velg en annen dato, flere personer eller en annen mappe.",
                           IKKE_GJORT, kode=2)
    navn = ("Med endringene" if satt else "Reglene nå", "Forrige utgave" if valg.mot == FORRIGE else Path(valg.mot).name or "Reglene nå")
    tall = [u.teller.tall(n) for u, n in zip(utgaver, navn, strict=False)]
    m = verk.manifest
    return aapen(Simuleringstall(
        verk.id, m.navn.nb, m.opphevet, laget, grunnlag, valg.data is None or Innstillinger().krev_syntetisk, antall, ulest,
        tuple((s.rad.navn, _periode(s.rad), _vis(s, s.rad.verdi), _vis(s, s.verdi)) for s in satt), tall[0], tall[1] if gammel else None,
        endring.tall() if endring else None), under)  # fmt: skip


def _grunnlag(ny: Regelverk, gammel: Regelverk | None, valg: Simuleringsvalg, vis: Fremdrift) -> tuple[Iterator[Bit], int, str]:
    naar = f" Alle søknadene kommer {dato_(valg.dato)}." if valg.dato else ""
    if valg.data:
        biter, ulest = fra_mappe(ny.manifest, valg.data, valg.dato, Innstillinger().krev_syntetisk, vis)
        return biter, ulest, f"Søknader og registre fra mappen {valg.data.name}.{naar}"
    felt = felles_felt(ny, gammel)
    setning = f"{tall_(valg.antall)} syntetiske søknader fra frø {valg.fro}, med registre uten feil.{naar}"
    return syntetiske(ny.manifest, felt, valg.antall, valg.fro, valg.dato, vis), 0, setning


def felles_felt(ny: Regelverk, gammel: Regelverk | None) -> tuple[Soknadsfelt, ...]:
    """The questions of both versions, so that neither lacks an answer it asks for."""
    egne = {f.navn for f in ny.manifest.felt}
    return ny.manifest.felt + tuple(f for f in (gammel.manifest.felt if gammel else ()) if f.navn not in egne)


class _Utgave:
    """One version: its rules, its counter, and what it has granted so far."""

    def __init__(self, verk: Regelverk):
        self.verk, self.teller = verk, Utgaveteller(verk)
        self.tatt: set[int] = set()

    def tell(self, bit: Bit, tabeller: dict[str, pd.DataFrame]) -> tuple[Sporing, np.ndarray, np.ndarray, dict[str, np.ndarray]]:
        s = kjor(self.verk, bit.saker, tabeller)
        holdt = {KONTO: uten_konto(s, bit.saker)}
        holdt[DOBBEL] = self._dobbel((s.utfall == INNVILGET) & ~holdt[KONTO], bit.nokkel)
        ja, ore = self.teller.tell(s, holdt)
        return s, ja, ore, holdt

    def _dobbel(self, ja: np.ndarray, nokkel: np.ndarray | None) -> np.ndarray:
        """Cases come in the order of receipt: the first granted of a key keeps it."""
        ut = np.zeros(len(ja), dtype=bool)
        if nokkel is None or not ja.any():
            return ut
        egne = pd.Series(nokkel[ja])
        ut[ja] = egne.isin(self.tatt).to_numpy() | egne.duplicated().to_numpy()
        self.tatt |= set(egne.tolist())
        return ut


def uten_konto(s: Sporing, saker: pd.DataFrame) -> np.ndarray:
    """Granted cases where somebody who is to be paid has no valid account."""
    ut = np.zeros(s.antall, dtype=bool)
    gyldig: dict[str, np.ndarray] = {}
    for rolle, ore in rollebelop(s, s.utfall == INNVILGET).items():
        felt = s.verk.manifest.utbetaling.mottakere[rolle].konto
        if felt not in gyldig:
            gyldig[felt] = np.asarray(gyldige_kontonr(saker[felt])) if felt in saker else np.zeros(s.antall, dtype=bool)
        ut |= (ore > 0) & ~gyldig[felt]
    return ut


def _periode(rad: Parameterrad) -> str:
    return f"{dato_kort(rad.fra)}–{dato_kort(rad.til) if rad.til else ''}"


def _vis(satt: Satt, verdi: Parameterverdi) -> str:
    if isinstance(verdi, dt.date):
        return dato_kort(verdi)
    if isinstance(verdi, str):
        return verdi.replace("|", ", ")
    tall = tall_(verdi * 100 if satt.rad.enhet == "%" else verdi, 6)
    return f"{tall.rstrip('0').rstrip(',')} {satt.rad.enhet}"
