"""The single checks: what each one finds, and that it finds nothing where there is nothing."""

import time

import pytest

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.regelmotor.eksempler import les_eksempler
from kjerne.regelmotor.regelverk import les_regelverk
from kjerne.sjekk import belopsgrenser, formler, invarianter, klagefrist, koder, kvalitet, modenhet, personvern, sjekk_ordning
from kjerne.sjekk.tidsgrense import tidsgrense
from tests.cli.dorer import miljo, ordning
from tests.sjekk.ordningskopi import bytt


def sett(mappe):
    return les_eksempler(les_regelverk(mappe))


def test_høyeste_beløp_er_taket_ganger_dagene(hel):
    """Six gold at 110 from May, 4,615 per cent of it, 80 per cent until June: 6 * 110 * 0,04615 * 0,8 = 24,37 a day, 18 days."""
    assert belopsgrenser.hoyeste(sett(hel)) == 24 * 18 * 100
    assert belopsgrenser.sjekk(sett(hel)) == []
    bytt(hel / "ordning.toml", "maks_per_sak = 60_000", "maks_per_sak = 431")
    (funn,) = belopsgrenser.sjekk(sett(hel))
    assert "432\u00a0kr i én sak" in funn.hva
    assert "minst 432" in funn.gjor_dette


def test_et_beløp_uten_tak_har_bare_grensen(hel):
    bytt(hel / "regler.py", "return lavest(månedslønn, maks_gull * gullverdi)", "return månedslønn")
    assert belopsgrenser.hoyeste(sett(hel)) is None


def test_et_negativt_beløp_er_et_funn(hel):
    bytt(hel / "regler.py", "return dagsats * stønadsdager", "return -dagsats")
    hva = [f.hva for f in invarianter.sjekk(sett(hel))]
    assert "A-03: gull er negativ." in hva


def test_en_periode_baklengs_er_et_funn(hel):
    bytt(hel / "regler.py", 'fom="jaget_fra", tom="siste_dag"', 'fom="siste_dag", tom="jaget_fra"')
    assert "slutter før den begynner" in invarianter.sjekk(sett(hel))[0].hva


def test_ukjent_som_gir_mer_penger_er_et_funn(hel):
    bytt(hel / "regler.py", "    ett_av,\n", "    ett_av,\n    første_kjente,\n")
    bytt(hel / "regler.py", "return dagsats * stønadsdager", "return dagsats * stønadsdager * første_kjente(lavest(grad, 1), 12)")
    bytt(hel / "regler.py", "def gull(dagsats, stønadsdager)", "def gull(dagsats, stønadsdager, grad)")
    bytt(hel / "regler.py", "dekning * grad)", "dekning * første_kjente(grad, 1))")
    hva = [f.hva for f in invarianter.sjekk(sett(hel))]
    assert any("Uten grad gir reglene mer penger" in h for h in hva), hva


def test_ukjent_som_gir_avslag_er_et_funn(hel):
    bytt(hel / "regler.py", "    ett_av,\n", "    ett_av,\n    kjent,\n")
    bytt(hel / "regler.py", "return senest(mottatt_dato, frist)", "return kjent(mottatt_dato)")
    hva = [f.hva for f in invarianter.sjekk(sett(hel))]
    assert any("Uten mottatt_dato gir reglene avslag" in h for h in hva), hva


def test_hvert_inntektsfelt_har_en_kontroll(hel):
    assert kvalitet.sjekk(les_regelverk(hel)) == []
    bytt(hel / "kvalitet.toml", 'navn = "inn_vindu_komplett"', 'navn = "inn_hopp"')
    assert kvalitet.sjekk(les_regelverk(hel)) == []  # the months are guarded in another way too
    tekst = (hel / "kvalitet.toml").read_text("utf-8")
    kontroller = [d for d in tekst.split("[[kontroll]]") if "inn_maaned_ferdig" not in d]
    (hel / "kvalitet.toml").write_text("[[kontroll]]".join(kontroller), "utf-8")
    (funn,) = kvalitet.sjekk(les_regelverk(hel))
    assert "Reglene bruker maaned i inntekten" in funn.hva


def test_personvern_kan_stå_på_hvert_felt(hel):
    bytt(hel / "ordning.toml", '[personvern]\nhjemmel = "Kongens lov"\nlagring_aar = 10\n', "")
    (funn,) = personvern.sjekk(les_regelverk(hel))
    assert "jaget_fra" in funn.hva
    egne = 'formaal = "Prøve reglene", hjemmel = "KL", lagring_aar = 5'
    tekst = (hel / "ordning.toml").read_text("utf-8").replace('formaal = "Prøve reglene"', egne)
    (hel / "ordning.toml").write_text(tekst, "utf-8")
    assert personvern.sjekk(les_regelverk(hel)) == []


def test_tilstanden_er_ikke_høyere_enn_svarene(hel):
    assert modenhet.sjekk(les_regelverk(hel)) == []
    bytt(hel / "ordning.toml", 'tilstand = "utkast"', 'tilstand = "prove"')
    assert {f.hva.split("kravet ")[1].split()[0] for f in modenhet.sjekk(les_regelverk(hel))} == {"personvern", "datatilgang"}
    bytt(hel / "modenhet.toml", '[krav.personvern]\nstatus = "todo"', '[krav.personvern]\nstatus = "gjort"\ngrunn = "Vurdert"')
    bytt(hel / "modenhet.toml", '[krav.datatilgang]\nstatus = "todo"', '[krav.datatilgang]\nstatus = "unntak"\ngrunn = "Eventyr"')
    assert modenhet.sjekk(les_regelverk(hel)) == []


FORMLER = {"=1+1": True, "@a": True, "+a": True, "-cmd|x": True, "-5": False, "-4,5 %": False, "tekst - mer": False, "-": False, "": False}


@pytest.mark.parametrize(("celle", "formel"), FORMLER.items())
def test_formler(hel, celle, formel):
    (hel / "eksempler/mer.csv").write_text(f"a;b\n{celle};x\n", "utf-8")
    assert bool(formler.sjekk(hel)) is formel


def test_flyten_leses_og_kjøres_ikke(hel, tmp_path, monkeypatch):
    """Not by the check and not by the command: the file could have done anything."""
    monkeypatch.setattr("flows.standardflyt", lambda _: pytest.fail("kjørt"))
    monkeypatch.setattr("kjerne.kjoring.flytfil.les_flyt", lambda _: pytest.fail("lastet"))
    assert sjekk_ordning(hel) == []
    (hel / "flyt.py").write_text(f'from kjerne.cli.prover import os\nx = os.mkdir("{tmp_path}/utenfor")\n', "utf-8")
    svar = ordning("sjekk", "askeladden", miljo=miljo(tmp_path / "data", hel.parent))
    assert svar.kode == 1
    assert "Import fra «kjerne.cli.prover» er ikke lov i flyt.py" in svar.ut
    assert not (tmp_path / "utenfor").exists()


def test_tiden_er_ute():
    with pytest.raises(Ordningsfeil, match="ikke ferdige etter 0 sekunder"), tidsgrense(0.05, "regler.py"):
        while True:
            time.sleep(0.01)


def test_eksempler_som_aldri_blir_ferdige_er_et_funn(hel, monkeypatch):
    monkeypatch.setattr("kjerne.sjekk.tidsgrense.SEKUNDER", 0.05)
    monkeypatch.setattr("kjerne.sjekk.eksempler.prov_eksempler", lambda _: time.sleep(10) or [])
    start = time.monotonic()
    assert any("ikke ferdige" in f.hva for f in sjekk_ordning(hel))
    assert time.monotonic() - start < 5


def test_en_sjekk_som_faller_stanser_ikke_de_andre(hel, monkeypatch):
    monkeypatch.setattr("kjerne.sjekk.personer._ekte", lambda _: 1 / 0)
    (hel / "README.md").write_text("12345678901\n", "utf-8")
    bytt(hel / "runbook.md", "## Hver dag", "## Av og til")
    assert {f.fil(hel) for f in sjekk_ordning(hel)} == {"mappen", "runbook.md"}


def test_listen_er_gruppert_etter_fil_og_uten_farger_i_et_rør(hel, tmp_path):
    bytt(hel / "brev/vedtak.nb.html", "Du har kappspist med trollet.", "")
    bytt(hel / "runbook.md", "## Hver dag", "## Av og til")
    svar = ordning("sjekk", "askeladden", miljo=miljo(tmp_path / "data", hel.parent))
    assert svar.kode == 1
    linjer = [li.strip() for li in svar.ut.splitlines()]
    assert "askeladden: 3 ting å rette" in linjer  # the letters are part of REGLER.md's fingerprint
    assert {"brev/vedtak.nb.html", "runbook.md", "REGLER.md"} <= set(linjer)
    assert all(ord_ in svar.ut for ord_ in ("Slik retter du:", "Hvorfor:", "Kjør igjen når noe er rettet: ordning sjekk askeladden"))
    assert "\x1b" not in svar.ut


def test_en_klagefrist_som_ikke_er_lovens_har_hjemmel_eller_kilde(hel):
    assert klagefrist.sjekk(les_regelverk(hel)) == []
    bytt(hel / "ordning.toml", 'frist_uker = 3\nkilde = "eventyr"', 'frist_uker = 6\nkilde = ""')
    (funn,) = klagefrist.sjekk(les_regelverk(hel))
    assert "6 uker" in funn.hva and "forvaltningsloven § 29 gir 3" in funn.hva
    bytt(hel / "ordning.toml", 'kilde = ""', 'kilde = ""\nhjemmel = { nb = "kongens lov § 8", nn = "lova til kongen § 8" }')
    assert klagefrist.sjekk(les_regelverk(hel)) == []


def test_et_spørsmål_til_personen_er_på_begge_målformer(hel):
    til = 'sporsmal_til = "{}"\nsporsmal = "Hvilken lønn'
    bytt(hel / "kvalitet.toml", til.format("arbeidsgiver"), til.format("person"))
    (funn,) = kvalitet.sjekk(les_regelverk(hel))
    assert "Spørsmålet i inn_vindu_komplett går til personen, og har ikke nynorsk" in funn.hva
    bytt(hel / "kvalitet.toml", 'sporsmal = "Hvilken lønn utbetalte gården for {maaned}?"', 'sporsmal = { nb = "Hva?", nn = "Kva?" }')
    assert kvalitet.sjekk(les_regelverk(hel)) == []


def test_en_ny_kode_er_lov_når_merknaden_sier_det(hel):
    bytt(hel / "parametre.csv", "lønnstyper;Loennsinntekt;koder;01.03.2020;31.08.2020;;KL § 3 første ledd;eventyr;",
         "lønnstyper;Loennsinntekt|Gullinntekt;koder;01.03.2020;31.08.2020;;KL § 3 første ledd;eventyr;")  # fmt: skip
    assert [f.hva for f in koder.sjekk(les_regelverk(hel))] == ["lønnstyper: «Gullinntekt» er ikke en kjent inntektstype."]
    bytt(hel / "parametre.csv", "KL § 3 første ledd;eventyr;\nmaks_gull", "KL § 3 første ledd;eventyr;Gullinntekt er ny i 2020\nmaks_gull")
    assert koder.sjekk(les_regelverk(hel)) == []
