"""A newer template comes into an edited scheme: no edit is lost, no conflict is silent."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.skjelett import fletting, les_gamle_svar, oppdater, tegn
from kjerne.skjelett.fletting import BEHOLDT, BORTE, ERSTATTET, FJERNET, FLETTET, KONFLIKT, NY, flett
from tests.skjelett.nyelag import alt, bytt, funn, lag, nyere_mal, rot, svar_for

LINJER = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "ø\n", "\n"]), max_size=12).map("".join)
NY_KONTROLL = ("# --- Når pengene skal ut", '[[kontroll]]\nnavn = "inn_ident_skiftet"\nhandling = "FLAGG"\nalvor = "warning"\n'
               'hvorfor = "Inntekten kan stå på et tidligere D-nummer."\n\n# --- Når pengene skal ut')  # fmt: skip


@pytest.fixture
def mappe(tmp_path) -> Path:
    return lag(rot(tmp_path))


def hva(resultat) -> dict[str, str]:
    return {e.sti: e.hva for e in resultat.endringer}


def test_samme_mal_endrer_ingenting(mappe):
    foer = alt(mappe)
    assert oppdater(mappe, les_gamle_svar(mappe)).endringer == () and alt(mappe) == foer


def test_det_dere_har_endret_staar_og_det_nye_kommer(tmp_path, mappe):
    bytt(mappe / "kvalitet.toml", "frist_dager = 14", "frist_dager = 21")
    bytt(mappe / "regler.py", '"Er rammet av det ordningen gjelder"', '"Har mistet arbeidet"')
    mal = nyere_mal(tmp_path, kvalitet__toml=NY_KONTROLL, runbook__md=("For den som kjører ordningen.", "For den som har vakt."))
    resultat = oppdater(mappe, les_gamle_svar(mappe), mal=mal)
    assert hva(resultat) == {"kvalitet.toml": FLETTET, "runbook.md": ERSTATTET}
    kvalitet = (mappe / "kvalitet.toml").read_text("utf-8")
    assert "frist_dager = 21" in kvalitet and "inn_ident_skiftet" in kvalitet
    assert "Har mistet arbeidet" in (mappe / "regler.py").read_text("utf-8")
    assert (mappe / "runbook.md").read_text("utf-8") == tegn("prove", svar_for(), mal)["runbook.md"]
    assert funn(mappe) == []
    assert oppdater(mappe, les_gamle_svar(mappe), mal=mal).endringer == ()  # once is enough


def test_en_konflikt_staar_i_filen_og_i_listen(tmp_path, mappe):
    bytt(mappe / "kvalitet.toml", "frist_dager = 14", "frist_dager = 21")
    mal = nyere_mal(tmp_path, kvalitet__toml=("frist_dager = 14", "frist_dager = 10"))
    resultat = oppdater(mappe, les_gamle_svar(mappe), mal=mal)
    assert resultat.konflikter == ["kvalitet.toml"] and hva(resultat) == {"kvalitet.toml": KONFLIKT}
    linjer = (mappe / "kvalitet.toml").read_text("utf-8").splitlines()
    assert {"<<<<<<< slik dere har skrevet det", "frist_dager = 21", "frist_dager = 10", ">>>>>>> malen nå"} <= set(linjer)
    foer = alt(mappe)
    with pytest.raises(Ordningsfeil, match="konflikt fra forrige oppdatering"):
        oppdater(mappe, les_gamle_svar(mappe), mal=mal)
    assert alt(mappe) == foer


def test_vis_skriver_ingenting_og_sier_det_samme(tmp_path, mappe):
    bytt(mappe / "kvalitet.toml", "frist_dager = 14", "frist_dager = 21")
    mal = nyere_mal(tmp_path, kvalitet__toml=NY_KONTROLL, runbook__md=("For den som kjører ordningen.", "For den som har vakt."))
    foer = alt(mappe)
    vist = oppdater(mappe, les_gamle_svar(mappe), mal=mal, bare_vis=True)
    assert alt(mappe) == foer
    assert vist == oppdater(mappe, les_gamle_svar(mappe), mal=mal) and alt(mappe) != foer
    forskjell = {e.sti: e.forskjell for e in vist.endringer}
    assert "+For den som har vakt." in forskjell["runbook.md"] and "frist_dager" not in forskjell["kvalitet.toml"]


def test_et_endret_svar_foelges_gjennom_mappen(mappe):
    bytt(mappe / "regler.py", '"Er rammet av det ordningen gjelder"', '"Har mistet arbeidet"')
    bytt(mappe / ".mal" / "svar.toml", "kroner = 30000", "kroner = 24000")
    resultat = oppdater(mappe, les_gamle_svar(mappe))
    assert hva(resultat) == {"eksempler/saker.csv": ERSTATTET, "eksempler/inntekter.csv": ERSTATTET, "ordning.toml": ERSTATTET,
                             "parametre.csv": ERSTATTET}  # fmt: skip
    assert "tak_per_måned;24000;" in (mappe / "parametre.csv").read_text("utf-8")
    assert "Har mistet arbeidet" in (mappe / "regler.py").read_text("utf-8") and funn(mappe) == []


def test_filer_som_kommer_gaar_og_er_slettet(tmp_path, mappe):
    mal = nyere_mal(tmp_path, flyt__py=("as they are", "as they still are"), README__md=("A draft", "A first draft"))
    (mal / "runbook.md").unlink()
    (mal / "modenhet.toml").unlink()
    (mal / "eksempler" / "flere.csv").write_text("sak;<< id >>\n", "utf-8")
    (mappe / "flyt.py").unlink()
    bytt(mappe / "runbook.md", "## Hver dag", "## Hver natt")
    resultat = oppdater(mappe, les_gamle_svar(mappe), mal=mal)
    assert hva(resultat) == {"README.md": ERSTATTET, "eksempler/flere.csv": NY, "flyt.py": BORTE, "modenhet.toml": FJERNET,
                             "runbook.md": BEHOLDT}  # fmt: skip
    assert (mappe / "eksempler" / "flere.csv").read_text("utf-8") == "sak;prove\n"
    assert not (mappe / "flyt.py").exists() and not (mappe / "modenhet.toml").exists()
    assert "## Hver natt" in (mappe / "runbook.md").read_text("utf-8")


def test_en_ny_fil_i_malen_som_dere_alt_har_skrevet(tmp_path, mappe):
    mal = nyere_mal(tmp_path)
    (mal / "eksempler" / "flere.csv").write_text("malens\n", "utf-8")
    (mappe / "eksempler" / "flere.csv").write_text("deres\n", "utf-8")
    assert oppdater(mappe, les_gamle_svar(mappe), mal=mal).konflikter == ["eksempler/flere.csv"]
    tekst = (mappe / "eksempler" / "flere.csv").read_text("utf-8")
    assert "deres\n" in tekst and "malens\n" in tekst


def test_et_regneark_som_bare_har_lagret_er_ingen_endring(tmp_path, mappe):
    """A spreadsheet adds a mark in front and other line ends. They stay, and the new line comes in with the same."""
    sti = mappe / "parametre.csv"
    sti.write_bytes(b"\xef\xbb\xbf" + sti.read_bytes().replace(b"\n", b"\r\n"))
    mal = nyere_mal(tmp_path, parametre__csv=("<% endfor %>\n", "<% endfor %>\nny;1;kr;01.11.2026;;;FOR § ?;mal;\n"))
    assert hva(oppdater(mappe, les_gamle_svar(mappe), mal=mal)) == {"parametre.csv": ERSTATTET}
    assert sti.read_bytes().startswith(b"\xef\xbb\xbfparameter;") and sti.read_bytes().endswith("§ ?;mal;\r\n".encode())


def test_en_fletting_som_ble_drept_begynner_igjen(tmp_path, mappe, monkeypatch):
    """Killed before any write, and run again: the folder ends as it would have."""
    bytt(mappe / "kvalitet.toml", "frist_dager = 14", "frist_dager = 21")
    mal = nyere_mal(tmp_path, kvalitet__toml=NY_KONTROLL, runbook__md=("For den som kjører ordningen.", "For den som har vakt."))
    fasit = shutil.copytree(mappe, tmp_path / "fasit" / "prove")
    oppdater(fasit, les_gamle_svar(fasit), mal=mal)
    ekte = fletting.skriv_fil
    for nr in range(1, 6):  # two files, their two bases, the answers
        en = shutil.copytree(mappe, tmp_path / str(nr) / "prove")
        antall = itertools.count(1)

        def skriv(sti, tekst, nr=nr, antall=antall):
            if next(antall) == nr:
                raise KeyboardInterrupt
            ekte(sti, tekst)

        monkeypatch.setattr(fletting, "skriv_fil", skriv)
        with pytest.raises(KeyboardInterrupt):
            oppdater(en, les_gamle_svar(en), mal=mal)
        monkeypatch.setattr(fletting, "skriv_fil", ekte)
        oppdater(en, les_gamle_svar(en), mal=mal)
        assert alt(en) == alt(fasit), nr


def test_en_ordning_skrevet_for_haand_kan_ikke_oppdateres(mappe):
    shutil.rmtree(mappe / ".mal")
    with pytest.raises(Ordningsfeil, match="ikke laget med ordning ny"):
        les_gamle_svar(mappe)


def test_et_sporsmaal_som_er_nytt_i_malen_har_et_standardsvar(mappe):
    sti = mappe / ".mal" / "svar.toml"
    bytt(sti, "dekning = 80\n", "")
    bytt(sti, 'jurist = "Fagansvarlig jurist"\n', "")
    assert les_gamle_svar(mappe) == svar_for()


def test_perioden_har_ikke_noe_standardsvar_siden(mappe):
    bytt(mappe / ".mal" / "svar.toml", "gjelder = { fra = 2026-11-01, til = 2027-04-30 }\n", "")
    with pytest.raises(Ordningsfeil, match="gjelder.fra mangler"):
        les_gamle_svar(mappe)


@settings(max_examples=40, deadline=None)
@given(LINJER, LINJER)
def test_den_som_ikke_har_endret_noe_faar_den_andres(gammel, endret):
    assert flett(endret, gammel, gammel) == (endret, False)
    assert flett(gammel, gammel, endret) == (endret, False)
    assert flett(endret, gammel, endret) == (endret, False)
