"""I03 in a run: of two cases for the same, the first received is granted and the other goes to a human, also when the
quality check that should have caught it is not there."""

import datetime as dt
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from lagereksempel import FATT, lag_saker, rammer

from kjerne.kjoring import vurdering
from kjerne.kjoring.helt import kjor_ordning, tall_for
from kjerne.kontrakt.verdier import dato
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import rettighet, sak, soknad, vedtak
from kjerne.regelmotor.oppdagelse import finn
from kjerne.vedtak.fatte import fatt_vedtak
from tests.kjoring.conftest import EVENTYR


@pytest.fixture
def uten_kontroll(tmp_path, monkeypatch):
    """The scheme without its check of equal applications."""
    shutil.copytree(EVENTYR, tmp_path / "eventyr")
    fil = tmp_path / "eventyr" / "askeladden" / "kvalitet.toml"
    biter = fil.read_text("utf-8").split("\n[[kontroll]]\n")
    uten = [b for b in biter if not b.startswith('navn = "sok_entydig"')]
    assert len(uten) == len(biter) - 1
    fil.write_text("\n[[kontroll]]\n".join(uten), "utf-8")
    monkeypatch.setenv("ORDNINGER_STI", str(tmp_path / "eventyr"))


def _to_ganger(grunnlag, tmp_path, antall=40):
    """The first applications once more under new ids, received a day later."""
    linjer = grunnlag.soknader[0].read_text("utf-8").splitlines()
    navn = linjer[0].split(";")
    id_, dag = navn.index("soknad_id"), navn.index("mottatt_dato")
    igjen = []
    for linje in linjer[1 : antall + 1]:
        felt = linje.split(";")
        felt[id_] += "-igjen"
        felt[dag] = (dato(felt[dag]) + dt.timedelta(1)).isoformat()
        igjen.append(";".join(felt))
    begge, bare_nye = tmp_path / "begge.csv", tmp_path / "nye.csv"
    begge.write_text("\n".join([linjer[0], *igjen, *linjer[1:]]) + "\n", "utf-8")
    bare_nye.write_text("\n".join([linjer[0], *igjen]) + "\n", "utf-8")
    return begge, bare_nye


def _utfall(rom) -> pd.DataFrame:
    with lesende(rom.motor) as conn:
        rader = conn.execute(sa.select(soknad.c.soknad_id, sak.c.tilstand, sak.c.grunn).join(sak, sak.c.sak_id == soknad.c.sak_id))
        return pd.DataFrame(rader.all(), columns=["soknad_id", "tilstand", "grunn"]).set_index("soknad_id")


def _prov(rom):
    t = _utfall(rom)
    nye = t[t.index.str.endswith("-igjen")]
    gamle = t.loc[nye.index.str.removesuffix("-igjen")]
    innvilget = (gamle["tilstand"] == "innvilget").to_numpy()
    assert innvilget.sum() > 5
    assert set(nye["tilstand"].to_numpy()[innvilget]) == {"karantene"}
    assert set(nye["grunn"].to_numpy()[innvilget]) == {vurdering.DOBBEL}
    assert "innvilget" not in set(nye["tilstand"])
    with lesende(rom.motor) as conn:
        antall = conn.scalar(sa.select(sa.func.count()).select_from(rettighet))
        assert antall == conn.scalar(sa.select(sa.func.count()).where(vedtak.c.utfall == "innvilget"))
    tall = tall_for(rom, finn("askeladden"))
    assert tall["karantene"] >= innvilget.sum() and tall["sum_ore"] == sum(b["sum_ore"] for b in tall["bunter"])


def test_to_like_i_samme_bit(rom, grunnlag, tmp_path, uten_kontroll):
    begge, _ = _to_ganger(grunnlag, tmp_path)
    kjor_ordning(rom, "askeladden", replace(grunnlag, soknader=(begge,), bitstorrelse=1000))
    _prov(rom)


def test_like_i_en_senere_kjoring(rom, grunnlag, tmp_path, uten_kontroll):
    _, nye = _to_ganger(grunnlag, tmp_path)
    kjor_ordning(rom, "askeladden", grunnlag)
    kjor_ordning(rom, "askeladden", replace(grunnlag, soknader=(nye,)))
    _prov(rom)


def _tre_like(lager):
    """Three granted cases with one key, the third received last, and one refusal; stored as applications only."""
    with lager.begin() as conn:
        sak_ider = lag_saker(conn, 4)
    ramme, linjer = rammer(sak_ider, ["p"] * 4)
    ramme["rettighet"] = ["n", "n", "n", None]
    return ramme, linjer, np.array(["2020-04-01", "2020-04-01", "2020-04-02", "2020-04-01"], dtype="datetime64[D]")


def _innvilget(ramme, linjer) -> list[int]:
    rader = np.flatnonzero(ramme["tilstand"] == "innvilget").tolist()
    assert set(linjer["sak_id"]) == set(ramme["sak_id"].iloc[rader])
    resten = ramme.drop(index=rader)
    assert (resten["belop_ore"] == 0).all() and resten["rettighet"].isna().all()
    assert set(resten["tilstand"]) == {"karantene", "avslag"}
    return rader


def test_den_forst_mottatte_faar_den(lager):
    ramme, linjer, mottatt = _tre_like(lager)
    lavest = int(ramme["sak_id"].iloc[:2].to_numpy(dtype=object).argmin())
    with lager.begin() as conn:
        assert _innvilget(*vurdering.uten_dobbelt(conn, ramme.copy(), linjer, mottatt)) == [lavest]
        assert _innvilget(*vurdering.uten_dobbelt(conn, ramme.copy(), linjer, mottatt[[2, 0, 2, 3]])) == [1]


def test_den_som_har_den_beholder_den(lager):
    ramme, linjer, mottatt = _tre_like(lager)
    har = ramme["sak_id"].iloc[2]
    with lager.begin() as conn:
        fatt_vedtak(conn, ramme=ramme.iloc[[2]], linjer=linjer[linjer["sak_id"] == har].reset_index(drop=True), **FATT)
        ny, nye_linjer = vurdering.uten_dobbelt(conn, ramme.copy(), linjer, mottatt)
        assert _innvilget(ny, nye_linjer) == [2]
        fatt_vedtak(conn, ramme=ny, linjer=nye_linjer, **FATT)
