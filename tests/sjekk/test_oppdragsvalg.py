"""A scheme chooses the format of its payments: what the manifest takes, what the check finds, what REGLER.md says."""

import pytest

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.regelmotor.eksempler import les_eksempler
from kjerne.regelmotor.regeldok import er_fersk, regeldok
from kjerne.regelmotor.regelverk import les_regelverk
from kjerne.sjekk import avrunding, oppdrag
from tests.sjekk.ordningskopi import bytt

VALG = '[utbetaling]\nformat = "oppdrag"\noppdrag = { fagomraade = "EVENTYR" }\n'


@pytest.fixture
def med(hel):
    bytt(hel / "ordning.toml", "[utbetaling]\n", VALG)
    return hel


def funn(mappe):
    return [f.hva for f in oppdrag.sjekk(les_eksempler(les_regelverk(mappe)))]


def test_uten_valg_er_formatet_pain_og_regler_md_er_som_for(hel):
    u = les_regelverk(hel).manifest.utbetaling
    assert u.format == "pain.001.001.09" and not u.er_oppdrag and er_fersk(les_regelverk(hel)) and funn(hel) == []
    assert "Betalingsfil" not in (hel / "REGLER.md").read_text("utf-8")
    bytt(hel / "ordning.toml", "[utbetaling]\n", '[utbetaling]\nformat = "pain.001.001.03"\n')
    assert "| Betalingsfil | pain.001.001.03 |" in regeldok(les_regelverk(hel))


def test_oppdrag_staar_i_regler_md_og_krever_hele_kroner(med):
    verk = les_regelverk(med)
    assert verk.manifest.utbetaling.er_oppdrag and funn(med) == []
    assert "| Betales gjennom | Oppdragssystemet, fagområde EVENTYR." in regeldok(verk) and not er_fersk(verk)
    bytt(med / "kvalitet.toml", 'navn = "utb_belop_heltall"', 'navn = "utb_dato_bankdag"')
    assert avrunding.krever_hele_kroner(les_regelverk(med))


@pytest.mark.parametrize(("fra", "til", "hva"), [
    ('format = "oppdrag"\n', "", "skal stå sammen"),
    ('oppdrag = { fagomraade = "EVENTYR" }\n', "", "skal stå sammen"),
    ('"EVENTYR"', '"FORLANGTNAVN"', "fagomraade"),
    ('format = "oppdrag"', 'format = "pain.008"', "format"),
])  # fmt: skip
def test_halve_og_gale_valg_nektes(med, fra, til, hva):
    bytt(med / "ordning.toml", fra, til)
    with pytest.raises(Ordningsfeil, match=hva):
        les_regelverk(med)


def test_aarsskifte_og_overlapp_er_funn(med):
    bytt(med / "parametre.csv", "stønadsdager;18;dager", "stønadsdager;300;dager")
    assert any("går over et årsskifte" in f and "GULL" in f for f in funn(med))
    bytt(med / "parametre.csv", "stønadsdager;300;dager", "stønadsdager;18;dager")
    mer = '\n\n@kl.beløp("KL § 4", "Mer gull", til="soker", klasse="GULL", fom="siste_dag", tom="siste_dag", kilde="eventyr")\n'
    regler = med / "regler.py"
    regler.write_text(regler.read_text("utf-8") + f"{mer}def mer_gull(dagsats):\n    return dagsats\n", "utf-8")
    assert any("overlapper en annen periode i samme klasse" in f for f in funn(med))
