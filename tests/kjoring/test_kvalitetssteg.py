"""What a later run knows of the earlier ones: which cases were judged, on which day's income, and how well it covered."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from kjerne.kjoring.helt import kjor_ordning
from kjerne.kjoring.kvalitetssteg import hent_forrige, hent_svar, med_svar
from kjerne.kjoring.rom import Grunnlag, Kjoring
from kjerne.kjoring.saksvalg import velg_saker
from kjerne.kjoring.svar import les_svar, sporsmalsliste
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import kjoring_steg, person, sak, soknad
from kjerne.regelmotor.oppdagelse import finn
from tests.kjoring.conftest import EVENTYR


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


@pytest.fixture
def med_dodskontroll(tmp_path, monkeypatch):
    """The scheme with the check that nobody is paid after death."""
    shutil.copytree(EVENTYR, tmp_path / "eventyr")
    with (tmp_path / "eventyr" / "askeladden" / "kvalitet.toml").open("a", encoding="utf-8") as fil:
        fil.write("""
[[kontroll]]
navn = "sok_person_lever"
handling = "STOPP"
alvor = "critical"
hvorfor = "Den som er død, får ikke gull."
""")
    monkeypatch.setenv("ORDNINGER_STI", str(tmp_path / "eventyr"))


def _grunner(rom) -> dict[str, str]:
    sporring = sa.select(person.c.ident, sak.c.tilstand).join(soknad, soknad.c.person_id == person.c.person_id)
    with lesende(rom.motor) as conn:
        merknader = [kontroll[3] for tekst in conn.scalars(sa.select(kjoring_steg.c.resultat).where(kjoring_steg.c.steg == "kvalitet"))
                     for kontroll in json.loads(tekst)["kontroller"] if kontroll[0] == "sok_person_lever"]  # fmt: skip
        return dict(map(tuple, conn.execute(sporring.join(sak, sak.c.sak_id == soknad.c.sak_id)))) | {"merknad": "".join(merknader)}


def test_den_som_er_doed_i_folkeregisteret_faar_ikke_penger(rom, grunnlag, tmp_path, med_dodskontroll):
    kjor_ordning(rom, "askeladden", replace(grunnlag, soknader=_noen(grunnlag, tmp_path, 1, 60)))
    foer = _grunner(rom)
    assert "dødsdato fra folkeregisteret er ikke lest" in foer.pop("merknad")
    nye = _noen(grunnlag, tmp_path, 61, 120)
    ident = pd.read_csv(nye[0], sep=";", dtype=str)["fodselsnummer"]
    doede = ident.iloc[::2]
    registeret = tmp_path / "personer.csv"
    dager = pd.Series("2020-07-01", index=doede.index).reindex(ident.index)
    pd.DataFrame({"ident": ident, "doedsdato": dager}).to_csv(registeret, sep=";", index=False)
    kjor_ordning(rom, "askeladden", replace(grunnlag, soknader=nye, inntekter=(), arbeidsforhold=(), personer=(registeret,)))
    etter = _grunner(rom)
    assert etter.pop("merknad").count("ikke lest") == 1
    assert {etter[i] for i in doede} == {"karantene"}
    assert "innvilget" in {etter[i] for i in set(ident) - set(doede)}
    assert {i: etter[i] for i in foer if i not in set(ident)} == {i: t for i, t in foer.items() if i not in set(ident)}


def _noen(grunnlag, tmp_path, fra: int, til: int) -> tuple:
    linjer = grunnlag.soknader[0].read_text("utf-8").splitlines()
    sti = tmp_path / f"soknader-{fra}.csv"
    sti.write_text("\n".join([linjer[0], *linjer[fra : til + 1]]) + "\n", "utf-8")
    return (sti,)
