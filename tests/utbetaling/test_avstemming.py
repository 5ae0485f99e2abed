"""Grensesnittavstemming: what was sent and what was answered, written, added up and read back."""

import datetime as dt
import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from oppdragsfiler import PERSON, TID, oppdrag
from oppdragsfiler import skriv as skriv_oppdragene

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.utbetaling.format.avstemming import ETTER_ALVORLIGHETSGRAD, Avstemmingshode, Avstemmingspost, avstemming_id, skriv_avstemming
from kjerne.utbetaling.format.avstemming_les import les_avstemming
from kjerne.utbetaling.format.oppdrag import nokkel

FRA, TIL = dt.datetime(2020, 6, 1, 22, tzinfo=dt.UTC), dt.datetime(2020, 6, 2, 21, 59, 59, 999999, tzinfo=dt.UTC)
DAGEN = Avstemmingshode("ORDNING", "PROVE", FRA, TIL)  # a whole Norwegian day


def post(grad: str = "00", kroner: int = 100, **felt) -> Avstemmingspost:
    return Avstemmingspost(PERSON, nokkel(TID), TID, kroner * 100, grad, **felt)


def skriv(poster, hode=DAGEN):
    ut = io.BytesIO()
    return skriv_avstemming(hode, poster, ut), ut.getvalue()


BLANDET = [
    post(), post("04", 20, kode="B110099W", tekst="Et\x00varsel " * 20), post("08", 3, kode="BB50020F"), post("12", 5),
    post("", 700), post("00", -50),
]  # fmt: skip


def test_meldingene():
    sum_, data = skriv(BLANDET)
    meldinger = [etree.fromstring(m) for m in data.splitlines()]
    assert [m.findtext("aksjon/aksjonType") for m in meldinger] == ["START", "DATA", "AVSL"]
    assert len({m.findtext("aksjon/avleverendeAvstemmingId") for m in meldinger}) == 1
    assert [len(m) for m in meldinger] == [1, 1 + 3 + 4, 1]
    inn = meldinger[1]
    assert [e.text for e in inn.find("total")] == ["6", "778.00", "T"]
    assert [e.text for e in inn.find("periode")] == ["2020060200", "2020060223"]
    assert [e.text for e in inn.find("grunnlag")] == ["2", "50.00", "T", "1", "20.00", "T", "2", "8.00", "T", "1", "700.00", "T"]
    assert [e.findtext("detaljType") for e in inn.findall("detalj")] == ["VARS", "AVVI", "AVVI", "MANG"]
    assert (sum_.antall, sum_.sum_ore) == (6, 778_00)


def test_nokkelen_er_den_samme_som_i_oppdraget():
    """The receiver selects by it; another form finds nothing."""
    sendt = etree.fromstring(skriv_oppdragene([oppdrag()])[0]).findtext(".//nokkelAvstemming")
    lest = les_avstemming(io.BytesIO(skriv([post()])[1]))
    assert lest.nokkel_fom <= sendt <= lest.nokkel_tom
    assert (lest.nokkel_fom, lest.nokkel_tom) == ("2020-06-02-00.00.00.000000", "2020-06-02-23.59.59.999999")


def test_id_er_den_samme_for_samme_dag_og_en_annen_for_en_annen():
    assert avstemming_id(DAGEN) == avstemming_id(Avstemmingshode(*(getattr(DAGEN, f) for f in DAGEN.__slots__)))
    annen = Avstemmingshode("ORDNING", "PROVE2", DAGEN.fom, DAGEN.tom)
    assert avstemming_id(annen) != avstemming_id(DAGEN) and len(avstemming_id(DAGEN)) == 22


def test_ingenting_aa_avstemme_er_ogsaa_en_avstemming():
    lest = les_avstemming(io.BytesIO(skriv([])[1]))
    assert (lest.antall, lest.sum_ore, lest.meldinger) == (0, 0, 3)


@given(st.lists(st.tuples(st.sampled_from(sorted(ETTER_ALVORLIGHETSGRAD)), st.integers(-10**6, 10**6)), max_size=300))
@settings(max_examples=40, deadline=None)
def test_summene_stemmer_og_leses_tilbake(par):
    sum_, data = skriv([post(grad, kroner) for grad, kroner in par])
    lest = les_avstemming(io.BytesIO(data))
    assert (lest.antall, lest.sum_ore) == (len(par), 100 * sum(k for _, k in par)) == (sum_.antall, sum_.sum_ore)
    for utfall, (antall, ore) in lest.per_utfall.items():
        egne = [k for grad, k in par if ETTER_ALVORLIGHETSGRAD[grad] == utfall]
        assert (antall, ore) == (len(egne), 100 * sum(egne))
    ikke_godkjent = sum(1 for grad, _ in par if grad != "00")
    assert lest.meldinger == 2 + max(1, -(-ikke_godkjent // 70))


FEIL_I_HODET = [{"komponent": "NIBOKSTAV"}, {"fagomraade": ""}, {"fom": TIL, "tom": FRA}, {"fom": dt.datetime(2020, 6, 1)}]


@pytest.mark.parametrize("felt", FEIL_I_HODET)
def test_feil_i_hodet_nektes(felt):
    grunn = {f: getattr(DAGEN, f) for f in DAGEN.__slots__}
    with pytest.raises(Ordningsfeil):
        skriv([post()], Avstemmingshode(**grunn | felt))


def test_ukjent_alvorlighetsgrad_og_poster_som_endrer_seg():
    with pytest.raises(Ordningsfeil, match="alvorlighetsgrad"):
        skriv([post("99")])
    with pytest.raises(Ordningsfeil, match="endret mens"):
        skriv(iter([post("08")]))  # gone at the second reading


BYTTER = {
    "antall": ("<totalAntall>6<", "<totalAntall>7<"),
    "beløp": ("<totalBelop>778.00<", "<totalBelop>778.01<"),
    "fortegn": ("<fortegn>T<", "<fortegn>F<"),
    "avvist": ("<avvistAntall>2<", "<avvistAntall>1<"),
    "en detalj borte": (r"<detalj>.*?</detalj>", ""),
    "en detalj for mye": (r"(<detalj>.*?</detalj>)", r"\1\1"),
    "annen type": ("<detaljType>AVVI<", "<detaljType>MANG<"),
    "tall borte": ("<grunnlag>.*?</grunnlag>", ""),
    "annen id": ("<avleverendeAvstemmingId>.", "<avleverendeAvstemmingId>€"),
    "uten slutt": (r"[^\n]*AVSL[^\n]*\n\Z", ""),
    "uten start": (r"\A[^\n]*\n", ""),
    "to starter": (r"\A([^\n]*\n)", r"\1\1"),
    "DATA etter slutt": (r"(?s)([^\n]*DATA[^\n]*\n)(.*)", r"\1\2\1"),
    "avkortet": (r"\n\Z", ""),
    "ukjent felt": ("<periode>", "<x/><periode>"),
    "DOCTYPE": ("<a:avst", "<!DOCTYPE x><a:avst"),
    "konsistensavstemming": (">GRSN<", ">KONS<"),
}


@pytest.mark.parametrize("navn", BYTTER)
def test_den_strenge_leseren_nekter(navn):
    data = skriv(BLANDET)[1].decode()
    endret = re.sub(BYTTER[navn][0], BYTTER[navn][1], data, count=1)
    assert endret != data
    with pytest.raises(Ordningsfeil):
        les_avstemming(io.BytesIO(endret.encode()))


def test_tom_fil_nektes():
    with pytest.raises(Ordningsfeil, match="ikke avsluttet"):
        les_avstemming(io.BytesIO(b""))
