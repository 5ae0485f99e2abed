"""The codes of A-ordningen that synthetic income uses, as numbered lists: rows carry the number, frames the text."""

from __future__ import annotations

TYPER = ("Loennsinntekt", "Naeringsinntekt", "PensjonEllerTrygd", "YtelseFraOffentlige")
FORDELER = ("kontantytelse", "naturalytelse", "utgiftsgodtgjoerelse")
BESKRIVELSER = (
    "fastloenn",
    "timeloenn",
    "feriepenger",
    "trekkILoennForFerie",
    "fastTillegg",
    "uregelmessigeTilleggKnyttetTilArbeidetTid",
    "overtidsgodtgjoerelse",
    "bonus",
    "honorarAkkordProsentProvisjon",
    "annet",
    "elektroniskKommunikasjon",
    "bil",
    "kilometergodtgjoerelseBil",
    "sykepenger",
    "dagpengerVedArbeidsloeshet",
    "ufoeretrygd",
    "lottKunTrygdeavgift",
    "loennEtterDoedsfall",
    "loennTilPrivatpersonerForArbeidIHjemmet",
)
TILLEGG = ("Etterbetalingsperiode", "ETTERBETALINGSPERIODE", "SpesielleInntjeningsforhold")
SPESIELLE = (
    "loennVedKonkursEllerStatsgarantiOsv",
    "hyreTilMannskapPaaFiskeSmaahvalfangstOgSelfangstfartoey",
    "utenlandskeSjoefolkSomIkkeErSkattepliktig",
)
SKATTEREGLER = ("nettoloenn",)
AVVIK = ("MAGNET_EDAG-107B",)
AVVIKSTEKST = {"MAGNET_EDAG-107B": "Virksomheten er ikke en underenhet av den opplysningspliktige"}
ARBEIDSFORHOLD = ("ordinaertArbeidsforhold", "forenkletOppgjoersordning", "frilanserOppdragstakerHonorarPersonerMm")
AVLONNING = ("fastloenn", "timeloenn")
VARSLINGER = ("ERKONK", "IBARBG", "NAVEND")

B = {navn: nr for nr, navn in enumerate(BESKRIVELSER)}
LONN, NAERING, PENSJON, YTELSE = range(4)
KONTANT, NATURAL, UTGIFT = range(3)
FERIEKODER = (B["feriepenger"], B["trekkILoennForFerie"])
INGEN_DATO = -(2**31)  # no date, in columns of days since 1970
EVIG = 2**31 - 1  # an employment that has not ended
