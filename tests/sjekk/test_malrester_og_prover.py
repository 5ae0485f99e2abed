"""What the template gave is found before a signature, and synthetic answers are answers that somebody could give."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.regelmotor.modenhet import les_modenhet
from kjerne.regelmotor.regelverk import les_regelverk
from kjerne.sjekk import brev, malrester, syntetisk
from kjerne.syntetisk.feltfylling import krev_brukbar
from tests.cli.dorer import miljo, ordning
from tests.skjelett.nyelag import bytt, egne_kilder, lag, rot


@pytest.fixture(scope="module")
def ny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scheme as `ordning ny` leaves it."""
    return lag(rot(tmp_path_factory.mktemp("mal")))


@pytest.fixture
def mappe(ny: Path, tmp_path: Path) -> Path:
    shutil.copytree(ny.parent, tmp_path / "ordninger")
    return tmp_path / "ordninger" / ny.name


def rester(mappe: Path) -> list[str]:
    return [f.hva for f in malrester.rester(les_regelverk(mappe))]


def test_en_ny_ordning_er_hel_av_malens_eksempler(mappe):
    funn = rester(mappe)
    verk = les_regelverk(mappe)
    assert funn[0].startswith(f"{len(verk.regler)} regler er fortsatt malens eksempler")
    assert all(p.navn in funn[1] for p in verk.parametre if p.kilde == "mal")
    assert funn[2:] == ["Kilden til klagefristen er fortsatt malens.", "README.md er fortsatt malens.", "runbook.md er fortsatt malens."]


def test_sjekken_sier_ingenting_for_utkast_og_alt_naar_mer_er_bedt_om(mappe):
    assert malrester.sjekk(les_regelverk(mappe)) == []
    bytt(mappe / "ordning.toml", 'tilstand = "utkast"', 'tilstand = "prove"')
    assert len(malrester.sjekk(les_regelverk(mappe))) == 5


def test_en_kilde_blant_flere_teller_og_egne_kilder_gjor_ikke(mappe):
    egne_kilder(mappe)
    assert rester(mappe) == []
    regler = mappe / "regler.py"
    regler.write_text(regler.read_text("utf-8").replace('kilde="utkast"', 'kilde="utkast, mal"', 1), "utf-8")
    bytt(mappe / "ordning.toml", "\nutkast = ", '\nmal = "x"\nutkast = ')
    assert rester(mappe)[0].startswith("1 regler")


def test_malens_eksempler_kan_ikke_signeres(mappe, tmp_path):
    svar = ordning("signer", mappe.name, "--jurist", "Kari", miljo=miljo(tmp_path, mappe.parent))
    assert svar.kode == 4
    assert "malens eksempler" in svar.feil
    assert les_modenhet(mappe).signatur is None
    egne_kilder(mappe)
    ordning("dok", mappe.name, miljo=miljo(tmp_path, mappe.parent))
    svar = ordning("signer", mappe.name, "--jurist", "fagansvarlig  Jurist", miljo=miljo(tmp_path, mappe.parent))
    assert (svar.kode, svar.feil) == (0, "")
    assert les_modenhet(mappe).signatur.jurist == "Fagansvarlig jurist"


def test_bare_juristen_i_eier_kan_signere(mappe, tmp_path):
    egne_kilder(mappe)
    ordning("dok", mappe.name, miljo=miljo(tmp_path, mappe.parent))
    svar = ordning("signer", mappe.name, "--jurist", "Kari Tilfeldig", miljo=miljo(tmp_path, mappe.parent))
    assert svar.kode == 2 and "«Kari Tilfeldig» er ikke juristen i [eier], som er «Fagansvarlig jurist»" in svar.feil
    assert les_modenhet(mappe).signatur is None


def test_merknaden_fra_malen_staar_ikke_igjen_ved_egne_kilder(mappe):
    egne_kilder(mappe)
    assert rester(mappe) == []
    rad = "dekning;80;%;01.11.2026;;;FOR § ?;utkast;"
    bytt(mappe / "parametre.csv", rad, f"{rad}EKSEMPEL fra malen: bytt ut")
    assert rester(mappe) == ["Merknaden sier fortsatt «EKSEMPEL fra malen»: dekning."]


def test_modenhet_sier_det_neste_steget(mappe, tmp_path):
    def neste() -> str:
        svar = ordning("modenhet", mappe.name, miljo=miljo(tmp_path, mappe.parent) | {"COLUMNS": "250"})
        return svar.ut.strip().splitlines()[-1]

    assert neste() == "Neste: gjør dette, og skriv det i modenhet.toml: personvern, datatilgang."
    fil = mappe / "modenhet.toml"
    fil.write_text(re.sub(r'(\[krav\.(?:personvern|datatilgang)\].*\n)status = "todo"', r'\1status = "gjort"\ngrunn = "prøvd"',
                          fil.read_text("utf-8")), "utf-8")  # fmt: skip
    assert 'tilstand = "prove"' in neste()
    bytt(mappe / "ordning.toml", 'tilstand = "utkast"', 'tilstand = "prove"')
    assert neste() == f"Neste: rett det sjekken finner: ordning sjekk {mappe.name}."


FELT = ('  { navn = "grad", type = "prosent", minst = 0, hoyst = 100, nb = "Hvor mye?", nn = "Kor mykje?", formaal = "Vilkår", '
        "syntetisk = %s },\n")  # fmt: skip


@pytest.mark.parametrize(("verdi", "ord_"), [
    ('{ verdi = 1.0 }', ""),
    ('{ fordeling = "valg", verdier = [1.0, 0.6, "40 %"] }', ""),
    ('{ fordeling = "valg", verdier = [0.6, 60] }', "har verdien 60, utenfor"),
    ('{ verdi = "110 %" }', "har verdien 110 %, utenfor"),
    ('{ verdi = -0.1 }', "utenfor"),
    ('{ verdi = "seksti" }', "ikke kan brukes for et felt av typen prosent"),
    ('{ verdi = 0.5, mangel = 0.1 }', "ukjent nøkkel: mangel"),
    ('{ fordeling = "vlag", verdier = [1.0] }', "ukjent fordeling"),
])  # fmt: skip
def test_et_syntetisk_svar_ingen_kan_gi_er_et_funn(mappe, verdi, ord_):
    manifest = mappe / "ordning.toml"
    bytt(manifest, "felt = [\n", "felt = [\n" + FELT % verdi)
    funn = [f.hva for f in syntetisk.sjekk(les_regelverk(mappe))]
    assert len(funn) == bool(ord_)
    assert all(ord_ in hva for hva in funn)


def test_prosent_som_hele_tall_forklares(mappe):
    bytt(mappe / "ordning.toml", "felt = [\n", "felt = [\n" + FELT % "{ verdi = 100 }")
    assert "1.0 er 100 %" in syntetisk.sjekk(les_regelverk(mappe))[0].hva


def test_et_paakrevd_felt_uten_syntetisk_er_et_funn(mappe):
    bytt(mappe / "ordning.toml", "felt = [\n", "felt = [\n" + (FELT % "{}").replace("minst", "paakrevd = true, minst"))
    assert "påkrevd" in syntetisk.sjekk(les_regelverk(mappe))[0].hva


def test_ingenting_lages_av_et_svar_ingen_kan_gi(mappe):
    bytt(mappe / "ordning.toml", "felt = [\n", "felt = [\n" + FELT % "{ verdi = 60 }")
    felt = next(f for f in les_regelverk(mappe).manifest.felt if f.navn == "grad")
    with pytest.raises(Ordningsfeil, match="utenfor minst og hoyst"):
        krev_brukbar(felt)


def test_et_navn_som_ikke_finnes_sies_en_gang_for_begge_maalformer_og_det_som_ligner(mappe):
    for m in ("nb", "nn"):
        fil = mappe / "brev" / f"vedtak.{m}.html"
        tekst = fil.read_text("utf-8").replace("{{ søknadsfrist }}", "{{ søknadsfristen }}")
        fil.write_text(tekst.replace("{{ dekning }}", "{{ xyz }}"), "utf-8")
    funn = brev.sjekk(les_regelverk(mappe))
    assert [f.hva for f in funn] == [
        f"Brevet bruker et navn som ikke finnes: {n} (vedtak.nb.html og vedtak.nn.html)." for n in ("søknadsfristen", "xyz")
    ]
    assert funn[0].gjor_dette.startswith("Mente du søknadsfrist")
    assert "ta det ut" in funn[1].gjor_dette


def test_blokken_som_mangler_er_gitt_med_det_vilkaaret_bygger_paa(mappe):
    for m in ("nb", "nn"):
        fil = mappe / "brev" / f"vedtak.{m}.html"
        fil.write_text(re.sub(r"{% block søkt_innen_fristen %}.*\n", "", fil.read_text("utf-8")), "utf-8")
    (funn,) = brev.sjekk(les_regelverk(mappe))
    assert "{% block søkt_innen_fristen %}… {{ mottatt_dato }} {{ søknadsfrist }} …{% endblock %}" in funn.gjor_dette
