"""A jurist reads the letter of her example before anything is run: the same text as a run gives, and only for what is decided."""

from __future__ import annotations

import re
import shutil

import pandas as pd
import pytest

from kjerne.kjoring.brevskriver import Brevskriver
from kjerne.kjoring.eksempelbrev import eksempelbrev
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.regelmotor.eksempler import les_eksempler
from kjerne.regelmotor.regelverk import les_regelverk
from kjerne.regelmotor.sporing import AVSLAG, INNVILGET, UTFALL
from tests.cli.dorer import EVENTYR, miljo, ordning
from tests.sjekk.ordningskopi import bytt


@pytest.fixture(scope="module")
def eksempler():
    return les_eksempler(les_regelverk(EVENTYR / "askeladden"))


def forste(eksempler, utfall: int):
    """A run of the first example with this outcome, and its number."""
    nr = int((eksempler.kjor().utfall == utfall).nonzero()[0][0])
    return eksempler.kjor(utvalg=[nr]), nr


def test_brevet_i_et_innvilget_eksempel_har_belopet(eksempler):
    sporing, _ = forste(eksempler, INNVILGET)
    siffer = re.sub(r"\D", "", eksempelbrev(sporing))
    assert str(int(sporing.sum_ore[0]) // 100) in siffer
    assert "Syntetiske data" in eksempelbrev(sporing)


def test_brevet_i_et_avslag_har_blokken_til_vilkaaret_som_avgjorde(eksempler):
    sporing, _ = forste(eksempler, AVSLAG)
    vilkaar = sporing.avgjorende_tekst[0].split("|")[0]
    blokk = re.search(rf"{{%\s*block {vilkaar}\s*%}}(.*?){{%", (EVENTYR / "askeladden/brev/vedtak.nb.html").read_text("utf-8"), re.S)
    assert blokk[1].split("{{")[0].strip() in eksempelbrev(sporing)


def test_brevet_sier_hvilket_ledd_og_hvilken_bokstav_regelen_staar_i(eksempler):
    nr = list(eksempler.tabell["sak"]).index("A-05")  # refused by § 2 bokstav a and b
    brev = eksempelbrev(eksempler.kjor(utvalg=[nr])).replace("\u00a0", " ")
    assert "Regelen står i Kongens lov nr. 1 § 2 bokstav a." in brev and "§ 2 bokstav b." in brev
    sporing, _ = forste(eksempler, INNVILGET)
    assert "§ 4<" in eksempelbrev(sporing).replace("\u00a0", " ")


def test_brevet_nevner_loven_som_gjaldt_paa_dagen_i_saken(tmp_path):
    """The clock of the scheme is the day the work was lost; A-05 lost it before the scheme began, the granted ones in it."""
    shutil.copytree(EVENTYR, tmp_path / "eventyr", ignore=shutil.ignore_patterns("__pycache__"))
    mappe = tmp_path / "eventyr" / "askeladden"
    tekst = '{ fra = %s, navn = "%s", paragrafer = %s, kort = { nb = "%s", nn = "%s" } }'
    to = ", ".join([tekst % ("1800-01-01", "Gammel", "false", "kongens gamle lov", "kongens gamle lov"),
                    tekst % ("2020-03-01", "Ny", "true", "kongens nye lov", "kongens nye lov")])  # fmt: skip
    bytt(mappe / "ordning.toml", 'KL = { navn = "Kongens lov nr. 1" }', f'KL = {{ navn = "Kongens lov nr. 1", tekster = [{to}] }}')
    bytt(mappe / "ordning.toml", 'tilstand = "godkjent"', 'tilstand = "godkjent"\nhovedkilde = "KL"')
    eksempler = les_eksempler(les_regelverk(mappe))
    ny = eksempelbrev(forste(eksempler, INNVILGET)[0]).replace("\u00a0", " ")
    assert "kongens nye lov § 4<" in ny and "alle vilkårene i kongens nye lov." in ny and "gamle" not in ny
    fakta = eksempler.fakta["jaget_fra"]
    tidlig = next(i for i, u in enumerate(eksempler.kjor().utfall) if u == AVSLAG and fakta.iloc[i] < pd.Timestamp(2020, 3, 1))
    gammel = eksempelbrev(eksempler.kjor(utvalg=[tidlig])).replace("\u00a0", " ")
    assert "Regelen står i kongens gamle lov." in gammel and "nye" not in gammel


def test_stegene_i_brevet_er_i_den_rekkefoelgen_det_regnes(tmp_path):
    shutil.copytree(EVENTYR, tmp_path / "eventyr", ignore=shutil.ignore_patterns("__pycache__"))
    mappe = tmp_path / "eventyr" / "askeladden"
    for m in ("nb", "nn"):
        with (mappe / f"brev/vedtak.{m}.html").open("a", encoding="utf-8") as ut:
            ut.write("{% block siste_dag %}Siste dag{% endblock %}{% block grunnlag %}Grunnlaget{% endblock %}")
    bytt(mappe / "regler.py", "def jaget_i_perioden(jaget_fra,", "def jaget_i_perioden(siste_dag,")
    bytt(mappe / "regler.py", "return innenfor(jaget_fra, gjelder_fra", "return innenfor(siste_dag, gjelder_fra")
    assert [r.navn for r in Brevskriver(les_regelverk(mappe), syntetisk=True).regnet] == ["grunnlag", "dagsats", "siste_dag", "gull"]


def test_mottakeren_staar_med_stor_bokstav_i_tabellen(eksempler):
    sporing, _ = forste(eksempler, INNVILGET)
    assert '<th scope="row">Deg</th>' in eksempelbrev(sporing)


def test_forklaringen_av_et_avslag_sier_at_beloepet_ikke_er_innvilget(eksempler, tmp_path):
    for utfall, sagt in ((AVSLAG, 1), (INNVILGET, 0)):
        _, nr = forste(eksempler, utfall)
        svar = ordning("forklar", "askeladden", eksempler.tabell["sak"].iloc[nr], miljo=miljo(tmp_path) | {"COLUMNS": "250"})
        assert svar.ut.count("(ikke innvilget)") == sagt, svar.ut


def test_paa_nynorsk_er_det_et_annet_brev(eksempler):
    sporing, _ = forste(eksempler, INNVILGET)
    assert 'lang="nn"' in eksempelbrev(sporing, "nn")
    assert 'lang="nb"' in eksempelbrev(sporing)


def test_en_sak_reglene_ikke_avgjor_faar_ikke_brev(eksempler):
    nr = next(i for i, u in enumerate(eksempler.kjor().utfall) if UTFALL[u] not in ("innvilget", "avslag"))
    with pytest.raises(Ordningsfeil, match="blir ikke noe brev") as feil:
        eksempelbrev(eksempler.kjor(utvalg=[nr]))
    assert feil.value.kode == 2


def test_forklar_skriver_brevet_i_et_eksempel_og_tallene_som_folk_skriver_dem(eksempler, tmp_path):
    _, nr = forste(eksempler, INNVILGET)
    navn = eksempler.tabell["sak"].iloc[nr]
    svar = ordning("forklar", "askeladden", navn, "--brev", tmp_path / "brev.html", miljo=miljo(tmp_path) | {"COLUMNS": "250"})
    assert svar.kode == 0, svar.feil
    assert "<html" in (tmp_path / "brev.html").read_text("utf-8")
    assert "%" in svar.ut
    assert not re.search(r"\d{4}-\d{2}-\d{2}|\d\.\d+ %", svar.ut)
