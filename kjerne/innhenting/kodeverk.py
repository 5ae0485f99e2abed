"""The codes of A-ordningen that we know. An unknown code is kept and counted, never dropped: the lists change every
year.

Sources: Skatteetaten docs/api/inntekt.md and the enumerations of navikt/dp-inntekt (public repositories).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

INNTEKT_TYPE = frozenset({"Loennsinntekt", "Naeringsinntekt", "PensjonEllerTrygd", "YtelseFraOffentlige"})
FRA_V1 = {
    "LOENNSINNTEKT": "Loennsinntekt",
    "NAERINGSINNTEKT": "Naeringsinntekt",
    "PENSJON_ELLER_TRYGD": "PensjonEllerTrygd",
    "YTELSE_FRA_OFFENTLIGE": "YtelseFraOffentlige",
}
FORDEL = frozenset({"kontantytelse", "naturalytelse", "utgiftsgodtgjoerelse"})

_LOENN = """
fastloenn timeloenn fastTillegg uregelmessigeTilleggKnyttetTilArbeidetTid uregelmessigeTilleggKnyttetTilIkkeArbeidetTid
overtidsgodtgjoerelse helligdagstillegg honorarAkkordProsentProvisjon bonus tips smusstillegg hyretillegg vederlag
sluttvederlag styrehonorarOgGodtgjoerelseVerv annet stipend lottKunTrygdeavgift bonusFraForsvaret loennEtterDoedsfall
kommunalOmsorgsloennOgFosterhjemsgodtgjoerelse loennForBarnepassIBarnetsHjem loennTilPrivatpersonerForArbeidIHjemmet
loennTilVergeFraStatsforvalteren feriepenger trekkILoennForFerie
"""
_NATURAL_OG_UTGIFT = """
bil bolig elektroniskKommunikasjon losji kostDager kostDoegn rentefordelLaan opsjoner aksjerGrunnfondsbevisTilUnderkurs
skattepliktigDelForsikringer skattepliktigPersonalrabatt reiseKost reiseLosji reiseAnnet kilometergodtgjoerelseBil
fastBilgodtgjoerelse
"""
_YTELSE = """
dagpengerVedArbeidsloeshet ferietilleggDagpengerVedArbeidsloeshet dagpengerTilFisker sykepenger foreldrepenger
svangerskapspenger pleiepenger omsorgspenger opplaeringspenger feriepengerSykepenger feriepengerForeldrepenger
feriepengerSvangerskapspenger feriepengerPleiepenger feriepengerOmsorgspenger feriepengerOpplaeringspenger
introduksjonsstoenad venteloenn overgangsstoenadTilEnsligMorEllerFar
overgangsstoenadTilEnsligMorEllerFarSomBegynteAaLoepe1April2014EllerSenere ufoeretrygd ufoerepensjon barnepensjon
"""
BESKRIVELSE = frozenset((_LOENN + _NATURAL_OG_UTGIFT + _YTELSE).split())

_SPESIELLE = """
hyreTilMannskapPaaFiskeSmaahvalfangstOgSelfangstfartoey loennVedArbeidsmarkedstiltak
loennOgAnnenGodtgjoerelseSomIkkeErSkattepliktig loennUtbetaltFraDenNorskeStatOpptjentIUtlandet
loennVedKonkursEllerStatsgarantiOsv skattefriArbeidsinntektBarnUnderTrettenAar statsansattUtlandet
utenlandskeSjoefolkSomIkkeErSkattepliktig
"""
SPESIELLE_FORHOLD = frozenset(_SPESIELLE.split())

KJENTE_I_INNTEKT = {
    "inntekt_type": INNTEKT_TYPE,
    "fordel": FORDEL,
    "beskrivelse": BESKRIVELSE,
    "spesielle_forhold": SPESIELLE_FORHOLD,
}
KJENTE_I_PERMITTERING = {"art": frozenset({"permisjon", "permittering"})}

_VISES = re.compile(r"[A-Za-zÆØÅæøå_][\w.-]{0,99}")
_TALLREKKE = re.compile(r"\d{6}")
MAKS_VIST = 20


def ukjente(ramme: pd.DataFrame, kjente: Mapping[str, frozenset[str]]) -> list[str]:
    """One remark for each unknown code: column, code, number of rows. A code that could be a number of a person is
    not shown."""
    ut = []
    for kolonne, koder in kjente.items():
        antall = ramme[kolonne].value_counts()
        fremmede = [(str(kode), int(n)) for kode, n in antall.items() if n and kode not in koder]
        for kode, n in sorted(fremmede)[:MAKS_VIST]:
            vist = f"«{kode}»" if _VISES.fullmatch(kode) and not _TALLREKKE.search(kode) else "(vises ikke)"
            ut.append(f"Ukjent kode i {kolonne}: {vist} på {n} rader. Radene er beholdt.")
        if len(fremmede) > MAKS_VIST:
            ut.append(f"Ukjente koder i {kolonne}: {len(fremmede) - MAKS_VIST} til. Radene er beholdt.")
    return ut
