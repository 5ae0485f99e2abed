"""Limits without an example are found, and the rows that are proposed can be pasted and are right."""

import re

from kjerne.regelmotor.eksempler import les_eksempler, prov_eksempler, svar
from kjerne.regelmotor.regelverk import les_regelverk
from kjerne.sjekk import grenser
from kjerne.sjekk.sammenligning import sammenligninger
from tests.sjekk.ordningskopi import bytt, legg_til

NÆR_FRISTEN = r";10\.04\.2020;.*;(29\.09|30\.09|01\.10)\.2020;"


def sett(mappe):
    return les_eksempler(les_regelverk(mappe))


def uten_linjer(mappe, monster: str) -> None:
    """Takes out every example that matches."""
    sti = mappe / "eksempler/saker.csv"
    linjer = sti.read_text("utf-8").splitlines(keepends=True)
    igjen = [li for li in linjer if not re.search(monster, li)]
    assert len(igjen) < len(linjer)
    sti.write_text("".join(igjen), "utf-8")


def test_hver_sammenligning_i_reglene_er_med(hel):
    assert {s.tekst for s in sammenligninger(les_regelverk(hel))} == {
        "jaget_fra mot gjelder_fra", "jaget_fra mot gjelder_til", "mottatt_dato mot frist"
    }  # fmt: skip


def test_en_grense_uten_eksempel_gir_rader_som_kan_limes_inn(hel):
    assert grenser.sjekk(sett(hel)) == []
    uten_linjer(hel, NÆR_FRISTEN)
    (funn,) = grenser.sjekk(sett(hel))
    assert "søkte_i_tide" in funn.hva
    assert "rett under eller rett over grensen mottatt_dato mot frist" in funn.hva
    saker = [linje for fil, linje in funn.lim_inn if fil == "eksempler/saker.csv"]
    assert [re.search(r"(\d\d\.\d\d\.2020);(innvilget|avslag);[\d.]*;(\w*);", s).groups() for s in saker] == [
        ("29.09.2020", "innvilget", ""), ("01.10.2020", "avslag", "søkte_i_tide")
    ]  # fmt: skip
    for fil, linje in funn.lim_inn:
        legg_til(hel / fil, linje)
    assert grenser.sjekk(sett(hel)) == []
    assert prov_eksempler(sett(hel)) == []


def test_inntektene_følger_med_saken_de_hører_til(hel):
    """A limit on the mean of the wages: the case is made from one with income rows, and its rows come along under its new name."""
    regel = '\n\n@kl.vilkår("KL § 9", "Tjente nok", kilde="eventyr")\ndef tjente_nok(tellende_lønn, antall_måneder, oppgitt_lønn):\n'
    with (hel / "regler.py").open("a", encoding="utf-8") as ut:
        ut.write(regel + "    return snitt_av(tellende_lønn, antall_måneder) >= oppgitt_lønn\n")
    uten_linjer(hel, "^A-(0[2-9]|1|G)")
    uten = hel / "eksempler/inntekter.csv"
    uten.write_text("".join(li for li in uten.read_text("utf-8").splitlines(keepends=True) if not li.startswith("A-09")), "utf-8")
    bytt(hel / "eksempler/saker.csv", ";ja;ja;;askeladden;", ";ja;ja;90;askeladden;")
    funn = next(f for f in grenser.sjekk(sett(hel)) if f.hva.startswith("tjente_nok"))
    saker = [linje.split(";") for fil, linje in funn.lim_inn if fil.endswith("saker.csv")]
    inntekter = [linje.split(";") for fil, linje in funn.lim_inn if fil.endswith("inntekter.csv")]
    assert [s[8] for s in saker] == ["100,02", "101,02", "99,02"]
    assert {rad[0] for rad in inntekter} == {s[0] for s in saker}
    assert len(inntekter) == 7 * len(saker)


def test_utfallet_i_en_foreslått_rad_er_det_reglene_gir(hel):
    uten_linjer(hel, NÆR_FRISTEN)
    for fil, linje in (par for f in grenser.sjekk(sett(hel)) for par in f.lim_inn):
        legg_til(hel / fil, linje.replace(";avslag;0;søkte_i_tide;", ";innvilget;72;;"))
    assert {a.hva for a in prov_eksempler(sett(hel))} == {"forventet", "beløp", "avgjørende"}
    assert "avslag" in set(svar(sett(hel).kjor())["forventet"])


def test_en_side_som_ingen_sak_kan_nå_blir_ikke_krevd(hel):
    """A share cannot be below nothing, since the field does not allow it."""
    regel = '\n\n@kl.vilkår("KL § 9", "Mistet noe", kilde="eventyr")\ndef mistet_noe(grad):\n    return grad > 0\n'
    with (hel / "regler.py").open("a", encoding="utf-8") as ut:
        ut.write(regel)
    (funn,) = grenser.sjekk(sett(hel))
    assert "på eller rett over grensen grad mot 0" in funn.hva
