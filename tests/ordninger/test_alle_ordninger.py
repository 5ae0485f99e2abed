"""What every scheme must keep, found in the folder and not named here."""

import pytest

from kjerne.regelmotor.dekning import maal_dekning
from kjerne.regelmotor.eksempler import les_eksempler, prov_eksempler
from kjerne.regelmotor.oppdagelse import mapper, oppdag
from kjerne.regelmotor.regeldok import er_fersk
from kjerne.sjekk import invarianter, sjekk_ordning

VERK, UTE = oppdag()
ordning = pytest.mark.parametrize("verk", list(VERK.values()), ids=list(VERK))


def test_ingen_ordning_er_ute_av_drift():
    assert not [(u.id, str(u.grunn)) for u in UTE]


@ordning
def test_eksemplene_gir_det_juristen_skrev(verk):
    assert prov_eksempler(les_eksempler(verk)) == []


@ordning
def test_regler_md_er_fersk(verk):
    assert er_fersk(verk)


@pytest.mark.parametrize("mappe", mapper(), ids=lambda m: m.name)
def test_sjekken_finner_ingenting(mappe):
    assert sjekk_ordning(mappe) == []


@ordning
def test_dekningen_er_hel(verk):
    hull, provd = maal_dekning(les_eksempler(verk))
    assert provd > 10
    assert hull == []


@ordning
def test_en_blank_celle_gir_aldri_mer_penger_og_aldri_nytt_avslag(verk):
    """Unknown is not no: blank any fact in any example, and no one gets more, and no one is refused who was not."""
    assert invarianter.sjekk(les_eksempler(verk)) == []
