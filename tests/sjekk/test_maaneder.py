"""The months that are fetched and guarded are at least those that the rules read, however the rules say how many."""

import datetime as dt

import pytest

from kjerne.regelmotor.regelverk import les_regelverk
from kjerne.regelmotor.tilbakeblikk import Tilbakeblikk, tilbakeblikk
from kjerne.sjekk import maaneder
from tests.sjekk.ordningskopi import bytt

ANTALL = "return siste_måneder(hos, jaget_fra, antall_måneder)"


def blikk(mappe) -> set[Tilbakeblikk]:
    return set(tilbakeblikk(les_regelverk(mappe)))


def test_tre_maaneder_fra_dagen_i_saken(hel):
    assert blikk(hel) == {Tilbakeblikk("tellende_lønn", "jaget_fra", 3)}
    assert maaneder.sjekk(les_regelverk(hel)) == []


@pytest.mark.parametrize(("fil", "del_", "regel"), [("ordning.toml", "[inntekt] henter 2 måneder", "tellende_lønn"),
                                                     ("kvalitet.toml", "[vindu] dekker 2 måneder", "tellende_lønn")])  # fmt: skip
def test_faerre_enn_reglene_leser_er_et_funn(hel, fil, del_, regel):
    bytt(hel / fil, "maaneder = 3", "maaneder = 2")
    (funn,) = maaneder.sjekk(les_regelverk(hel))
    assert funn.fil(hel) == fil and del_ in funn.hva and f"{regel} ser 3 måneder tilbake" in funn.hva and "minst 3" in funn.gjor_dette


def test_uten_inntekt_i_manifestet(hel):
    tekst = (hel / "ordning.toml").read_text("utf-8")
    (hel / "ordning.toml").write_text(tekst.split("[inntekt]")[0] + tekst[tekst.index("[personvern]") :], "utf-8")
    assert "[inntekt] mangler" in maaneder.sjekk(les_regelverk(hel))[0].hva


@pytest.mark.parametrize(("antall", "ventet"), [
    ("1", 1), ("12", 12), ("antall_måneder * 12", 36), ("antall_måneder + 1", 4), ("lavest(oppgitt_lønn, antall_måneder)", 3),
    ("høyest(antall_måneder, 12)", 12), ("hvis(grad > 0, 12, antall_måneder)", 12), ("oppgitt_lønn", None),
    ("høyest(oppgitt_lønn, 12)", None), ("antall_måneder - 1", 3), ("hele_opp(antall_måneder)", 3),
])  # fmt: skip
def test_det_hoyeste_et_uttrykk_kan_gi(hel, antall, ventet):
    bytt(hel / "regler.py", ANTALL, f"hvor_mange = {antall}\n    return siste_måneder(hos, jaget_fra, hvor_mange)")
    bytt(hel / "regler.py", "jaget_fra, antall_måneder):", "jaget_fra, antall_måneder, oppgitt_lønn, grad):")
    bytt(hel / "regler.py", "    hvis,\n", "    hvis,\n    høyest,\n    hele_opp,\n")
    assert {t.maaneder for t in blikk(hel)} == ({ventet} if ventet else set())


def test_fra_en_fast_dag_er_de_siste_sakene_lengst_unna(hel):
    """Six months before 1 March 2020, for cases until August 2020: eleven months before the last of them."""
    bytt(hel / "parametre.csv", "frist;30", "fast_dag;01.03.2020;dato;01.03.2020;31.08.2020;;KL § 5;eventyr;\nfrist;30")
    bytt(hel / "parametre.csv", "antall_måneder;3;", "antall_måneder;6;")
    bytt(hel / "regler.py", ANTALL, "return siste_måneder(hos, regnes_fra, antall_måneder)")
    bytt(hel / "regler.py", "jaget_fra, antall_måneder):", "regnes_fra, antall_måneder):")
    with (hel / "regler.py").open("a", encoding="utf-8") as ut:
        ut.write('\n\n@kl.beregning("KL § 3", "Fra", enhet="dato", kilde="eventyr")\ndef regnes_fra(fast_dag):\n    return fast_dag\n')
    assert blikk(hel) == {Tilbakeblikk("tellende_lønn", "fast_dag", 6, dt.date(2020, 3, 1))}
    (funn,) = maaneder.sjekk(les_regelverk(hel))  # the window of the checks is counted from another day
    assert "ser 11 måneder tilbake" in funn.hva
