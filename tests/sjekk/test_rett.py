"""`ordning sjekk --rett` mends what is mechanical, says what, decides nothing, and stays in the folder."""

import unicodedata

from kjerne.sjekk import sjekk_ordning
from kjerne.sjekk.rett import rett_mappe
from tests.cli.dorer import miljo, ordning
from tests.sjekk.ordningskopi import avtrykk, bytt, legg_til


def rot_til(hel):
    """Every mechanical fault at once. Returns the files as they were."""
    før = {f: f.read_bytes() for f in hel.rglob("*") if f.is_file()}
    saker, parametre = hel / "eksempler/saker.csv", hel / "parametre.csv"
    saker.write_bytes(b"\xef\xbb\xbf" + saker.read_bytes().replace(b"\n", b"\r\n"))
    parametre.write_bytes(parametre.read_bytes().replace(b";eventyr;", b" ; eventyr;").rstrip(b"\n"))
    for fil in ("regler.py", "ordning.toml"):
        (hel / fil).write_text(unicodedata.normalize("NFD", (hel / fil).read_text("utf-8")), "utf-8")
    return før


def test_alt_det_mekaniske_rettes_til_de_samme_bytene(hel):
    før = rot_til(hel)
    assert len(sjekk_ordning(hel)) >= 4
    rundt = avtrykk(hel.parent, hel)
    gjort = rett_mappe(hel)
    assert {f: f.read_bytes() for f in hel.rglob("*") if f.is_file()} == før
    assert sjekk_ordning(hel) == []
    assert avtrykk(hel.parent, hel) == rundt
    assert {g.split(":")[0] for g in gjort} == {"eksempler/saker.csv", "parametre.csv", "regler.py", "ordning.toml"}
    assert rett_mappe(hel) == []


def test_en_gammel_regler_md_skrives_på_nytt(hel):
    legg_til(hel / "REGLER.md", "Og en regel til.")
    assert rett_mappe(hel) == ["REGLER.md: skrevet av reglene slik de er nå"]
    assert sjekk_ordning(hel) == []


def test_et_filnavn_i_nfd_får_vanlig_form(hel):
    (hel / "brev" / unicodedata.normalize("NFD", "på.html")).write_text("x\n", "utf-8")
    assert "på.html: navnet er gjort om til vanlig form (NFC)" in rett_mappe(hel)
    assert (hel / "brev" / unicodedata.normalize("NFC", "på.html")).exists()


def test_en_lenke_ut_av_mappen_blir_ikke_fulgt(hel, tmp_path):
    utenfor = tmp_path / "utenfor.csv"
    utenfor.write_bytes(b"a;b \r\n")
    (hel / "eksempler/mer.csv").symlink_to(utenfor)
    assert rett_mappe(hel) == []
    assert utenfor.read_bytes() == b"a;b \r\n"


def test_det_som_må_avgjøres_av_folk_rettes_ikke(hel):
    bytt(hel / "brev/vedtak.nb.html", "Du har kappspist med trollet.", "")
    bytt(hel / "eksempler/saker.csv", "innvilget;72;", "innvilget;73;")
    før = avtrykk(hel.parent, hel.parent / "ingen")
    assert [g.split(":")[0] for g in rett_mappe(hel)] == ["REGLER.md"]  # shows the letters' fingerprint and the example as it stands
    etter = avtrykk(hel.parent, hel.parent / "ingen")
    assert [f for f in før if før[f] != etter[f]] == ["askeladden/REGLER.md"]
    assert len(sjekk_ordning(hel)) == 2


def test_kommandoen_sier_hva_den_rettet(hel, tmp_path):
    rot_til(hel)
    egne = miljo(tmp_path / "data", hel.parent)
    assert "BOM" in ordning("sjekk", "askeladden", miljo=egne).ut
    svar = ordning("sjekk", "askeladden", "--rett", miljo=egne)
    assert (svar.kode, svar.feil) == (0, "")
    assert "Rettet askeladden/eksempler/saker.csv: rettet BOM, linjeskift fra Windows (CRLF)" in svar.ut
    assert "askeladden: i orden" in svar.ut
    assert ordning("sjekk", "askeladden", "--rett", "--json", miljo=egne).json == {"rettet": {"askeladden": []}, "funn": {"askeladden": []}}
