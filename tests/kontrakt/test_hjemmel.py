"""A legal reference that is written wrongly is told how the wrong part is written."""

import pytest

from kjerne.kontrakt.hjemmel import les_hjemmel


@pytest.mark.parametrize(("tekst", "ord_"), [
    ("LKF § 3 annet ledd", "Skriv «andre», ikke «annet»"),
    ("LKF § 3 2. ledd", "Skriv «andre», ikke «2.»"),
    ("LKF § 3 siste ledd", "«siste ledd» skrives med et av ordene første, andre"),
    ("LKF § 3 første ledd litra a", "Skriv «bokstav»"),
    ("LKF § 3 bokstav ab", "én liten bokstav"),
    ("paragraf 3", "«FOR § ?» når paragrafen ikke er funnet"),
])  # fmt: skip
def test_feilen_sier_hvordan_det_skrives(tekst, ord_):
    with pytest.raises(ValueError, match="er ikke en hjemmel") as feil:
        les_hjemmel(tekst)
    assert ord_ in str(feil.value)


@pytest.mark.parametrize(("tekst", "nb", "nn"), [
    ("FOR § 2-3 andre ledd", "§ 2-3 andre ledd", "§ 2-3 andre ledd"),
    ("FOR § 3 b sjuende ledd bokstav a åttende punktum", "§ 3 b sjuende ledd bokstav a åttende punktum",
     "§ 3 b sjuande ledd bokstav a åttande punktum"),
    ("FOR § 4 bokstav c", "§ 4 bokstav c", "§ 4 bokstav c"),
    ("FOR § ?", "", ""),
])  # fmt: skip
def test_stedet_i_loven_paa_begge_maalformer(tekst, nb, nn):
    hjemmel = les_hjemmel(tekst)
    assert (hjemmel.sted(), hjemmel.sted("nn")) == (nb, nn)
    assert not hjemmel.kjent or str(hjemmel) == tekst
