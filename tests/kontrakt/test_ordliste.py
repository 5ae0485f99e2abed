"""`ordning ord`: every word, type, check and action is there, and none that is gone."""

import json
from pathlib import Path

import pytest

from kjerne.kontrakt import ordliste
from kjerne.kontrakt.manifest import MOTORFAKTA
from kjerne.kontrakt.ordforrad import ORDFORRAAD
from kjerne.kvalitet import HANDLINGER
from kjerne.kvalitet import ordliste as kvalitetsliste
from kjerne.kvalitet.maske import last_masker
from kjerne.regelmotor.regelverk import PERIODE, TABELLNAVN
from tests.cli.dorer import ENGELSK, miljo, ordning

ALT = ordliste.oppslag() | kvalitetsliste.oppslag()


def skrevet(fil: str, del_: str) -> set[str]:
    return set(ordliste.tekster(Path(ordliste.__file__).parents[1] / fil)[del_])


@pytest.mark.parametrize(("fil", "del_", "ventet"), [
    ("kontrakt/ordliste.toml", "ord", set(ORDFORRAAD)),
    ("kontrakt/ordliste.toml", "fakta", {*MOTORFAKTA, *PERIODE, *TABELLNAVN, "mottatt_dato"}),
    ("kontrakt/ordliste.toml", "felttype", {o.navn for o in ALT["Felttyper"]}),
    ("kontrakt/ordliste.toml", "art", {o.navn for o in ALT["Slags regler"]}),
    ("kvalitet/ordliste.toml", "kontroll", set(last_masker())),
    ("kvalitet/ordliste.toml", "handling", set(HANDLINGER) - {"OK"}),
])  # fmt: skip
def test_listen_er_hel_og_har_ikke_noe_som_er_borte(fil, del_, ventet):
    assert skrevet(fil, del_) == ventet


def test_hvert_oppslag_er_en_norsk_setning():
    for liste in ALT.values():
        for o in liste:
            assert not o.betyr or (o.betyr.endswith(".") and not ENGELSK.search(o.betyr)), o
    ordene = {o.navn: o.skrives for o in ALT["Ord i en regel"]}
    assert ordene["hvis"] == "hvis(vilkår, da, ellers)" and ordene["lavest"] == "lavest(…)"
    kontroller = {o.navn: o.skrives for o in ALT["Kontroller i kvalitet.toml"]}
    assert kontroller["inn_hopp"] == "faktor_hoy = 1.5, faktor_lav = 0.5, min_dager = 28"


def test_kommandoen_viser_en_del_eller_det_som_ligner(tmp_path):
    def kjor(*valg: str):
        return ordning("ord", *valg, miljo=miljo(tmp_path))

    assert set(json.loads(kjor("kontroller", "--json").ut)) == {"Kontroller i kvalitet.toml"}
    assert "hele_kroner(beløp)" in kjor("hele_kr").ut
    svar = kjor("qqq")
    assert svar.kode == 2 and "Ingenting i listen passer til «qqq»" in svar.feil
