"""The facts that the engine gives: the birth date, only to a scheme that asks for it; and register facts that make sense."""

import numpy as np
import pandas as pd
import pytest

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.tabeller import INNTEKT
from kjerne.regelmotor.eksempler import les_eksempler, prov_eksempler
from kjerne.regelmotor.evaluering import kjor
from kjerne.regelmotor.forklaring import enhet_for
from kjerne.regelmotor.regelverk import les_regelverk


@pytest.fixture
def gjeter(kopi):
    return kopi.parent / "gjetergutten"


def test_eksemplene_i_ordningen_med_perioder(gjeter):
    assert prov_eksempler(les_eksempler(les_regelverk(gjeter))) == []


def _saker(antall: int) -> pd.DataFrame:
    return pd.DataFrame({"måned_fra": pd.to_datetime(["2020-03-01"] * antall), "mottatt_dato": pd.to_datetime(["2020-04-01"] * antall)})


def test_fødselsdatoen_leses_av_nummeret_når_en_regel_bruker_den(gjeter):
    verk = les_regelverk(gjeter)
    assert verk.fakta["fødselsdato"] == enhet_for(verk, "fødselsdato") == "dato"
    identer = pd.Series(["21828000052", "16916600074", "30108299939", None], dtype="string[pyarrow]")  # the third: the rule of 2032
    ramme = kjor(verk, _saker(4).assign(ident=identer)).ramme()
    assert [None if pd.isna(d) else str(d.date()) for d in ramme["fødselsdato"]] == ["1980-02-21", "1966-11-16", None, None]
    assert ramme["gammel_nok"].astype(object).where(ramme["gammel_nok"].notna(), None).tolist() == [True, True, None, None]
    gitt = kjor(verk, _saker(4).assign(ident=identer, fødselsdato=pd.to_datetime(["2010-01-01"] * 4))).ramme()
    assert not gitt["gammel_nok"].any()


def test_den_som_ikke_spør_får_den_ikke(askeladden):
    assert "fødselsdato" not in askeladden.fakta
    assert "fødselsdato" not in kjor(askeladden, pd.DataFrame({"ident": ["21828000052"]})).ramme()


def test_en_klokke_kan_være_fødselsdatoen(gjeter):
    fil = gjeter / "parametre.csv"
    tekst = fil.read_text("utf-8").replace("01.03.2020;31.08.2020;;KL § 4;eventyr", "01.03.1950;;fødselsdato;KL § 4;eventyr")
    fil.write_text(tekst, "utf-8")
    verk = les_regelverk(gjeter)
    ramme = kjor(verk, _saker(2).assign(ident=pd.Series(["21828000052", None], dtype="string[pyarrow]"))).ramme()
    assert ramme["tak"].astype(object).where(ramme["tak"].notna(), None).tolist() == [2500.0, None]


def test_uten_kolonnen_er_ansettelsen_ukjent(gjeter):
    verk = les_regelverk(gjeter)
    inntekt = INNTEKT.ramme({"rad_id": [0], "ident": ["p"], "maaned": pd.to_datetime(["2020-02-01"]), "beloep_ore": [100]})
    sporing = kjor(verk, _saker(2), {"inntekter": inntekt.assign(sak_nr=[1])})
    assert np.asarray(sporing.verdier["gjeterlønn"].kjent).tolist() == [True, False]
    assert sporing.kolonne("smør").ukjent.all()


FELT = '{ navn = "har_fått_før", type = "ja_nei", kilde = "register", register = { hent = "finnes" },'


def _felt(register: str, type_: str = "ja_nei", kilde: str = "register") -> str:
    return f'{{ navn = "har_fått_før", type = "{type_}", kilde = "{kilde}", register = {{ {register} }},'


@pytest.mark.parametrize(("nytt", "grunn"), [
    (_felt('hent = "finnes"', kilde="soknad"), 'kilde = "register"'),
    (_felt('hent = "finnes"', "kroner"), "når hent er finnes, er typen en av ja_nei"),
    (_felt('hent = "finnes", regel = "rest"'), "register.regel skal stå når"),
    (_felt('hent = "siste"'), "register.regel skal stå når"),
    (_felt('hent = "flest"'), "register.hent er ikke en av de tillatte"),
    (_felt('hent = "finnes", nokkel = ["måned_fra"]'), "ha med fodselsnummer"),
    (_felt('hent = "finnes", nokkel = ["fodselsnummer", "gård"]'), "ukjent felt: gård"),
    (_felt('hent = "siste", regel = "rest"'), "har typen ja_nei, men «rest» gir"),
    (_felt('hent = "siste", regel = "gjeterlønn"'), "som ikke er en regel"),
    (_felt('hent = "siste", regel = "resten"'), "som ikke er en regel"),
    (FELT + ' tomt_betyr = "kanskje",', "tomt_betyr i har_fått_før"),
    ('{ navn = "fødselsdato", type = "dato",', "feltnavn brukt mer enn én gang: fødselsdato"),
])  # fmt: skip
def test_et_registerfelt_som_ikke_gir_mening_blir_forklart(gjeter, nytt, grunn):
    fil = gjeter / "ordning.toml"
    tekst = fil.read_text("utf-8")
    assert FELT in tekst
    fil.write_text(tekst.replace(FELT, nytt), "utf-8")
    with pytest.raises(Ordningsfeil, match=grunn) as feil:
        les_regelverk(gjeter)
    assert "ordning.toml" in str(feil.value)


def test_uten_tidligere_vedtak_er_det_nei_og_null(gjeter):
    verk = les_regelverk(gjeter)
    tomt = {f.navn: f.tomt_betyr for f in verk.manifest.registerfelt}
    assert tomt == {"har_fått_før": "nei", "måneder_før": "0", "brød_hittil": "0", "flest_harer": 0, "til_gode": 0}
