"""Oppdrag, its answers and grensesnittavstemming against the receiver's own schemas (skjema/README.md), by two validators.

Not only what we happen to write: whatever our tables let through, the receiver's schema must take."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import xmlschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from oppdragsfiler import PERSON, TID, alle_slag, skriv

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.syntetisk.oppdragssystem import svar_paa
from kjerne.utbetaling.format import avstemmingsform, oppdragsform
from kjerne.utbetaling.format.avstemming import ETTER_ALVORLIGHETSGRAD, Avstemmingshode, Avstemmingspost, skriv_avstemming
from kjerne.utbetaling.format.meldingsform import FRITT, Felt, Form, bygg
from kjerne.utbetaling.format.oppdrag import nokkel
from kjerne.utbetaling.kvittering.oppdragskvittering import Oppdragskvitteringer
from kjerne.utbetaling.kvittering.post import LINJE

SKJEMA, PROEVER = Path(__file__).parent / "skjema", Path(__file__).parent / "proever"
OPPDRAG, AVSTEMMING = "oppdragskjema-1", "avstemming-meldinger"
TEGN = st.characters(exclude_categories=["Cs", "Cc", "Cn"])
DAGER = st.dates(dt.date(1900, 1, 1), dt.date(2999, 12, 31)).map(str)
NOKLER = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2099, 1, 1)).map(lambda t: t.strftime("%Y-%m-%d-%H.%M.%S.%f"))


@cache
def skjema(navn: str) -> tuple[etree.XMLSchema, xmlschema.XMLSchema]:
    return etree.XMLSchema(file=str(SKJEMA / f"{navn}.xsd")), xmlschema.XMLSchema(SKJEMA / f"{navn}.xsd")


def krev_gyldig(melding: bytes, navn: str) -> None:
    en, to = skjema(navn)
    en.assertValid(etree.fromstring(melding))
    to.validate(io.BytesIO(melding))


def test_skjemaene_er_uendret():
    fasit = dict(re.findall(r"^\| (\S+) \|.*\| ([0-9a-f]{64}) \|$", (SKJEMA / "README.md").read_text(), re.M))
    assert fasit == {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in SKJEMA.iterdir() if f.name != "README.md"}


def test_alle_slag_oppdrag_er_gyldige():
    for melding in skriv(alle_slag())[0].splitlines():
        krev_gyldig(melding, OPPDRAG)


BYTTER = {
    "beløp": ("<sats>100.00<", "<sats>100,00<"),
    "kode": ("<typeSats>MND<", "<typeSats>MANED<"),
    "to ganger": ("<delytelseId>SAK1#1</delytelseId>", "<delytelseId/><delytelseId/>"),
    "fradrag": ("<fradragTillegg>T<", "<fradragTillegg>X<"),
}


@pytest.mark.parametrize("bytt", BYTTER.values(), ids=BYTTER)
def test_skjemaet_nekter_noe(bytt):
    """Otherwise it proves nothing."""
    melding = skriv(alle_slag())[0].splitlines()[0]
    assert bytt[0].encode() in melding
    with pytest.raises((etree.DocumentInvalid, xmlschema.XMLSchemaValidationError)):
        krev_gyldig(melding.replace(*(b.encode() for b in bytt)), OPPDRAG)


def verdier(felt: Felt) -> st.SearchStrategy[str]:
    """Values that the form of a field lets through, the dull and the strange."""
    assert isinstance(felt.form, re.Pattern)
    lengder = [n for n in range(1, 100) if felt.form.fullmatch("ø" * n)]
    if lengder:  # free text; the longest is tried on its own
        kandidater = st.text(TEGN, min_size=lengder[0], max_size=lengder[-1]) | st.just("ø" * lengder[-1])
    elif felt.form.fullmatch("2020-06-01"):
        kandidater = DAGER
    elif felt.form.fullmatch("2020-06-01-00.00.00.000000"):
        kandidater = NOKLER
    else:
        kandidater = st.from_regex(felt.form, fullmatch=True)
    return kandidater.filter(lambda v: felt.form.fullmatch(v) is not None)  # type: ignore[union-attr]


def blokker(navn: str, form: Form) -> st.SearchStrategy[dict[str, Any]]:
    """A block, with the least and most of each field that the table allows."""
    def felt(f: Felt) -> st.SearchStrategy[Any]:
        en = blokker(f.form, form) if isinstance(f.form, str) else verdier(f)
        flere = st.lists(en, min_size=f.minst, max_size=3 if f.hoyst == FRITT else f.hoyst) if f.hoyst > 1 else en
        return flere if f.minst else st.none() | flere

    return st.fixed_dictionaries({f.navn: felt(f) for f in form[navn]})


def uventet(hva: str, hvor: str) -> Ordningsfeil:
    raise AssertionError(f"{hva} {hvor}")


def krev_tatt(rot: str, blokk: str, felt: dict[str, Any], form: Form, navn: str) -> None:
    """What the table builds of these fields, the receiver's schema takes."""
    melding = etree.Element(rot)
    melding.extend(bygg(blokk, blokk, felt, form, uventet))
    krev_gyldig(etree.tostring(melding, encoding="UTF-8"), navn)


ALT = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


@given(blokker("oppdrag", oppdragsform.FORM))
@ALT
def test_alt_tabellen_slipper_gjennom_tar_mottakeren_oppdrag(felt):
    krev_tatt(oppdragsform.ROT, "oppdrag", felt, oppdragsform.FORM, OPPDRAG)


@given(blokker("avstemmingsdata", avstemmingsform.FORM))
@ALT
def test_alt_tabellen_slipper_gjennom_tar_mottakeren_avstemming(felt):
    krev_tatt(avstemmingsform.ROT, "avstemmingsdata", felt, avstemmingsform.FORM, AVSTEMMING)


def test_avstemmingen_er_gyldig():
    hode = Avstemmingshode("ORDNING", "PROVE", TID - dt.timedelta(hours=6), TID + dt.timedelta(hours=6))
    poster = [Avstemmingspost(PERSON, nokkel(TID), TID, n * 100 - 300, g, "B110008F" if g else "", "Noe å si «om» <det>")
              for n, g in enumerate(sorted(ETTER_ALVORLIGHETSGRAD) * 40)]  # fmt: skip
    ut = io.BytesIO()
    skriv_avstemming(hode, poster, ut)
    assert len(meldinger := ut.getvalue().splitlines()) > 4
    for melding in meldinger:
        krev_gyldig(melding, AVSTEMMING)


def test_det_syntetiske_oppdragssystemet_svarer_som_det_ekte(tmp_path):
    (tmp_path / "sendt").write_bytes(skriv(alle_slag())[0])
    antall = svar_paa(tmp_path / "sendt", tmp_path / "svar", svar={"SAK2": ("04", "B110099W", "Et varsel"), "SAK3": ("08", "B110008F", "")})
    assert antall == {"00": 2, "04": 1, "08": 1}
    for melding in (tmp_path / "svar").read_bytes().splitlines():
        krev_gyldig(melding, OPPDRAG)


@pytest.mark.parametrize(("fil", "grad", "kode", "tekst", "nokkelen"), [
    ("08_oppdrag_kvittering_00.xml", "00", "", "", "2019-12-16-08.57.55.694995"),
    ("09_oppdrag_kvittering_08.xml", "08", "B110008F", "Oppdraget finnes fra før", "2019-12-13-12.43.46.821920"),
])  # fmt: skip
def test_ekte_kvitteringer(fil, grad, kode, tekst, nokkelen):
    """As NAV's own sender got them: what a person reads in the file is what is read from it."""
    melding = (PROEVER / fil).read_bytes()
    krev_gyldig(melding, OPPDRAG)
    lesning = Oppdragskvitteringer([melding])
    (svar,) = lesning
    assert (svar.status, svar.grunn, svar.tekst, svar.nivaa) == (grad, kode, tekst, LINJE)
    assert (svar.gruppe, svar.ende_til_ende_id) == ("YmQOzvlBEe2+VgJCrBIAAg==", "YmQOzvlBEe2+VgJCrBIAAg==#1")
    assert svar.bunt_ref == nokkelen and not lesning.avvik
