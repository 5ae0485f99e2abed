import datetime as dt
import hashlib
import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
import sepaxml
import xmlschema
from betalinger import bunter, hode, kontroller, linje, skriv, to_grupper
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.utbetaling.banktegn import banktekst
from kjerne.utbetaling.betalingsfil import VERSJONER, Gruppe
from kjerne.utbetaling.pain001 import (
    MAKS_NAVN,
    MAKS_TEKST,
    UTEN_NAVN,
    Filsum,
    betalingsinfo_id,
    les_pain001,
    skriv_pain001,
)

SKJEMAER = Path(sepaxml.__file__).parent / "schemas"
VERSJON = pytest.mark.parametrize("versjon", sorted(VERSJONER))


@pytest.fixture(scope="module")
def skjema() -> dict[str, etree.XMLSchema]:
    return {v: etree.XMLSchema(file=str(SKJEMAER / f"{v}.xsd")) for v in VERSJONER}


def test_summene_er_bytenes(tmp_path):
    linjer = to_grupper()
    data, summer = skriv(linjer)
    assert summer == Filsum(7, sum(b.belop_ore for b in linjer), hashlib.sha256(data).hexdigest())
    assert kontroller(tmp_path, data) == summer


@VERSJON
def test_gyldig_etter_skjemaet(versjon, skjema):
    data, _ = skriv(to_grupper(), versjon=versjon)
    skjema[versjon].assertValid(etree.fromstring(data))
    xmlschema.XMLSchema(SKJEMAER / f"{versjon}.xsd").validate(io.BytesIO(data))


def test_forskjellen_paa_versjonene():
    gammel, ny = (skriv(to_grupper(), versjon=v)[0].decode() for v in sorted(VERSJONER))
    assert "<ReqdExctnDt>2020-06-03</ReqdExctnDt>" in gammel and "<BIC>DNBANOKK</BIC>" in gammel
    assert "<ReqdExctnDt><Dt>2020-06-03</Dt></ReqdExctnDt>" in ny and "<BICFI>DNBANOKK</BICFI>" in ny
    assert gammel.replace("001.03", "001.09").replace("BIC>", "BICFI>") == ny.replace("<Dt>", "").replace("</Dt>", "")


def test_samme_bunt_gir_samme_bytes():
    assert skriv(to_grupper()) == skriv(to_grupper())


def test_norske_felt():
    rot = etree.fromstring(skriv(to_grupper())[0])
    for konto in ("DbtrAcct", "CdtrAcct"):
        andre = rot.find(f".//{{*}}{konto}/{{*}}Id/{{*}}Othr")
        assert [e.text for e in andre.iter("{*}Id", "{*}Cd")][1:] == ["BBAN"]
    assert rot.find(".//{*}IBAN") is None
    assert {e.text for e in rot.iter("{*}ChrgBr")} == {"SHAR"}
    assert {e.get("Ccy") for e in rot.iter("{*}InstdAmt")} == {"NOK"}
    assert rot.findtext(".//{*}CtgyPurp/{*}Cd") == "GOVT"
    assert rot.findtext(".//{*}CreDtTm") == "2020-06-02T08:30:00+02:00"
    for betaling in rot.iter("{*}CdtTrfTxInf"):
        kid, tekst = betaling.findtext(".//{*}Ref"), betaling.findtext(".//{*}Ustrd")
        assert bool(kid) != bool(tekst)
        if kid:
            assert betaling.findtext(".//{*}CdtrRefInf/{*}Tp/{*}CdOrPrtry/{*}Cd") == "SCOR"


@pytest.mark.parametrize(
    ("ore", "tekst"), [(1, "0.01"), (99, "0.99"), (100, "1.00"), (29, "0.29"), (10**13 - 1, f"{'9' * 11}.99")]
)
def test_belop_uten_flyttall(ore, tekst):
    assert f'<InstdAmt Ccy="NOK">{tekst}</InstdAmt>'.encode() in skriv([linje(belop_ore=ore)])[0]


@given(bunter(), st.sampled_from(sorted(VERSJONER)))
@settings(max_examples=80, deadline=None)
def test_summene_stemmer_paa_tre_nivaaer(skjema, tmp_path_factory, linjer, versjon):
    data, summer = skriv(linjer, versjon=versjon)
    rot = etree.fromstring(data)
    skjema[versjon].assertValid(rot)
    assert kontroller(tmp_path_factory.getbasetemp(), data) == summer

    def ore(element):  # independent: Decimal-free, by removing the point
        return int(re.fullmatch(r"\d+\.\d\d", element.text)[0].replace(".", ""))

    grupper = list(rot.iter("{*}PmtInf"))
    for gruppe in grupper:
        belop = [ore(e) for e in gruppe.iter("{*}InstdAmt")]
        assert (len(belop), sum(belop)) == (int(gruppe.findtext("{*}NbOfTxs")), ore(gruppe.find("{*}CtrlSum")))
    hodet = rot.find(".//{*}GrpHdr")
    assert ore(hodet.find("{*}CtrlSum")) == sum(ore(g.find("{*}CtrlSum")) for g in grupper) == summer.sum_ore
    assert int(hodet.findtext("{*}NbOfTxs")) == sum(int(g.findtext("{*}NbOfTxs")) for g in grupper) == len(linjer)

    # read back: the same lines, with the spelling of the bank
    lest, tilbake = les_pain001(io.BytesIO(data))
    assert [
        b._replace(
            navn=banktekst(b.navn, MAKS_NAVN) or UTEN_NAVN,
            tekst=b.tekst and (banktekst(b.tekst, MAKS_TEKST) or "?"),
            gruppe=betalingsinfo_id(lest.melding_id, b.gruppe),
        )
        for b in linjer
    ] == list(tilbake)


@VERSJON
def test_hodet_leses_tilbake(versjon):
    linjer = to_grupper()
    ventet = hode(linjer, versjon=versjon, formaal="SALA", grupper=())
    assert les_pain001(io.BytesIO(skriv(linjer, versjon=versjon, formaal="SALA")[0]))[0] == ventet


# --- what must never become a file -----------------------------------------------------------------------------------

FEIL = {
    "beløp 0": [linje(belop_ore=0)],
    "negativt": [linje(1), linje(belop_ore=-1)],
    "flyttall": [linje(belop_ore=1.0)],
    "bool": [linje(belop_ore=True)],
    "for stort": [linje(belop_ore=10**13)],
    "kort konto": [linje(konto="1234567890")],
    "konto 0000": [linje(konto="00001234567")],
    "arabiske siffer": [linje(konto="١٢٣٤٥٦٧٨٩٠٣")],
    "uten id": [linje(ende_til_ende_id="")],
    "lang id": [linje(ende_til_ende_id="a" * 36)],
    "XML i id": [linje(ende_til_ende_id="a<b")],
    "linjeskift i id": [linje(ende_til_ende_id="a\n")],
    "KID og tekst": [linje(kid="2345676")],
    "verken KID eller tekst": [linje(tekst="")],
    "KID med bokstav": [linje(tekst="", kid="23456X")],
    "lang KID": [linje(tekst="", kid="1" * 26)],
    "lang tekst": [linje(tekst="a" * 141)],
    "gruppe som kommer igjen": [linje(1), linje(2, gruppe="b"), linje(3)],
    "ingen linjer": [],
}


@pytest.mark.parametrize("linjer", FEIL.values(), ids=FEIL)
def test_feil_i_linjene_stanser_filen(linjer):
    with pytest.raises(Ordningsfeil) as feil:
        skriv(linjer)
    for b in linjer:  # nothing about the person in the message
        assert b.navn not in str(feil.value)
        assert not b.konto or b.konto not in str(feil.value)


@pytest.mark.parametrize(
    "felt",
    [
        {"melding_id": ""}, {"melding_id": "x" * 36}, {"melding_id": "/x"}, {"melding_id": "a//b"},
        {"versjon": "pain.001.001.02"},
        {"opprettet": dt.datetime(2020, 6, 2, 8)}, {"avsender_navn": " "}, {"avsender_orgnr": "88964078"},
        {"bank_avtale": "å"},
        {"debitor_konto": "1"}, {"debitor_bic": "DNB"}, {"formaal": "xx"}, {"antall": 6}, {"sum_ore": 1},
        {"grupper": (Gruppe("person", 4, 1028), Gruppe("person", 3, 1821))},
    ],
    ids=str,
)  # fmt: skip
def test_feil_i_hodet_stanser_filen(felt):
    ut = io.BytesIO()
    with pytest.raises(Ordningsfeil):
        skriv_pain001(hode(to_grupper(), **felt), to_grupper(), ut)
    assert ut.getvalue() == b""


def test_linjer_som_ikke_er_bunten_stanser_filen():
    """The head is right and approved; the stream of lines is not what was approved."""
    godkjent = to_grupper()
    h = hode(godkjent)
    flyttet = [godkjent[0]._replace(belop_ore=108), godkjent[1]._replace(belop_ore=206), *godkjent[2:]]
    mer = [godkjent[0]._replace(belop_ore=108), *godkjent[1:]]
    avvik = {
        "mangler én": godkjent[1:], "én to ganger": godkjent[:1] + godkjent, "ett øre mer": mer,
        "en gruppe mangler": godkjent[:4], "ukjent gruppe": [*godkjent, linje(9, gruppe="annen")], "ingen": [],
        "flyttet til annen gruppe": [*mer[:-1], mer[-1]._replace(belop_ore=706)],
    }  # fmt: skip
    for navn, linjer in avvik.items():
        with pytest.raises(Ordningsfeil):
            skriv_pain001(h, linjer, io.BytesIO())
            pytest.fail(navn)
    # an øre moved within a group leaves every sum alone: only the bytes tell
    assert skriv_pain001(h, flyttet, io.BytesIO()).sha256 != skriv(godkjent)[1].sha256


@given(st.text(alphabet=st.characters(codec=None), max_size=200))
def test_intet_navn_velter_filen(navn):
    data, _ = skriv([linje(navn=navn)])
    lest = next(les_pain001(io.BytesIO(data))[1])
    assert lest.navn == (banktekst(navn, MAKS_NAVN) or UTEN_NAVN)


def test_betalingsinfo_id():
    ider = {
        betalingsinfo_id(m, g)
        for m in ("m1", "m2")
        for g in ("person", "arbeidsgiver", "arbeidsgiver i stor", "ŋ 😀", "")
    }
    assert len(ider) == 10 and all(re.fullmatch(r"[A-Za-z0-9-]{1,35}", i) for i in ider)
    assert betalingsinfo_id("m1", "person").startswith("person-")


STOR = """
import resource, sys
from pathlib import Path
sys.path[:0] = sys.argv[3:]
from betalinger import hode, linje
from kjerne.utbetaling.pain001 import Gruppe, kontroller_fil, les_pain001, skriv_pain001
n, sti = int(sys.argv[1]), Path(sys.argv[2])
sum_ore = sum(range(1, n + 1))
h = hode([linje()], antall=n, sum_ore=sum_ore, grupper=(Gruppe("person", n, sum_ore),))
with sti.open("wb") as fil:
    skrevet = skriv_pain001(h, (linje(nr, belop_ore=nr) for nr in range(1, n + 1)), fil)
assert kontroller_fil(sti) == skrevet
with sti.open("rb") as fil:
    assert sum(b.belop_ore for b in les_pain001(fil)[1]) == sum_ore
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_minnet_vokser_ikke_med_filen(tmp_path):
    """Written, checked and read back in processes of their own: lxml's memory is not Python's, so only RSS tells."""

    def topp(n: int) -> int:  # kB
        kommando = [sys.executable, "-c", STOR, str(n), str(tmp_path / "stor.xml"), *sys.path]
        return int(subprocess.run(kommando, check=True, capture_output=True, text=True).stdout)

    liten = topp(200)
    assert topp(20_000) < liten + 5_000
    assert (tmp_path / "stor.xml").stat().st_size > 6_000_000
