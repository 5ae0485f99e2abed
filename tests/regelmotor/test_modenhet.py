"""The ladder: a signature holds for exactly one REGLER.md, and below godkjent the gate is shut."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path

import pytest

from kjerne.kontrakt.feil import Ordningsfeil, Samlefeil
from kjerne.kontrakt.modenhet import FILNAVN, MENNESKEKRAV, les_modenhet
from kjerne.regelmotor.modenhet import krev_trinn, signer, stilling
from kjerne.regelmotor.regeldok import skriv_regeldok
from kjerne.regelmotor.regelverk import Regelverk, les_regelverk

EVENTYR = Path(__file__).parents[1] / "eventyr" / "askeladden"
DAG = dt.date(2020, 4, 1)


@pytest.fixture
def mappe(tmp_path) -> Path:
    """The fictional scheme with every human requirement answered and REGLER.md made."""
    maal = tmp_path / "askeladden"
    shutil.copytree(EVENTYR, maal, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(EVENTYR.parent / "_felles", tmp_path / "_felles")
    (maal / FILNAVN).write_text("".join(f'[krav.{k.id}]\nstatus = "gjort"\ngrunn = "prøvd"\n' for k in MENNESKEKRAV), "utf-8")
    skriv_regeldok(les_regelverk(maal))
    return maal


def bytt(sti: Path, fra: str, til: str) -> None:
    tekst = sti.read_text("utf-8")
    assert fra in tekst
    sti.write_text(tekst.replace(fra, til, 1), "utf-8")


def trinn(mappe: Path) -> str:
    return stilling(les_regelverk(mappe), funn=0).trinn


def signert(mappe: Path) -> Regelverk:
    signer(les_regelverk(mappe), "Kari «Jurist» \"Olsen\"", DAG)
    return les_regelverk(mappe)


def test_uten_signatur_er_ordningen_paa_prove(mappe):
    assert trinn(mappe) == "prove"
    assert [x.krav.id for x in stilling(les_regelverk(mappe), funn=0).mangler("godkjent")] == ["signatur"]


def test_signaturen_leses_tilbake_og_gir_godkjent(mappe):
    verk = signert(mappe)
    assert les_modenhet(mappe).signatur.jurist == 'Kari «Jurist» "Olsen"'
    assert trinn(mappe) == "godkjent"
    assert stilling(verk).trinn == "godkjent"  # also without running the check again
    krev_trinn(verk, "godkjent", hva="Å betale")


def test_ny_signatur_erstatter_den_gamle_og_lar_resten_staa(mappe):
    signert(mappe)
    foer = (mappe / FILNAVN).read_text("utf-8")
    signer(les_regelverk(mappe), "En annen", DAG)
    etter = (mappe / FILNAVN).read_text("utf-8")
    assert etter.count("[signatur]") == 1
    assert etter.split("[signatur]")[0] == foer.split("[signatur]")[0]


@pytest.mark.parametrize("fil, fra, til", [
    ("regler.py", "lavest(", "høyest("),
    ("parametre.csv", ";", ";", ),
    ("REGLER.md", "Vilkår", "Vilkaar"),
    ("flyt.py", 'standardflyt("askeladden")', 'standardflyt("askeladden").uten("brev")'),
])  # fmt: skip
def test_en_endret_regel_gjor_signaturen_ugyldig(mappe, fil, fra, til):
    signert(mappe)
    if fil == "parametre.csv":
        (mappe / fil).write_text((mappe / fil).read_text("utf-8").rstrip("\n") + " endret\n", "utf-8")
    else:
        bytt(mappe / fil, fra, til)
    naa = stilling(les_regelverk(mappe))
    assert naa.trinn != "godkjent"
    with pytest.raises(Ordningsfeil, match="krever at ordningen er godkjent"):
        krev_trinn(les_regelverk(mappe), "godkjent", hva="Å betale")


def test_regeldok_laget_paa_nytt_etter_endring_maa_signeres_paa_nytt(mappe):
    signert(mappe)
    bytt(mappe / "ordning.toml", "kongens lov nr. 1", "kongens lov nr. 2")
    skriv_regeldok(les_regelverk(mappe))
    assert stilling(les_regelverk(mappe)).trinn != "godkjent"
    assert stilling(signert(mappe)).trinn == "godkjent"


def test_aa_lukke_en_ordning_krever_ikke_ny_signatur(mappe):
    signert(mappe)
    bytt(mappe / "ordning.toml", 'tilstand = "godkjent"', 'tilstand = "lukket"')
    verk = les_regelverk(mappe)
    assert stilling(verk).trinn == "lukket"
    krev_trinn(verk, "godkjent", "lukket", hva="Å betale")
    with pytest.raises(Ordningsfeil, match="men den er lukket"):
        krev_trinn(verk, "godkjent", hva="Å fatte vedtak")


def test_tilstanden_i_ordning_toml_setter_taket(mappe):
    bytt(mappe / "ordning.toml", 'tilstand = "godkjent"', 'tilstand = "utkast"')
    skriv_regeldok(les_regelverk(mappe))
    assert stilling(signert(mappe)).trinn == "utkast"


def test_funn_i_sjekken_stanser_paa_utkast(mappe):
    assert stilling(signert(mappe), funn=2).trinn == "utkast"


def test_et_krav_som_gjenstaar_stanser_godkjenningen(mappe):
    signert(mappe)
    bytt(mappe / FILNAVN, '[krav.klage]\nstatus = "gjort"', '[krav.klage]\nstatus = "todo"')
    with pytest.raises(Ordningsfeil, match="Klager kan tas imot"):
        krev_trinn(les_regelverk(mappe), "godkjent", hva="Å betale")


def test_et_vilkaar_uten_paragraf_er_et_aapent_punkt_til_noen_har_skrevet_hvorfor(mappe):
    ledd = {x.krav.id: x for x in stilling(les_regelverk(mappe), funn=0).ledd}
    assert ledd["hjemler"].status == "gjort"  # found out by the machine
    bytt(mappe / "regler.py", '"KL § 5", "Søkte', '"KL § ?", "Søkte')
    skriv_regeldok(les_regelverk(mappe))
    naa = stilling(signert(mappe), funn=0)
    ledd = {x.krav.id: x for x in naa.ledd}
    assert (ledd["hjemler"].status, naa.trinn) == ("todo", "prove")  # «gjort» is not true as long as one lacks it
    assert ledd["hjemler"].grunn == "§ ? i 1 vilkår: søkte_i_tide"
    bytt(mappe / FILNAVN, '[krav.hjemler]\nstatus = "gjort"', '[krav.hjemler]\nstatus = "unntak"')
    naa = stilling(les_regelverk(mappe), funn=0)
    ledd = {x.krav.id: x for x in naa.ledd}
    assert (ledd["hjemler"].status, naa.trinn) == ("unntak", "godkjent")
    assert "prøvd (§ ? i 1 vilkår: søkte_i_tide)" in ledd["hjemler"].grunn


def test_gammel_regeldok_kan_ikke_signeres(mappe):
    bytt(mappe / "ordning.toml", "kongens lov nr. 1", "kongens lov nr. 2")
    with pytest.raises(Ordningsfeil, match="ikke laget av reglene slik de er nå"):
        signer(les_regelverk(mappe), "Kari", DAG)


@pytest.mark.parametrize("innhold, ordet", [
    ("[krav.klage]\nstatus = \"gjort\"\n", "trenger en grunn"),
    ("[krav.klage]\nstatus = \"nesten\"\n", "krav.klage.status"),
    ("[krav.signatur]\nstatus = \"todo\"\n", "maskinen avgjør"),
    ("[krav.finnes_ikke]\nstatus = \"todo\"\n", "ukjente krav"),
    ("[signatur]\njurist = \"K\"\ndato = 2020-01-01\nregler_sha256 = \"kort\"\n", "regler_sha256"),
    ("[krav\n", "ikke gyldig TOML"),
])  # fmt: skip
def test_en_gal_fil_gir_en_feil_som_kan_leses(mappe, innhold, ordet):
    (mappe / FILNAVN).write_text(innhold, "utf-8")
    with pytest.raises((Ordningsfeil, Samlefeil)) as feil:
        les_modenhet(mappe)
    assert ordet in str(feil.value)
    assert FILNAVN in str(feil.value)


def test_uten_fil_er_ingenting_gjort(mappe):
    os.remove(mappe / FILNAVN)
    assert stilling(les_regelverk(mappe), funn=0).trinn == "utkast"
