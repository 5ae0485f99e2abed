"""kvalitet.toml: a valid file is read, a wrong one is refused with file, line and fix."""

import pytest
from smaa_rammer import EKSEMPEL, FELT

from kjerne.kontrakt.feil import Ordningsfeil, Samlefeil
from kjerne.kvalitet import les_kvalitet
from kjerne.kvalitet.maske import last_masker

VINDU = '[vindu]\ndato = "permittert_fra"\nmaaneder = 3\n\n'
KONTROLL = '[[kontroll]]\nnavn = "inn_hopp"\nhandling = "FLAGG"\nalvor = "info"\nhvorfor = "Lønnen hopper mye."\n'


def _les(tmp_path, tekst):
    sti = tmp_path / "kvalitet.toml"
    sti.write_text(tekst, "utf-8")
    return les_kvalitet(sti, FELT)


def test_eksempelet_bruker_alle_masker():
    plan = les_kvalitet(EKSEMPEL, FELT)
    assert {k.navn for k in plan.kontroll if not k.forventning} == set(last_masker())
    assert plan.har("inn_hopp") and not plan.har("inn_noe_annet")
    assert plan.maske(plan.kontroll[-1]) is None and plan.maske(plan.kontroll[0]).nr == 1


def test_en_liten_plan_leses(tmp_path):
    plan = _les(tmp_path, VINDU + KONTROLL + "parametre = { faktor_hoy = 2 }\n")
    assert (
        plan.vindu.maaneder == 3 and plan.sporsmal.frist_dager == 14 and plan.kontroll[0].parametre == {"faktor_hoy": 2}
    )


@pytest.mark.parametrize(
    ("tekst", "linje", "ord_"),
    [
        (VINDU + KONTROLL.replace("inn_hopp", "inn_hop"), 6, "Mente du «inn_hopp»"),
        (VINDU + KONTROLL + KONTROLL, 11, "står to ganger"),
        (VINDU + KONTROLL + "parametre = { faktor = 2 }\n", 10, "inn_hopp: parameteren faktor er ikke en kjent nøkkel"),
        (VINDU + KONTROLL + 'parametre = { faktor_hoy = "to" }\n', 10, "parameteren faktor_hoy skal være et tall"),
        (VINDU + KONTROLL.replace("FLAGG", "AVSLAG"), 7, "Kontrollen «inn_hopp»: handling er ikke en av de tillatte verdiene: «FLAGG»"),
        (VINDU + KONTROLL.replace("FLAGG", "SPOR"), 5, "sporsmal_til"),
        (VINDU + KONTROLL.replace("FLAGG", "VENT"), 6, "gir ingen dato"),
        (VINDU + KONTROLL + 'sporsmal_til = "person"\n', 5, "handling = SPOR"),
        (VINDU + KONTROLL.replace('hvorfor = "Lønnen hopper mye."\n', ""), 5, "Kontrollen «inn_hopp»: hvorfor mangler"),
        (VINDU + KONTROLL.replace("alvor", "alvorr"), 8, "Mente du «alvor»?"),
        (KONTROLL, 2, "[vindu] mangler"),
        (VINDU.replace("permittert_fra", "permittert") + KONTROLL, 2, "Feltet «permittert» finnes ikke"),
        (VINDU.replace("= 3", "= 0") + KONTROLL, 3, "må være større enn 0"),
        (VINDU + "kontroll = []\n", 5, "er ikke en kjent nøkkel"),
        (VINDU, 1, "kontroll mangler"),
        (
            VINDU + KONTROLL.replace("inn_hopp", "sok_entydig") + 'parametre = { noekkel = ["ident", "kommune"] }\n',
            10,
            "«kommune»",
        ),
        (VINDU + KONTROLL.replace("inn_hopp", "inn_rad_unik").replace("FLAGG", "KARANTENE"), 6, "STOPP eller FLAGG"),
        *(
            (VINDU + KONTROLL.replace("inn_hopp", navn).replace("FLAGG", handling), 6, "må være STOPP")
            for navn in ("utb_sum_avstemt", "utb_ingen_dobbel", "utb_belop_heltall", "utb_dato_bankdag")
            for handling in ("FLAGG", "RESERVE", "KARANTENE")
        ),
        (VINDU + KONTROLL + 'forventning = "expect_column_to_exist"\n', 5, "skal stå sammen"),
        (VINDU + KONTROLL + 'forventning = "expect_column_to_exist"\ntabell = "inntekt"\n', 6, "innebygd kontroll"),
        (VINDU + KONTROLL + 'kolonne = "antall"\n', 5, "hører til forventning"),
        (
            VINDU + KONTROLL.replace("FLAGG", "SPOR") + 'sporsmal_til = "person"\nsporsmal = "Hva skjedde i {aar}?"\n',
            5,
            "aar",
        ),
        (VINDU + KONTROLL + 'felt = "adresse"\n', 10, "Feltet «adresse» finnes ikke"),
        (KONTROLL.replace("inn_hopp", "per_registrert"), 2, "hvilken dato"),
        ("navn = [", 0, "gyldig TOML"),
        (VINDU + KONTROLL.replace('"FLAGG"', '"FLAGG'), 7, "gyldig TOML"),
    ],
)
def test_feil_sier_fil_linje_og_grunn(tmp_path, tekst, linje, ord_):
    with pytest.raises(Ordningsfeil) as feil:
        _les(tmp_path, tekst)
    alle = feil.value.feil if isinstance(feil.value, Samlefeil) else [feil.value]
    funnet = [f for f in alle if ord_ in f"{f.hva} {f.gjor_dette}"]
    assert funnet, str(feil.value)
    assert "kvalitet.toml" in funnet[0].hvor and funnet[0].gjor_dette and "ingen penger" in funnet[0].ikke_gjort.lower()
    if linje:
        assert f"linje {linje}" in f"{funnet[0].hvor}."


def test_feil_i_toml_sies_paa_norsk_med_linje_og_kolonne(tmp_path):
    with pytest.raises(Ordningsfeil) as feil:
        _les(tmp_path, VINDU + KONTROLL + "felt = inntekt\n")
    assert feil.value.hvor == f"{tmp_path / 'kvalitet.toml'}, linje 10, kolonne 8"
    assert "ikke gyldig TOML: verdien kan ikke leses. En tekst skal stå i anførselstegn" in feil.value.hva
    assert feil.value.gjor_dette.startswith("Rett linjen: anførselstegn")


def test_alle_feil_vises_paa_en_gang(tmp_path):
    with pytest.raises(Samlefeil) as feil:
        _les(tmp_path, VINDU.replace("permittert_fra", "x") + KONTROLL.replace("inn_hopp", "y"))
    assert len(feil.value.feil) == 2


def test_fil_som_mangler_eller_ikke_er_tekst(tmp_path):
    with pytest.raises(Ordningsfeil, match=r"kvalitet\.toml mangler"):
        les_kvalitet(tmp_path / "kvalitet.toml", FELT)
    (tmp_path / "kvalitet.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(Ordningsfeil, match="UTF-8"):
        les_kvalitet(tmp_path / "kvalitet.toml", FELT)
