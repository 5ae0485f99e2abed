"""A list that is read a page at a time is the same list, and is counted as it is read: on both databases, which sort what is missing
each in its own way."""

import datetime as dt

import pandas as pd

from kjerne.kjoring.kjoringsbilde import antall_kjoringer, kjoringer
from kjerne.kjoring.kontrollsteg import avgjor, funn_som_venter, funnside, stopper_na, tell_funn
from kjerne.kjoring.kvitteringssteg import antall_avviste, avviste, avvisteside, les_kvitteringer
from kjerne.kjoring.saksbehandling import antall_i_koen, kofor
from kjerne.kjoring.svar import antall_sporsmal, sporsmalsliste
from kjerne.kontroll.funn import Venter
from kjerne.syntetisk.bank import svar_paa
from tests.kjoring.conftest import betal_alt
from tests.konsoll.test_kontroll import stans

ID = "askeladden"
TID = dt.datetime(2020, 7, 17, 8, tzinfo=dt.UTC)


def sider(hent, i_alt: int, per: int = 7) -> list:
    """Every page, one after the other; the one after the last is empty."""
    assert len(hent(per, i_alt)) == 0
    return [hent(per, fra) for fra in range(0, i_alt, per)]


def i_ett(rammer: list[pd.DataFrame]) -> list[tuple]:
    return [tuple(map(str, r)) for ramme in rammer for r in ramme.astype(object).where(ramme.notna(), None).itertuples(index=False)]


def test_sporsmalene(kjort):
    hele = sporsmalsliste(kjort, ID)
    antall, ute = antall_sporsmal(kjort, ID)
    assert antall == len(hele) > 10 and ute == int((hele["frist"] < kjort.klokke.idag()).sum())
    assert {"arbeidsgiver", "person"} == set(hele["til"])
    assert hele.equals(hele.sort_values(["til", "mottaker", "maaned", "sporsmal_id"], ignore_index=True))
    assert i_ett(sider(lambda n, fra: sporsmalsliste(kjort, ID, n, fra), antall)) == i_ett([hele])


def test_koen(kjort):
    hele = kofor(kjort, ID)
    antall, eldste, overstyringer = antall_i_koen(kjort, ID)
    assert (antall, eldste, overstyringer) == (len(hele), hele["mottatt_dato"].iat[0], 0) and antall > 7
    assert i_ett(sider(lambda n, fra: kofor(kjort, ID, n, fra), antall)) == i_ett([hele])
    assert antall_i_koen(kjort, "finnesikke") == (0, None, 0)


def test_funnene(kjort):
    ider = stans(kjort)
    avgjor(kjort, ID, ider[:1], "hold", "her må det spørres først", "kim")
    alle, venter = funn_som_venter(kjort, ID, alle=True), funn_som_venter(kjort, ID)
    assert venter["funn_id"].tolist() == alle.loc[stopper_na(alle), "funn_id"].tolist() and len(venter) == 4
    tall = tell_funn(kjort, ID, Venter())["K04"]
    assert (tall.antall, tall.holdt, tall.aarsaker, tall.belop_ore) == (4, 1, 2, 400_00)
    assert i_ett(sider(lambda n, fra: funnside(kjort, ID, Venter("K04"), n, fra), 4, per=3)) == i_ett([venter])
    avgjor(kjort, ID, ider[:1], "slipp", "de er en familie med felles konto", "kim")
    assert tell_funn(kjort, ID, Venter())["K04"].antall == len(funn_som_venter(kjort, ID)) == 3


def test_det_som_ikke_kom_fram_og_kjoringene(kjort, tmp_path):
    betal_alt(kjort)
    (fil,) = kjort.betalingsmappe.glob("*.xml")
    svar_paa(fil, tmp_path / "svar.xml", TID, avvis=0.2)
    les_kvitteringer(kjort, tmp_path / "svar.xml", "anne")
    hele = [{n: v for n, v in r.items() if n != "tiltak"} for r in avviste(kjort, ID)]
    assert antall_avviste(kjort, ID) == len(hele) > 7
    assert [r for side in sider(lambda n, fra: avvisteside(kjort, ID, n, fra), len(hele)) for r in side] == hele
    assert antall_kjoringer(kjort) == len(kjoringer(kjort)) == 1 and kjoringer(kjort, antall=5, fra=1) == []
