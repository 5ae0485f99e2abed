"""What a later run knows of the earlier ones: which cases were judged, on which day's income, and how well it covered."""

import json

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from kjerne.kjoring.kvalitetssteg import hent_forrige, hent_svar, med_svar, velg_saker
from kjerne.kjoring.rom import Grunnlag, Kjoring
from kjerne.kjoring.svar import les_svar, sporsmalsliste
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import kjoring_steg, sak
from kjerne.regelmotor.oppdagelse import finn


@pytest.fixture
def ny(kjort, grunnlag, tmp_path) -> Kjoring:
    """The next run, when every question is answered."""
    verk = finn("askeladden")
    svar = {"inntekt": "42 500,50", "oppgitt_lønn": "31 000", "har_bortforklaring": "ja"}
    liste = sporsmalsliste(kjort, "askeladden")
    liste.assign(svar=liste["felt"].map(svar)).to_csv(tmp_path / "svar.csv", sep=";", index=False)
    les_svar(kjort, verk, tmp_path / "svar.csv", "kari")
    return Kjoring(kjort, verk, Grunnlag(vedtaksdato=grunnlag.vedtaksdato, hentet=grunnlag.hentet), "ny")


def test_bare_saker_som_er_domt_for_har_en_dag(ny, grunnlag):
    with ny.rom.motor.begin() as conn:  # one case that no run has looked at
        nr = conn.scalar(sa.select(sa.func.min(sak.c.sak_id)).where(sak.c.tilstand == "innvilget"))
        conn.execute(sak.update().where(sak.c.sak_id == nr).values(tilstand="mottatt"))
    with lesende(ny.rom.motor) as conn:
        saker = velg_saker(conn, ny)
        forrige = hent_forrige(conn, ny, "et annet uttrekk", saker["forrige_kjoring"])
        samme = conn.scalar(sa.select(kjoring_steg.c.resultat).where(kjoring_steg.c.steg == "kvalitet"))
    assert saker["sak_id"].is_monotonic_increasing
    ny_sak = (saker["sak_id"] == nr).to_numpy(bool)
    assert ny_sak.sum() == 1 and np.isnat(forrige.hentet[ny_sak]).all()
    assert (forrige.hentet[~ny_sak] == np.datetime64(grunnlag.hentet)).all() and (~ny_sak).sum() > 0
    assert 0.9 < forrige.dekning <= 1 and f'"dekning":{forrige.dekning}' in samme


def test_samme_uttrekk_sammenliknes_ikke_med_seg_selv(ny):
    with lesende(ny.rom.motor) as conn:
        lest = conn.scalar(sa.select(kjoring_steg.c.resultat).where(kjoring_steg.c.steg == "innhenting"))
        sha = json.loads(lest)["inntekt"]
        assert hent_forrige(conn, ny, sha, pd.Series([], dtype="string[pyarrow]")).dekning is None


def test_svar_blir_fakta_med_riktig_type(ny):
    with lesende(ny.rom.motor) as conn:
        saker, svarene = velg_saker(conn, ny), hent_svar(conn, "askeladden")
    etter = med_svar(saker, svarene, ny)
    assert etter.dtypes.to_dict() == saker.dtypes.to_dict()
    svart = svarene[svarene["felt"] == "oppgitt_lønn"]
    assert len(svart) and set(svarene["kontroll"])
    med = etter["sak_id"].isin(svart["sak_id"]).to_numpy(bool)
    assert (etter.loc[med, "oppgitt_lønn"] == 3_100_000).all()
    assert etter.loc[~med, "oppgitt_lønn"].equals(saker.loc[~med, "oppgitt_lønn"])


def test_resultatet_av_steget_er_lite(kjort):
    with lesende(kjort.motor) as conn:
        tekst = conn.scalar(sa.select(kjoring_steg.c.resultat).where(kjoring_steg.c.steg == "kvalitet"))
    assert len(tekst) < 2_000
