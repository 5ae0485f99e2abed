"""Parameters that are set, and versions to compare with."""

import subprocess
from decimal import Decimal

import pytest

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.regelmotor.regelverk import les_regelverk
from kjerne.regelmotor.utgave import annen_utgave, med_satt


def verdier(verk, navn):
    return [p.verdi for p in verk.parameternavn[navn]]


@pytest.mark.parametrize(
    ("tekst", "navn", "ventet"),
    [
        ("dekning=90", "dekning", ["0.9", "0.9"]),  # both rows are in force while the scheme is
        ("dekning = 62,5 %", "dekning", ["0.625", "0.625"]),
        ("dekning@01.06.2020=90 %", "dekning", ["0.8", "0.9"]),
        ("dekning@2020-05-31=90 %", "dekning", ["0.9", "0.6"]),
        ("maks_gull=7,5 G", "maks_gull", ["7.5"]),
        ("gullverdi=1 000", "gullverdi", ["1000", "1000"]),  # shared law can be set too
        ("stønadsdager=20 dager", "stønadsdager", ["20"]),
    ],
)
def test_sett(askeladden, tekst, navn, ventet):
    foer = verdier(askeladden, navn)
    nytt, satt = med_satt(askeladden, [tekst])
    assert verdier(nytt, navn) == [Decimal(v) for v in ventet]
    assert [s.rad.verdi for s in satt] == [f for f, n in zip(foer, verdier(nytt, navn), strict=True) if f != n]
    assert verdier(askeladden, navn) == foer  # the scheme itself is as it was
    assert nytt.fingeravtrykk != askeladden.fingeravtrykk


def test_sett_dato_og_koder(askeladden):
    nytt, _ = med_satt(askeladden, ["frist=31.12.2020", "lønnstyper=Loennsinntekt|Naeringsinntekt"])
    assert str(verdier(nytt, "frist")[0]) == "2020-12-31"
    assert verdier(nytt, "lønnstyper") == ["Loennsinntekt|Naeringsinntekt"]


def test_ingenting_satt_er_samme_ordning(askeladden):
    assert med_satt(askeladden, []) == (askeladden, [])


@pytest.mark.parametrize(
    ("tekst", "ord_"),
    [
        ("deknin=90", "Mente du «dekning»?"),
        ("qqqqqq=1", "Kjente parametre: "),
        ("dekning", "parameter=verdi"),
        ("dekning=mye", "er ikke et tall"),
        ("dekning=", "verdien mangler"),
        ("dekning=-5%", "Dekning kan ikke være under null"),
        ("stønadsdager=-1", "kan ikke være under null"),
        ("frist=31.02.2020", "ikke en dag som finnes"),
        ("dekning@i går=3", "er ikke en dato"),
        ("dekning@01.01.2030=3", "ingen rad av dekning gjelder 01.01.2030"),
    ],
)
def test_det_som_ikke_kan_settes(askeladden, tekst, ord_):
    with pytest.raises(Ordningsfeil) as feil:
        med_satt(askeladden, ["maks_gull=5", tekst])
    assert ord_.lower() in str(feil.value).lower()
    assert feil.value.kode == 2
    assert "Ingenting er simulert" in str(feil.value)


def test_alle_feil_vises_paa_en_gang(askeladden):
    with pytest.raises(Ordningsfeil) as feil:
        med_satt(askeladden, ["deknin=90", "maks_gull=x"])
    assert len(feil.value.feil) == 2


def git(mappe, *args):
    subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *args], cwd=mappe, check=True, capture_output=True)


def endre(mappe, fra, til):
    fil = mappe / "parametre.csv"
    assert fra in fil.read_text("utf-8")
    fil.write_text(fil.read_text("utf-8").replace(fra, til), "utf-8")


def test_forrige_er_det_som_er_lagret_i_git(kopi):
    git(kopi.parent, "init", "-q")
    git(kopi.parent, "add", "-A")
    git(kopi.parent, "commit", "-qm", "x")
    endre(kopi, "stønadsdager;18;", "stønadsdager;30;")
    felles = kopi.parent / "_felles" / "parametre.csv"
    felles.write_text(felles.read_text("utf-8").replace(";100;", ";999;"), "utf-8")
    nytt = les_regelverk(kopi)
    forrige = annen_utgave(nytt, "forrige")
    assert verdier(nytt, "stønadsdager") == [30]
    assert verdier(forrige, "stønadsdager") == [18]
    assert verdier(forrige, "gullverdi") == [100, 110]  # shared law as it was, too
    assert not [f for f in kopi.parent.parent.rglob("*") if "utgave" in f.name]


def test_en_mappe_som_heter_noe_annet(askeladden, kopi, tmp_path):
    annen = kopi.rename(tmp_path / "utkast-2")
    endre(annen, "stønadsdager;18;", "stønadsdager;30;")
    assert verdier(annen_utgave(askeladden, str(annen)), "stønadsdager") == [30]
    manifest = annen / "ordning.toml"
    manifest.write_text(manifest.read_text("utf-8").replace('id = "askeladden"', 'id = "espen"'), "utf-8")
    with pytest.raises(Ordningsfeil, match="«espen», ikke «askeladden»"):
        annen_utgave(askeladden, str(annen))


def test_det_som_ikke_er_en_utgave(kopi, tmp_path):
    verk = les_regelverk(kopi)
    for mot, ord_ in (("forrige", "ikke lagret i git"), (str(tmp_path / "ingen"), "ordning.toml mangler")):
        with pytest.raises(Ordningsfeil, match=ord_) as feil:
            annen_utgave(verk, mot)
        assert feil.value.kode == 2
    (kopi / "regler.py").write_text("x = 1\n", "utf-8")
    with pytest.raises(Ordningsfeil) as feil:
        annen_utgave(verk, str(kopi))
    assert str(kopi) in feil.value.feil[0].hvor  # the folder that was named, not a copy of it
