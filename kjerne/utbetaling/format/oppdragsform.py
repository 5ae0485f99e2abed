"""The message `oppdrag` as Oppdragssystemet takes it: fields, order, lengths and codes.

Source: the XSD oppdragskjema-1 in the public specifications of NAV (navikt/tjenestespesifikasjoner), and the public
documentation of those who send it (navikt/helved-utbetaling). A field of the XSD that we never send is not in the table,
and a file with it is refused: it is not ours. What the sources leave open is a choice, and is named VALG below.
"""

from __future__ import annotations

import re

from kjerne.utbetaling.format.meldingsform import DATO, FRITT, Felt, Form, kode, tekst

NAVNEROM = "http://www.trygdeetaten.no/skjema/oppdrag"
ROT = f"{{{NAVNEROM}}}oppdrag"  # what is inside has no namespace
MOTTAKER = "OS"

BETAL, SIMULER = "1", "3"
FREKVENSER = ("DAG", "UKE", "14DG", "MND", "ENG")
SATSTYPER = ("DAG", "UKE", "14DB", "MND", "AAR", "ENG", "AKTO")
HELE = ("ENG", "AKTO")  # sums, not rates: a period of these is never cut

MAKS_DAGER = 1_100  # of one line; about what those who send today allow
MAKS_FAGSYSTEM = 25  # VALG: the XSD has 30; five are kept for «#» and the number of the line in delytelseId
FODT = "2000-01-01"  # VALG: datoOppdragGjelderFom, a fixed day long ago as others send it
ENHET_FRA = "1900-01-01"  # VALG: likewise for the unit

_PERSON_ELLER_ORG = re.compile(r"\d{9}|\d{11}", re.ASCII)
_SATS = re.compile(r"\d{1,11}\.\d{2}", re.ASCII)  # thirteen digits, two of them øre; never a sign: fradragTillegg has it
_NOKKEL = re.compile(r"\d{4}-\d\d-\d\d-\d\d\.\d\d\.\d\d\.\d{6}", re.ASCII)
_BRUKER = re.compile(r"[A-Za-z0-9ÆØÅæøå_-]{1,8}")

FORM: Form = {
    "oppdrag": (Felt("oppdrag-110", "oppdrag-110"),),
    "oppdrag-110": (
        Felt("kodeAksjon", kode(BETAL, SIMULER)),
        Felt("kodeEndring", kode("NY", "ENDR")),  # UEND is only for answers
        Felt("kodeFagomraade", tekst(8)),
        Felt("fagsystemId", tekst(30)),
        Felt("utbetFrekvens", kode(*FREKVENSER)),
        Felt("oppdragGjelderId", _PERSON_ELLER_ORG),
        Felt("datoOppdragGjelderFom", DATO),
        Felt("saksbehId", _BRUKER),
        Felt("avstemming-115", "avstemming-115"),
        Felt("oppdrags-enhet-120", "oppdrags-enhet-120", 1, 2),
        Felt("oppdrags-linje-150", "oppdrags-linje-150", 1, FRITT),
    ),
    "avstemming-115": (
        Felt("kodeKomponent", tekst(8)),
        Felt("nokkelAvstemming", _NOKKEL),  # the same form as nokkelFom and nokkelTom in avstemming, or OS finds nothing
        Felt("tidspktMelding", _NOKKEL),
    ),
    "oppdrags-enhet-120": (
        Felt("typeEnhet", kode("BOS", "BEH")),
        Felt("enhet", tekst(13, 4)),
        Felt("datoEnhetFom", DATO),
    ),
    "oppdrags-linje-150": (
        Felt("kodeEndringLinje", kode("NY", "ENDR")),
        Felt("kodeStatusLinje", kode("OPPH"), 0),  # VALG: HVIL, SPER and REAK exist, but are never sent
        Felt("datoStatusFom", DATO, 0),
        Felt("vedtakId", tekst(10)),
        Felt("delytelseId", tekst(30)),
        Felt("kodeKlassifik", tekst(50)),
        Felt("datoVedtakFom", DATO),
        Felt("datoVedtakTom", DATO),
        Felt("sats", _SATS),
        Felt("fradragTillegg", kode("T", "F")),
        Felt("typeSats", kode(*SATSTYPER)),
        Felt("kid", re.compile(r"\d{1,25}[\d-]", re.ASCII), 0),
        Felt("brukKjoreplan", kode("J", "N")),
        Felt("saksbehId", _BRUKER),
        Felt("utbetalesTilId", _PERSON_ELLER_ORG),
        Felt("henvisning", tekst(30), 0),
        Felt("refFagsystemId", tekst(30), 0),
        Felt("refDelytelseId", tekst(30), 0),
        Felt("refusjonsinfo-156", "refusjonsinfo-156", 0),
        Felt("grad-170", "grad-170", 0),
        Felt("attestant-180", "attestant-180"),
    ),
    "refusjonsinfo-156": (Felt("maksDato", DATO, 0), Felt("refunderesId", _PERSON_ELLER_ORG), Felt("datoFom", DATO)),
    "grad-170": (Felt("typeGrad", tekst(4)), Felt("grad", re.compile(r"\d{1,3}", re.ASCII))),
    "attestant-180": (Felt("attestantId", _BRUKER),),
}
