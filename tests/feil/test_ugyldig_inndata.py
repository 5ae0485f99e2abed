"""Files that are not there, and broken scheme folders: what, where, what did not happen and what to do, in Norwegian."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from kjerne.lager.tabeller import leveranse
from tests.cli.dorer import EVENTYR, miljo, ordning
from tests.feil.katalog import hent, krev_god_melding

FILER = Path(__file__).parent / "filer"
SOKNADER, INNTEKTER, SAKER = (FILER / n for n in ("soknader", "inntekter", "saker"))
DATO = ("--dato", "2020-07-15", "--hentet", "2020-07-13")


# --- files that are not there


IKKE_FILER = {"finnes_ikke.csv": ("Filen finnes ikke", "finnes_ikke.csv"), "": ("Dette er en mappe", "soknader|inntekter|saker")}
DORER = {
    "soknader": ("kjor", "--soknader", SOKNADER), "inntekter": ("kjor", "--soknader", SOKNADER / "gode.csv", "--inntekter", INNTEKTER),
    "saker": ("vurder", "--saker", SAKER), "saksinntekter": ("vurder", "--saker", SAKER / "gode.csv", "--inntekter", SAKER),
}  # fmt: skip


@pytest.mark.parametrize("fil", IKKE_FILER)
@pytest.mark.parametrize("dor", DORER)
def test_det_er_ingen_fil(dor, fil, tmp_path):
    kommando, *filer, mappe = DORER[dor]
    svar = ordning(kommando, "askeladden", *filer, mappe / fil, *(DATO if kommando == "kjor" else ()), miljo=miljo(tmp_path))
    krev_god_melding(svar, *IKKE_FILER[fil])


# --- scheme folders through sjekk and kjor

ORDNINGSFEIL = [  # file, from, to (None: the file is gone), what, where
    ("regler.py", "def dagsats(", "def dagsats((", "ikke gyldig Python", "regler.py, linje 62"),
    ("regler.py", "innenfor(jaget_fra", "innenfor(jagd_fra", "«jagd_fra» er ikke et argument", "linje 26, kolonne"),
    ("regler.py", "def god_forklaring(har_bortforklaring)", "def god_forklaring(har_bort)", "har_bortforklaring", "regler.py, linje 36"),
    ("regler.py", '"KL § 5"', '"XX § 5"', "Rettskilden XX står ikke", "linje 39"),
    ("regler.py", '"KL § 5"', '"femte"', "«femte» er ikke en hjemmel", "linje 39"),
    ("regler.py", None, None, "regler.py mangler", "regler.py"),
    ("parametre.csv", "%;01.06.2020", "%;15.05.2020", "periodene overlapper fra 15.05.2020", "linje 6 og 7"),
    ("parametre.csv", "%;01.06.2020", "%;31.06.2020", "«31.06.2020» er ikke en dag som finnes", "linje 7, kolonne gjelder_fra"),
    ("parametre.csv", "maks_gull;6;G", "maks_gull;seks;G", "«seks» er ikke et tall", "linje 5, kolonne verdi"),
    ("parametre.csv", "maks_gull;6;G", "maks_gull;6;Gull", "Ukjent enhet «Gull»", "linje 5, kolonne enhet"),
    ("parametre.csv", "hjemmel;kilde", "hjemmmel;kilde", "Overskriften er feil", "linje 1"),
    ("parametre.csv", "Kongen angret", '"Kongen angret', "Anførselstegnene", "parametre.csv, linje"),
    ("parametre.csv", "måneder", "m\udce5neder", "ikke lagret som UTF-8", "parametre.csv, linje 3"),
    ("parametre.csv", None, None, "parametre.csv mangler", "parametre.csv"),
    ("ordning.toml", 'id = "askeladden"', "id = askeladden", "ikke gyldig TOML", "linje 3, kolonne"),
    ("ordning.toml", "fra = 2020-03-01", "fra = 2020-02-30", "ikke gyldig TOML", "linje 6, kolonne"),
    ("ordning.toml", "fra = 2020-03-01", 'fra = "i vår"', "gjelder.fra skal være en dato", "linje 6"),
    ("ordning.toml", "[eier]", "[eier]\n[eier]", "ikke gyldig TOML", "linje 22"),
    ("ordning.toml", "kontrakt = 1", 'kontrakt = 1\nfarge = "gul"', "farge er ikke en kjent nøkkel", "linje 3"),
    ("ordning.toml", "maks_per_sak = 60_000", 'maks_per_sak = "mye"', "maks_per_sak skal være et helt tall", "ordning.toml, linje"),
    ("ordning.toml", "maks_per_sak = 60_000\n", "", "maks_per_sak mangler", "ordning.toml, linje"),
    ("ordning.toml", 'type = "ja_nei"', 'type = "kanskje"', "ikke en av de tillatte verdiene", "ordning.toml, linje"),
    ("ordning.toml", "kongsgården", "kongsg\udce5rden", "ikke lagret som UTF-8", "ordning.toml, linje 4"),
    ("flyt.py", 'standardflyt("askeladden")', 'standardflyt("askeladden"', "flyt.py er ikke gyldig Python", "flyt.py, linje 5"),
    ("flyt.py", "flyt = standardflyt", "flyt = ukjent", r"«ukjent\('askeladden'\)» er ikke lov", "flyt.py, linje 5"),
]


@pytest.mark.parametrize(("fil", "fra", "til", "hva", "hvor"), ORDNINGSFEIL)
def test_odelagt_ordning(fil, fra, til, hva, hvor, tmp_path):
    shutil.copytree(EVENTYR, tmp_path / "o")
    sti = tmp_path / "o/askeladden" / fil
    if fra is None:
        sti.unlink()
    else:
        tekst = sti.read_text("utf-8")
        assert fra in tekst
        sti.write_text(tekst.replace(fra, til, 1), "utf-8", errors="surrogateescape")
    egne = miljo(tmp_path / "data", tmp_path / "o")
    sjekk = ordning("sjekk", "askeladden", "--json", miljo=egne)
    assert sjekk.kode == 1
    funn = [f for f in sjekk.json["askeladden"] if re.search(hva, f["hva"]) and re.search(hvor, f["hvor"])]
    assert funn, sjekk.ut
    assert all(f["hvorfor"] and f["gjor_dette"] for f in sjekk.json["askeladden"])
    kjor = ordning("kjor", "askeladden", "--soknader", SOKNADER / "gode.csv", *DATO, miljo=egne)
    if "gyldig Python" in hva:
        kjor.feil = re.sub(r"(ikke gyldig Python): .*", r"\1.", kjor.feil)  # the words of Python are for a programmer
    krev_god_melding(kjor, hva, hvor)
    assert not hent(tmp_path / "data", sa.select(leveranse.c.leveranse_id))
