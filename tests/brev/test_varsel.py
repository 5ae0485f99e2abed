"""The warning says what it must in both written forms, and nothing that sounds like a bill."""

import datetime as dt

import pytest

from kjerne.brev import Varselsak, skriv_varsel

SAK = Varselsak("nb", "Trollstøtte", "v-1", "15821299999", dt.date(2020, 9, 1), dt.date(2020, 9, 22), "inntekt", 1200_50, 5000_00, 3799_50)


@pytest.mark.parametrize("maalform", ["nb", "nn"])
@pytest.mark.parametrize("aarsak", ["inntekt", "regel", "feil"])
def test_varselet_sier_belop_frist_og_rettigheter(maalform, aarsak):
    sak = Varselsak(**{n: getattr(SAK, n) for n in Varselsak.__slots__} | {"maalform": maalform, "aarsak": aarsak})
    html = skriv_varsel(sak).replace("\xa0", " ")
    for ventet in ("1 200,50", "5 000", "3 799,50", "22. september 2020", "§ 16", "artikkel 15", f'lang="{maalform}"', "158212 99999"):
        assert ventet in html, ventet
    assert ("ikke betale noe nå" if maalform == "nb" else "ikkje betale noko no") in html
    assert "trollstøtte" in html and html == skriv_varsel(sak).replace("\xa0", " ")


def test_hjemmelen_staar_bare_naar_ordningen_har_en():
    med = Varselsak(**{n: getattr(SAK, n) for n in Varselsak.__slots__} | {"hjemmel": "trolloven § 9", "syntetisk": True})
    assert "trolloven" in skriv_varsel(med) and "oppdiktet" in skriv_varsel(med)
    assert "tilbakekreving står" not in skriv_varsel(SAK)
    assert "15821299999" not in repr(SAK)
