"""Oppdrag to and from: what is written, what is never written, and what is refused when it is read back."""

import datetime as dt
import io
import re

import pytest
from lxml import etree
from oppdragsfiler import PERSON, TID, alle_slag, oppdrag, oppdragshode, oppdragslinje, skriv

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.utbetaling.format.meldingsform import felter
from kjerne.utbetaling.format.oppdrag import fra_nokkel, nokkel
from kjerne.utbetaling.format.oppdrag_les import kontroller_oppdragsfil, les_melding, les_oppdrag
from kjerne.utbetaling.format.oppdragsform import FORM, ROT


def test_hver_linje_i_filen_er_en_hel_melding():
    data, _ = skriv(alle_slag())
    for melding in data.splitlines():
        rot = etree.fromstring(melding)
        assert rot.tag == ROT and [e.tag for e in rot] == ["oppdrag-110"]
        assert all("}" not in e.tag for e in rot.iter() if e is not rot)  # only the root has a namespace


def test_alle_felt_i_tabellen_blir_skrevet():
    """Otherwise the table holds something that nothing proves."""
    rot = etree.fromstring(b"<a>" + re.sub(rb"<\?xml.*?\?>", b"", skriv(alle_slag())[0]) + b"</a>")
    skrevet = {(e.getparent().tag.rpartition("}")[2], e.tag) for m in rot for e in m.iter() if "}" not in e.tag}
    assert {(b, f.navn) for b, f in felter(FORM)} - skrevet == set()


def test_ny_endring_og_opphor_med_lenker():
    data, _ = skriv(alle_slag())
    linjer = etree.fromstring(data.splitlines()[0]).findall(".//oppdrags-linje-150")
    assert [e.findtext("refDelytelseId") for e in linjer] == [None, "SAK1#1"]
    assert [e.findtext("refFagsystemId") for e in linjer] == [None, "SAK1"]
    stopp = etree.fromstring(data.splitlines()[1])
    assert stopp.findtext(".//kodeEndring") == "ENDR"
    assert [stopp.findtext(f".//{n}") for n in ("kodeEndringLinje", "kodeStatusLinje", "datoStatusFom")] == ["ENDR", "OPPH", "2020-06-15"]
    assert stopp.findtext(".//datoVedtakFom") == "2020-06-01"  # the original data are repeated
    assert stopp.findtext(".//saksbehId") == "ORDNING" and stopp.findtext(".//attestantId") == "Z999999"


def test_les_tilbake(tmp_path):
    data, summer = skriv(alle_slag())
    hode, tilbake = les_oppdrag(io.BytesIO(data))
    assert list(tilbake) == alle_slag()
    assert hode == oppdragshode(alle_slag(), antall=0, sum_ore=0)
    (tmp_path / "fil").write_bytes(data)
    assert kontroller_oppdragsfil(tmp_path / "fil") == summer


def test_nokkelen_sorterer_og_kommer_tilbake():
    tider = [TID + dt.timedelta(minutes=n, microseconds=1) for n in (0, 1, 600)]
    assert nokkel(TID) == "2020-06-02-08.30.00.000000"
    assert sorted(map(nokkel, tider)) == [nokkel(t) for t in tider]
    assert [fra_nokkel(nokkel(t)) for t in tider] == tider


FEIL = {
    "samme person i begge roller": [oppdrag(attestant="ORDNING")],
    "samme person med små bokstaver": [oppdrag(attestant="ordning")],
    "uten attestant": [oppdrag(attestant="")],
    "uten linjer": [oppdrag()._replace(linjer=())],
    "ingenting": [],
    "lang sak": [oppdrag(fagsystem_id="x" * 26)],
    "lang delytelse": [oppdrag(1, oppdragslinje(delytelse_id="x" * 31))],
    "delytelse to ganger": [oppdrag(1, oppdragslinje(), oppdragslinje())],
    "viser til seg selv": [oppdrag(1, oppdragslinje(ref_delytelse_id="SAK1#1"))],
    "øre": [oppdrag(1, oppdragslinje(sats_ore=100_50))],
    "null": [oppdrag(1, oppdragslinje(sats_ore=0))],
    "negativt": [oppdrag(1, oppdragslinje(sats_ore=-100))],
    "flyttall": [oppdrag(1, oppdragslinje(sats_ore=100.0))],
    "for stort": [oppdrag(1, oppdragslinje(sats_ore=10**13))],
    "snudd periode": [oppdrag(1, oppdragslinje(tom=dt.date(2020, 5, 31)))],
    "1101 dager": [oppdrag(1, oppdragslinje(tom=dt.date(2020, 6, 1) + dt.timedelta(1100)))],
    "engangssum over nyttår": [oppdrag(1, oppdragslinje(sats_type="ENG", tom=dt.date(2021, 1, 1)))],
    "ukjent satstype": [oppdrag(1, oppdragslinje(sats_type="KVARTAL"))],
    "lang klassekode": [oppdrag(1, oppdragslinje(klassekode="K" * 51))],
    "kort ident": [oppdrag(gjelder_id="1234567890")],
    "arabiske siffer": [oppdrag(gjelder_id="٠١٨١٤٥١٢٣٤٥")],
    "grad 101": [oppdrag(1, oppdragslinje(grad=101, grad_type="UFOR"))],
    "grad uten type": [oppdrag(1, oppdragslinje(grad=50))],
    "linjeskift": [oppdrag(1, oppdragslinje(henvisning="a\nb"))],
    "NUL": [oppdrag(1, oppdragslinje(henvisning="a\0b"))],
    "mellomrom til slutt": [oppdrag(1, oppdragslinje(henvisning="a "))],
    "surrogat": [oppdrag(1, oppdragslinje(henvisning="\ud800"))],
    "KID med bokstav": [oppdrag(1, oppdragslinje(kid="2X"))],
}


@pytest.mark.parametrize("meldinger", FEIL.values(), ids=FEIL)
def test_det_som_aldri_blir_en_fil(meldinger):
    with pytest.raises(Ordningsfeil) as feil:
        skriv(meldinger)
    assert PERSON not in str(feil.value)


@pytest.mark.parametrize("felt", [{"fagomraade": "NIBOKSTAV"}, {"komponent": ""}, {"frekvens": "AAR"}, {"enhet": "802"},
                                  {"tid": TID.replace(tzinfo=None)}, {"antall": 2}, {"sum_ore": 1}])  # fmt: skip
def test_feil_i_hodet(felt):
    with pytest.raises(Ordningsfeil):
        skriv([oppdrag()], **felt)


def _bytt(gammelt: str, nytt: str, antall: int = 1) -> bytes:
    data, _ = skriv(alle_slag())
    assert gammelt.encode() in data
    return data.replace(gammelt.encode(), nytt.encode(), antall)


STRENGT = {
    "feil rekkefølge": ("<vedtakId>V1</vedtakId><delytelseId>SAK1#1</delytelseId>",
                        "<delytelseId>SAK1#1</delytelseId><vedtakId>V1</vedtakId>"),
    "felt to ganger": ("<vedtakId>V1</vedtakId>", "<vedtakId>V1</vedtakId><vedtakId>V1</vedtakId>"),
    "felt mangler": ("<vedtakId>V1</vedtakId>", ""),
    "ukjent felt": ("<vedtakId>V1</vedtakId>", "<vedtakId>V1</vedtakId><x/>"),
    "attributt": ("<vedtakId>", "<vedtakId a='b'>"),
    "tekst mellom": ("<vedtakId>V1</vedtakId>", "<vedtakId>V1</vedtakId>x"),
    "noe i feltet": ("<vedtakId>V1</vedtakId>", "<vedtakId><a/>V1</vedtakId>"),
    "for langt": ("<vedtakId>V1</vedtakId>", "<vedtakId>12345678901</vedtakId>"),
    "annet navnerom": ("skjema/oppdrag", "skjema/avdrag"),
    "annen sak i lenken": ("<refFagsystemId>SAK1<", "<refFagsystemId>SAK2<"),
    "lenke uten sak": ("<refFagsystemId>SAK1</refFagsystemId>", ""),
    "opphør uten dato": ("<datoStatusFom>2020-06-15</datoStatusFom>", ""),
    "endring uten opphør": ("<kodeStatusLinje>OPPH</kodeStatusLinje><datoStatusFom>2020-06-15</datoStatusFom>", ""),
    "dato finnes ikke": ("2020-06-15", "2020-06-31"),
    "samme attestant": ("<attestantId>Z999999<", "<attestantId>ORDNING<"),
    "ulik attestant": ("<attestantId>Z999999<", "<attestantId>Z999998<"),
    "DOCTYPE": ("<o:oppdrag", "<!DOCTYPE x><o:oppdrag"),
    "ulike hoder": ("PROVE", "PROVF"),
    "øre": (".00<", ".50<"),
    "status UEND": ("<kodeEndring>NY<", "<kodeEndring>UEND<"),
}  # fmt: skip


@pytest.mark.parametrize("navn", STRENGT)
def test_den_strenge_leseren_nekter(navn):
    with pytest.raises(Ordningsfeil):
        list(les_oppdrag(io.BytesIO(_bytt(*STRENGT[navn])))[1])


def test_avkortet_og_for_stor_melding(tmp_path):
    data, _ = skriv([oppdrag()])
    for endret in (data[:-1], data[:-20], b"", data + b"\n", data.replace(b"V1", b"V" * 6_000_000)):
        (tmp_path / "fil").write_bytes(endret)
        with pytest.raises(Ordningsfeil):
            kontroller_oppdragsfil(tmp_path / "fil")
    assert les_melding(data)[1] == oppdrag()
