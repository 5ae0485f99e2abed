"""The message `avstemmingsdata` of grensesnittavstemming: fields, order and codes.

Source: the XSD meldinger of avstemming-v1 in the public specifications of NAV (navikt/tjenestespesifikasjoner), and the
public page of those who send it (navikt/helved-utbetaling). What they leave open is a choice, and is named VALG.
"""

from __future__ import annotations

import re

from kjerne.utbetaling.format.meldingsform import FRITT, Felt, Form, kode, tekst

NAVNEROM = "http://nav.no/virksomhet/tjenester/avstemming/meldinger/v1"
ROT = f"{{{NAVNEROM}}}avstemmingsdata"  # what is inside has no namespace
START, DATA, SLUTT = "START", "DATA", "AVSL"
DETALJER_PER_MELDING = 70  # VALG: the XSD sets no limit; a message must fit the queue

_ANTALL = re.compile(r"\d{1,9}", re.ASCII)
_BELOP = re.compile(r"\d{1,13}\.\d{2}", re.ASCII)  # never a sign: fortegn has it
_NOKKEL = re.compile(r"\d{4}-\d\d-\d\d-\d\d\.\d\d\.\d\d\.\d{6}", re.ASCII)
_TIME = re.compile(r"\d{10}", re.ASCII)  # yyyyMMddHH
_FORTEGN = kode("T", "F")

FORM: Form = {
    "avstemmingsdata": (
        Felt("aksjon", "aksjon"),
        Felt("total", "total", 0),
        Felt("periode", "periode", 0),
        Felt("grunnlag", "grunnlag", 0),
        Felt("detalj", "detalj", 0, FRITT),
    ),
    "aksjon": (
        Felt("aksjonType", kode(START, DATA, SLUTT)),
        Felt("kildeType", kode("AVLEV")),
        Felt("avstemmingType", kode("GRSN")),
        Felt("avleverendeKomponentKode", tekst(8)),
        Felt("mottakendeKomponentKode", kode("OS")),
        Felt("underkomponentKode", tekst(8)),
        Felt("nokkelFom", _NOKKEL),
        Felt("nokkelTom", _NOKKEL),
        Felt("avleverendeAvstemmingId", tekst(30)),
        Felt("brukerId", tekst(8)),
    ),
    "total": (Felt("totalAntall", _ANTALL), Felt("totalBelop", _BELOP), Felt("fortegn", _FORTEGN)),
    "periode": (Felt("datoAvstemtFom", _TIME), Felt("datoAvstemtTom", _TIME)),
    "grunnlag": tuple(
        Felt(f"{utfall}{navn}", form)
        for utfall in ("godkjent", "varsel", "avvist", "mangler")
        for navn, form in (("Antall", _ANTALL), ("Belop", _BELOP), ("Fortegn", _FORTEGN))
    ),
    "detalj": (
        Felt("detaljType", kode("VARS", "AVVI", "MANG")),
        Felt("offnr", re.compile(r"\d{9}|\d{11}", re.ASCII)),
        Felt("avleverendeTransaksjonNokkel", tekst(30)),
        Felt("meldingKode", tekst(35), 0),
        Felt("alvorlighetsgrad", kode("04", "08", "12"), 0),
        Felt("tekstMelding", tekst(70), 0),  # VALG: the XSD sets no limit; cut, so that a long text never stops the day
        Felt("tidspunkt", _NOKKEL),
    ),
}
