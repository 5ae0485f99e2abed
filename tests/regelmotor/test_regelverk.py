"""A scheme folder is read whole, or refused with every fault named: what, where, what did not happen, what to do."""

import re

import pytest

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.regelmotor.oppdagelse import finn, oppdag
from kjerne.regelmotor.regelverk import fingeravtrykk, les_regelverk


def bytt(sti, gammelt, nytt):
    tekst = sti.read_text("utf-8")
    assert gammelt in tekst
    sti.write_text(tekst.replace(gammelt, nytt, 1), "utf-8")


ODELEGG = [
    # (file, old, new, what the message must say)
    ("regler.py", 'fom="jaget_fra"', 'fom="jaget_far"', ["jaget_far", "Mente du «jaget_fra»"]),
    ("regler.py", "def grunnlag(månedslønn, maks_gull, gullverdi)", "def grunnlag(dagsats, maks_gull, gullverdi)", ["månedslønn"]),
    ("regler.py", '"KL § 5", "Søkte', '"§ 5", "Søkte', ["er ikke en hjemmel", "linje"]),
    ("regler.py", '"KL § 5", "Søkte innen fristen", kilde="eventyr"', '"KL § 5", "Søkte innen fristen"', ["kilde"]),
    ("regler.py", '"KL § 5"', '"XX § 5"', ["XX", "rettskilder"]),
    ("regler.py", 'enhet="dato"', 'enhet="dag"', ["ukjent enhet"]),
    ("regler.py", 'til="soker"', 'til="kongen"', ["kongen", "mottakere"]),
    ("regler.py", "def siste_dag", "def grunnlag", ["to ganger"]),
    ("regler.py", "def siste_dag", "def grad", ["grad", "eget navn"]),
    ("regler.py", "@kl.rett", "@kl.vilkår", ["nøyaktig én regel"]),
    ("regler.py", 'Regelsett("askeladden")', 'Regelsett("espen")', ["Regelsett"]),
    ("parametre.csv", "dekning;60;%;01.06.2020", "dekning;60;%;15.05.2020", ["overlapper", "linje"]),
    ("parametre.csv", "dekning;60;%;01.06.2020", "dekning;60;%;15.06.2020", ["mangler verdi mellom"]),
    ("parametre.csv", "dekning;60;%", "dekning;seksti;%", ["seksti", "kolonne verdi"]),
    ("parametre.csv", "stønadsdager;18;dager", "stønadsdager;18;dag", ["ukjent enhet"]),
    ("parametre.csv", "frist;30.09.2020", "frist;31.09.2020", ["ikke en dag som finnes"]),
    ("parametre.csv", ";KL § 5;eventyr", ";paragraf fem;eventyr", ["er ikke en hjemmel"]),
    ("parametre.csv", "KL § 5;eventyr;", "KL § 5;;", ["kilden mangler"]),
    ("parametre.csv", "maks_gull;6;G;01.03.2020;31.08.2020;;", "maks_gull;6;G;01.03.2020;31.08.2020;arbeidsgiver;", ["klokken", "dato"]),
    ("parametre.csv", "parameter;verdi", "navn;verdi", ["Overskriften"]),
    ("parametre.csv", "maks_gull;6;G", '"maks_gull;6;G', ["anførselstegn"]),
    ("ordning.toml", 'id = "askeladden"', 'id = "espen"', ["mappens navn"]),
    ("ordning.toml", "kontrakt = 1", "kontrakt = 2", ["kontrakt"]),
    ("ordning.toml", "[klage]", "[klagefrist]", ["klage"]),
    ("ordning.toml", 'type = "prosent"', 'type = "procent"', ["felt", "linje"]),
    ("ordning.toml", 'valg = ["kongen", "askeladden"], ', "", ["valg"]),
    ("ordning.toml", 'dato_for_regler = "jaget_fra"', 'dato_for_regler = "jaget"', ["jaget"]),
    ("ordning.toml", "til = 2020-08-31", "til = 2019-08-31", ["før gjelder.fra"]),
    ("ordning.toml", "[eier]", "[eier", ["TOML"]),
]


@pytest.mark.parametrize(("fil", "gammelt", "nytt", "ventet"), ODELEGG, ids=[f"{f}: {n[:40]}" for f, _, n, _ in ODELEGG])
def test_odelagt_mappe_gir_lesbar_feil(kopi, fil, gammelt, nytt, ventet):
    bytt(kopi / fil, gammelt, nytt)
    with pytest.raises(Ordningsfeil) as feil:
        verk = les_regelverk(kopi)
        verk.rekkefolge  # noqa: B018
    tekst = str(feil.value)
    for ord_ in [*ventet, fil, "Ikke gjort:", "Gjør dette:"]:
        assert ord_.lower() in tekst.lower(), tekst


def test_ring_nevner_hele_ringen(kopi):
    bytt(kopi / "regler.py", "def månedslønn(meldt_av, oppgitt_lønn,", "def månedslønn(meldt_av, dagsats,")
    bytt(kopi / "regler.py", "oppgitt_lønn, snitt_av", "dagsats, snitt_av")
    with pytest.raises(Ordningsfeil, match=re.escape("månedslønn → dagsats → grunnlag → månedslønn")):
        les_regelverk(kopi)


def test_regnerekken_er_som_i_filen_saa_langt_det_gaar(kopi):
    """A condition that asks for a late value does not bring it to the front of a letter."""
    bytt(kopi / "regler.py", "def jaget_i_perioden(jaget_fra,", "def jaget_i_perioden(siste_dag,")
    bytt(kopi / "regler.py", "return innenfor(jaget_fra, gjelder_fra", "return innenfor(siste_dag, gjelder_fra")
    verk = les_regelverk(kopi)
    assert verk.rekkefolge[0].navn == "siste_dag"
    rekke = [r.navn for r in verk.regnerekke]
    assert rekke[rekke.index("månedslønn") : rekke.index("jaget_i_perioden")] == ["månedslønn", "grunnlag", "dagsats", "siste_dag"]
    assert rekke[-3:] == ["jaget_i_perioden", "rett_til_gull", "gull"]
    assert sorted(rekke) == sorted(verk.regler)


def test_alle_feil_vises_samtidig(kopi):
    bytt(kopi / "parametre.csv", "dekning;60;%", "dekning;seksti;%")
    bytt(kopi / "parametre.csv", "frist;30.09.2020", "frist;31.09.2020")
    with pytest.raises(Ordningsfeil) as feil:
        les_regelverk(kopi)
    assert "seksti" in str(feil.value)
    assert "31.09.2020" in str(feil.value)


def test_nfd_navn_er_samme_navn(kopi):
    import unicodedata

    for fil in ("parametre.csv", "regler.py", "ordning.toml"):
        sti = kopi / fil
        sti.write_text(unicodedata.normalize("NFD", sti.read_text("utf-8")), "utf-8")
    assert "månedslønn" in les_regelverk(kopi).regler


def test_fingeravtrykk_endres_av_en_siffer_og_ikke_av_lesing(kopi):
    foer = fingeravtrykk(kopi)
    assert les_regelverk(kopi).fingeravtrykk == foer
    bytt(kopi / "parametre.csv", "dekning;80", "dekning;81")
    assert fingeravtrykk(kopi) != foer
    bytt(kopi.parent / "_felles" / "parametre.csv", "gullverdi;100", "gullverdi;101")
    assert fingeravtrykk(kopi) != foer


def test_en_odelagt_ordning_stopper_ingen_andre(kopi):
    import shutil

    shutil.copytree(kopi, kopi.parent / "espen")
    bytt(kopi.parent / "espen" / "ordning.toml", 'id = "askeladden"', 'id = "espen"')
    bytt(kopi.parent / "espen" / "regler.py", "return", "return 7 *")
    verk, ute = oppdag(kopi.parent)
    assert list(verk) == ["askeladden", "gjetergutten"]
    assert [u.id for u in ute] == ["espen"]
    assert "7" in str(ute[0].grunn)


def test_ukjent_ordning_nevner_de_kjente(kopi):
    with pytest.raises(Ordningsfeil, match="Kjente ordninger: askeladden"):
        finn("asken", kopi.parent)
