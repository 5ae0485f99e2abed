"""Chains of oppdrag: whatever was sent before, what is sent now gives exactly the wanted days."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.utbetaling.format.oppdragskjede import Kjede, Periode, endringer, gjeldende, nye_ider

START = dt.date(2020, 1, 1)


def kjede(sats_type: str = "DAG", **felt) -> Kjede:
    return Kjede("KLASSE", sats_type, "01814512345", "vedtak-1", **felt)


def p(fom: int, tom: int, kroner: int = 100) -> Periode:
    return Periode(START + dt.timedelta(fom), START + dt.timedelta(tom), kroner * 100)


def send(sendt, onsket, sats_type="DAG"):
    brukt = len({en.delytelse_id for en in sendt})
    return endringer(kjede(sats_type), sendt, onsket, nye_ider("SAK", brukt))


def dagene(sendt) -> dict[dt.date, int]:
    """The receiver as slow and simple as can be: a table of days. Independent of the code under test."""
    tabell: dict[dt.date, int] = {}
    for en in sendt:
        fra = en.opphor_fra or en.fom
        tabell = {dag: sats for dag, sats in tabell.items() if dag < fra}
        if en.opphor_fra is None:
            tabell |= {en.fom + dt.timedelta(n): en.sats_ore for n in range((en.tom - en.fom).days + 1)}
    return tabell


def som_dager(perioder) -> dict[dt.date, int]:
    return {q.fom + dt.timedelta(n): q.sats_ore for q in perioder for n in range((q.tom - q.fom).days + 1)}


def form(linjer):
    def dag(d):
        return (d - START).days

    return [(("OPPH", dag(en.opphor_fra)) if en.opphor_fra else ("NY", dag(en.fom), dag(en.tom), en.sats_ore // 100),
             en.delytelse_id, en.ref_delytelse_id) for en in linjer]  # fmt: skip


FORSTE = [p(0, 30), p(31, 58)]


@pytest.mark.parametrize(
    ("onsket", "ventet"),
    [
        (FORSTE, []),
        ([*FORSTE, p(59, 89)], [(("NY", 59, 89, 100), "SAK#3", "SAK#2")]),  # one period more
        ([p(0, 30), p(31, 70)], [(("NY", 59, 70, 100), "SAK#3", "SAK#2")]),  # extended: only what is new
        ([p(0, 30)], [(("OPPH", 31), "SAK#2", "SAK#1")]),  # shortened
        ([p(0, 20)], [(("OPPH", 21), "SAK#2", "SAK#1")]),  # stopped in the middle of an earlier line
        ([], [(("OPPH", 0), "SAK#2", "SAK#1")]),
        # changed in the past: what comes later is the same, and is sent again
        ([p(0, 30, 200), p(31, 58)], [(("NY", 0, 30, 200), "SAK#3", "SAK#2"), (("NY", 31, 58, 100), "SAK#4", "SAK#3")]),
        ([p(0, 30), p(31, 58, 50)], [(("NY", 31, 58, 50), "SAK#3", "SAK#2")]),
        # a hole: stopped from there, then new
        ([p(10, 30), p(31, 58)], [(("OPPH", 0), "SAK#2", "SAK#1"), (("NY", 10, 30, 100), "SAK#3", "SAK#2"),
                                  (("NY", 31, 58, 100), "SAK#4", "SAK#3")]),
    ],
)  # fmt: skip
def test_det_som_sendes(onsket, ventet):
    forst = send([], FORSTE)
    assert form(forst) == [(("NY", 0, 30, 100), "SAK#1", ""), (("NY", 31, 58, 100), "SAK#2", "SAK#1")]
    linjer = send(forst, onsket)
    assert form(linjer) == ventet
    assert dagene([*forst, *linjer]) == som_dager(onsket)


def test_engangssum_deles_aldri():
    forst = send([], [p(0, 30, 1000), p(31, 58, 500)], "ENG")
    linjer = send(forst, [p(0, 20, 1000), p(31, 58, 500)], "ENG")
    assert form(linjer) == [(("NY", 0, 20, 1000), "SAK#3", "SAK#2"), (("NY", 31, 58, 500), "SAK#4", "SAK#3")]
    assert gjeldende([*forst, *linjer]) == [p(0, 20, 1000), p(31, 58, 500)]


def test_opphoret_gjentar_linjen_og_baerer_det_nye_vedtaket():
    forst = send([], FORSTE)
    (opphor,) = endringer(Kjede("KLASSE", "DAG", "01814512345", "vedtak-2", "klage-7"), forst, [], nye_ider("SAK", 2))
    assert opphor == forst[-1]._replace(opphor_fra=START, vedtak_id="vedtak-2", henvisning="klage-7")


@st.composite
def tidslinjer(draw) -> list[Periode]:
    lengder = draw(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 6), st.integers(1, 3)), max_size=5))
    ut, dag = [], 0
    for hull, dager, kroner in lengder:
        ut.append(p(dag + hull, dag + hull + dager - 1, kroner))
        dag += hull + dager
    return ut


@given(st.lists(tidslinjer(), min_size=1, max_size=6), st.sampled_from(["DAG", "MND", "ENG"]))
@settings(max_examples=400, deadline=None)
def test_enhver_rekke_av_endringer_ender_med_det_onskede(onsker, sats_type):
    sendt: list = []
    for onsket in onsker:
        linjer = send(sendt, onsket, sats_type)
        if sats_type != "ENG":
            assert bool(linjer) == (dagene(sendt) != som_dager(onsket))  # sent exactly when a day's rate is another
        sendt += linjer
        if sats_type == "ENG":
            assert gjeldende(sendt) == onsket
        assert dagene(sendt) == som_dager(onsket)
        assert send(sendt, gjeldende(sendt), sats_type) == []  # nothing to change is nothing sent
    nye = [en for en in sendt if not en.opphor_fra]
    assert len({en.delytelse_id for en in nye}) == len(nye)
    kjent = [""] + [en.delytelse_id for en in nye]
    assert [en.ref_delytelse_id for en in nye] == kjent[: len(nye)]  # each new line points to the one before it


@pytest.mark.parametrize("onsket", [[p(0, 10), p(5, 12)], [p(5, 1)], [p(11, 12), p(0, 3)], [p(0, 3, 0)]])
def test_ugyldige_perioder_nektes(onsket):
    with pytest.raises(Ordningsfeil):
        send([], onsket)


def test_en_kjede_bytter_ikke_satstype_eller_mottaker():
    forst = send([], FORSTE)
    with pytest.raises(Ordningsfeil, match="satstype"):
        send(forst, FORSTE, "MND")
