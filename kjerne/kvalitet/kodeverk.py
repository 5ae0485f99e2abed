"""Codes of a-ordningen that the checks know. New ones come every year: an unknown code is flagged, never refused.

Sources: Skatteetaten docs/api/inntekt.md and the enumerations of navikt/dp-inntekt (public repositories).
"""

INNTEKTSTYPER = ("Loennsinntekt", "Naeringsinntekt", "PensjonEllerTrygd", "YtelseFraOffentlige")
YTELSER = ("YtelseFraOffentlige", "PensjonEllerTrygd")
FERIE = ("feriepenger", "trekkILoennForFerie")

_LOENN = """
fastloenn timeloenn fastTillegg uregelmessigeTilleggKnyttetTilArbeidetTid uregelmessigeTilleggKnyttetTilIkkeArbeidetTid
overtidsgodtgjoerelse helligdagstillegg honorarAkkordProsentProvisjon bonus tips smusstillegg hyretillegg vederlag
sluttvederlag styrehonorarOgGodtgjoerelseVerv annet stipend lottKunTrygdeavgift bonusFraForsvaret loennEtterDoedsfall
kommunalOmsorgsloennOgFosterhjemsgodtgjoerelse loennForBarnepassIBarnetsHjem loennTilPrivatpersonerForArbeidIHjemmet
loennTilVergeFraStatsforvalteren
"""
_NATURAL_OG_UTGIFT = """
bil bolig elektroniskKommunikasjon losji kostDager kostDoegn rentefordelLaan opsjoner
aksjerGrunnfondsbevisTilUnderkurs skattepliktigDelForsikringer skattepliktigPersonalrabatt reiseKost reiseLosji
reiseAnnet kilometergodtgjoerelseBil fastBilgodtgjoerelse
"""
_YTELSE = """
dagpengerVedArbeidsloeshet ferietilleggDagpengerVedArbeidsloeshet dagpengerTilFisker sykepenger foreldrepenger
svangerskapspenger pleiepenger omsorgspenger opplaeringspenger feriepengerSykepenger feriepengerForeldrepenger
feriepengerSvangerskapspenger feriepengerPleiepenger feriepengerOmsorgspenger feriepengerOpplaeringspenger
introduksjonsstoenad venteloenn overgangsstoenadTilEnsligMorEllerFar
overgangsstoenadTilEnsligMorEllerFarSomBegynteAaLoepe1April2014EllerSenere ufoeretrygd ufoerepensjon barnepensjon
"""
KJENTE = (*_LOENN.split(), *FERIE, *_NATURAL_OG_UTGIFT.split(), *_YTELSE.split())

STENGT_AV_NAV = ("ERKONK", "IBARBG", "NAVEND")  # employer bankrupt, end date set by NAV, changed by NAV
UTBETALT_ETTER_SLUTT = ("feriepenger", "sluttvederlag", "bonus")  # paid lawfully after the employment ended
