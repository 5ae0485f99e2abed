"""The codes of A-ordningen and Aa-registeret that we know, and when they may be used. The lists change every year: an
unknown code is kept, counted and flagged, never dropped and never a reason to refuse.

Sources: Skatteetaten, docs/api/inntekt.md (the list "gyldig fra og med | gyldig til"; the month of "gyldig til" is
taken as the last one, since the source does not say), and the enumerations of navikt/dp-inntekt (both public).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

INNTEKT_TYPE = ("Loennsinntekt", "Naeringsinntekt", "PensjonEllerTrygd", "YtelseFraOffentlige")
YTELSER = ("YtelseFraOffentlige", "PensjonEllerTrygd")
FRA_V1 = {
    "LOENNSINNTEKT": "Loennsinntekt",
    "NAERINGSINNTEKT": "Naeringsinntekt",
    "PENSJON_ELLER_TRYGD": "PensjonEllerTrygd",
    "YTELSE_FRA_OFFENTLIGE": "YtelseFraOffentlige",
}
FORDEL = ("kontantytelse", "naturalytelse", "utgiftsgodtgjoerelse")

# (first month, last month, codes); None: open, or not known. 2013-01 is where A-ordningen begins, and is not written.
_LOENN = (
    (None, None, """
        aksjerGrunnfondsbevisTilUnderkurs annet arbeidsoppholdKost arbeidsoppholdLosji beregnetSkatt
        besoeksreiserHjemmetAnnet besoeksreiserHjemmetKilometergodtgjoerelseBil besoeksreiserHjemmetKost bil bolig bonus
        elektroniskKommunikasjon fastBilgodtgjoerelse fastloenn fastTillegg feriepenger flyttegodtgjoerelse
        fondForIdrettsutoevere friTransport godtgjoerelseSaeravtaleUtland helligdagstillegg hyretillegg
        kilometergodtgjoerelseAndreFremkomstmidler kilometergodtgjoerelseBil kilometergodtgjoerelsePassasjertillegg
        kommunalOmsorgsloennOgFosterhjemsgodtgjoerelse kompensasjonstilleggBolig kostbesparelseIHjemmet kostDager
        kostDoegn losji opsjoner overtidsgodtgjoerelse reiseAnnet reiseKost
        reiseKostMedOvernattingPaaHotellBeordringUtover28Doegn reiseKostUtenOvernatting reiseLosji reiseNattillegg
        rentefordelLaan skattefriErstatning skattepliktigDelForsikringer sluttvederlag smusstillegg stipend
        styrehonorarOgGodtgjoerelseVerv timeloenn uregelmessigeTilleggKnyttetTilArbeidetTid
        uregelmessigeTilleggKnyttetTilIkkeArbeidetTid loennTilVergeFraStatsforvalteren"""),
    ("2014-01", None, """
        bonusFraForsvaret ikkeSkattepliktigLoennFraUtenlandskDiplomKonsulStasjon kapitalInntekt loennEtterDoedsfall
        loennForBarnepassIBarnetsHjem loennTilPrivatpersonerForArbeidIHjemmet
        loennUtbetaltAvVeldedigEllerAllmennyttigInstitusjonEllerOrganisasjon loennUtenlandskArtist
        losjiEgenBrakkeCampingvogn reiseKostMedOvernattingPaaHotell reiseKostMedOvernattingPaaHybelBrakkePrivat
        reiseKostMedOvernattingPaaPensjonat reiseKostMedOvernattingTilLangtransportsjaafoerForKjoeringIUtlandet
        skattefrieUtbetalinger"""),
    ("2016-01", None, """
        innbetalingTilUtenlandskPensjonsordning loennTilVergeFraFylkesmannen trekkILoennForFerie
        yrkebilTjenestligbehovKilometer yrkebilTjenestligbehovListepris"""),
    ("2017-01", None, "betaltUtenlandskSkatt"),
    ("2018-01", None, "honorarAkkordProsentProvisjon"),
    ("2019-01", None, "skattepliktigPersonalrabatt tips"),
    ("2023-01", None, """
        reiseKostMedOvernattingPaaHybelMedKokEllerPrivat
        reiseKostMedOvernattingPaaHybelUtenKokEllerPensjonatEllerBrakke"""),
    (None, "2016-01", "administrativForpleining"),
    (None, "2019-01", "bedriftsbarnehageplass kilometergodtgjoerelseElBil overtidsmat tilskuddBarnehageplass"),
)  # fmt: skip
# Sickness, care and holiday benefits: Skatteetaten's list says 2024-01 for many that dp-inntekt read in 2020, so the
# first month is left open for them.
_YTELSE = (
    (None, None, """
        arbeidsavklaringspenger dagpengerTilFisker dagpengerTilFiskerSomBareHarHyre dagpengerVedArbeidsloeshet
        feriepengerForeldrepenger feriepengerOmsorgspenger feriepengerOpplaeringspenger feriepengerPleiepenger
        feriepengerSvangerskapspenger feriepengerSykepenger feriepengerSykepengerTilFiskerSomBareHarHyre
        ferietilleggDagpengerTilFiskerSomBareHarHyre ferietilleggDagpengerVedArbeidsloeshet foreldrepenger omsorgspenger
        omsorgspengerTilFiskerSomBareHarHyre opplaeringspenger opplaeringspengerTilFiskerSomBareHarHyre
        overgangsstoenadTilEnsligMorEllerFar pleiepenger pleiepengerTilFiskerSomBareHarHyre svangerskapspenger
        sykepenger sykepengerTilFiskerSomBareHarHyre venteloenn"""),
    ("2014-01", None, "overgangsstoenadTilEnsligMorEllerFarSomBegynteAaLoepe1April2014EllerSenere"),
    ("2015-01", None, "ektefelletilleggUfoeretrygd ufoeretrygd"),
    ("2016-01", None, "ufoereytelseEtteroppgjoer"),
    ("2024-01", None, "omstillingsstoenad"),
    (None, "2016-01", "skattefrieTilleggsstoenader skattefriStoenadTilBarnetilsyn"),
    (None, "2017-01", "underholdsbidragTilBarn"),
)  # fmt: skip
_PENSJON = (
    (None, None, """
        alderspensjon annet avtalefestetPensjon barnepensjon barnepensjonFraAndreEnnFolketrygden bil bolig
        ektefelletillegg elektroniskKommunikasjon etterlattepensjon etterloennOgEtterpensjon foederaad
        introduksjonsstoenad krigspensjon kvalifiseringstoenad nyAvtalefestetPensjonPrivatSektor
        nyeLivrenterIArbeidsforholdOgLivrenterFortsettelsesforsikringer pensjonIDoedsmaaneden
        pensjonOgLivrenterIArbeidsforhold rentefordelLaan supplerendeStoenadTilPersonKortBotidNorge ufoerepensjon
        ufoerepensjonFraAndreEnnFolketrygden"""),
    ("2014-01", None, "overgangsstoenadTilGjenlevendeEktefelle"),
    ("2014-01", "2019-01", "overgangsstoenadTilEnsligMorEllerFarSomBegynteAaLoepe31Mars2014EllerTidligere"),
    ("2015-01", None, """
        engangsutbetalingInnskuddspensjon ipaEllerIpsBarnepensjon ipaEllerIpsEngangsutbetaling
        ipaEllerIpsPeriodiskeYtelser ipaEllerIpsUfoerepensjon ufoereytelseEtteroppgjoerFraAndreEnnFolketrygden"""),
    ("2017-01", None, "etterloenn"),
    ("2019-01", None, "slitertillegg"),
    ("2022-08", None, "alderspensjonSkjermingstillegg"),
    ("2024-01", None, "barnepensjonFra2024 barnepensjonFraAndreEnnFolketrygdenFra2024 ipaEllerIpsBarnepensjonFra2024"),
    (None, "2020-01", "underholdsbidragTilTidligereEktefelle"),
)  # fmt: skip
_NAERING = (
    (None, None, """
        dagpengerTilFisker dagpengerVedArbeidsloeshet foreldrepenger omsorgspenger opplaeringspenger pleiepenger
        svangerskapspenger sykepenger sykepengerTilDagmamma sykepengerTilFisker sykepengerTilJordOgSkogbrukere
        vederlag"""),
    ("2014-01", None, "vederlagDagmammaIEgetHjem"),
    ("2016-01", None, "lottKunTrygdeavgift"),
    (None, "2018-01", "annet"),
)  # fmt: skip

Gyldighet = tuple[dt.date | None, dt.date | None]  # the first day of the first and of the last month; None: open


def _lest(liste: tuple) -> Iterator[tuple[str, Gyldighet]]:
    for fra, til, koder in liste:
        gyldig = tuple(dt.date.fromisoformat(f"{m}-01") if m else None for m in (fra, til))
        yield from ((kode, gyldig) for kode in koder.split())


def _samlet() -> dict[str, Gyldighet]:
    """Each code once, with the widest of its periods: some are used for several types of income."""
    ut: dict[str, Gyldighet] = {}
    for kode, (fra, til) in (k for liste in (_LOENN, _YTELSE, _PENSJON, _NAERING) for k in _lest(liste)):
        kjent = ut.get(kode, (fra, til))
        ut[kode] = (
            None if None in (fra, kjent[0]) else min(fra, kjent[0]),
            None if None in (til, kjent[1]) else max(til, kjent[1]),
        )
    return ut


BESKRIVELSE = _samlet()
FERIE = ("feriepenger", "trekkILoennForFerie")
UTBETALT_ETTER_SLUTT = ("feriepenger", "sluttvederlag", "bonus")  # paid lawfully after the employment ended

SPESIELLE_FORHOLD = (
    "hyreTilMannskapPaaFiskeSmaahvalfangstOgSelfangstfartoey",
    "loennOgAnnenGodtgjoerelseSomIkkeErSkattepliktig",
    "loennUtbetaltFraDenNorskeStatOpptjentIUtlandet",
    "loennVedArbeidsmarkedstiltak",
    "loennVedKonkursEllerStatsgarantiOsv",
    "skattefriArbeidsinntektBarnUnderTrettenAar",
    "statsansattUtlandet",
    "utenlandskeSjoefolkSomIkkeErSkattepliktig",
)
ARBEIDSFORHOLD_TYPE = (
    "ordinaertArbeidsforhold", "maritimtArbeidsforhold", "forenkletOppgjoersordning", "frilanserOppdragstakerHonorarPersonerMm",
    "pensjonOgAndreTyperYtelserUtenAnsettelsesforhold",
)  # fmt: skip
PERMITTERING_ART = ("permisjon", "permittering")
STENGT_AV_NAV = ("ERKONK", "IBARBG", "NAVEND")  # employer bankrupt, end date set by NAV, changed by NAV
