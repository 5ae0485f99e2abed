"""Synthetic applications agree with the synthetic registers, but for the few that are planted; the checks find those few."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

ID = "lonnskompensasjon"
if not (Path(__file__).resolve().parents[2] / "ordninger" / ID).exists():
    pytest.skip("ordningen finnes ikke", allow_module_level=True)

from kjerne.kjoring.syntetisk import lag_syntetisk  # noqa: E402
from kjerne.regelmotor.oppdagelse import finn  # noqa: E402
from kjerne.syntetisk.soknader import AVVIK  # noqa: E402
from tests.ytelse.kvalitet_treff import STOPPER, maal  # noqa: E402

ANTALL = 600


def test_permitteringen_er_den_i_registeret(tmp_path):
    filer = lag_syntetisk(tmp_path, ANTALL, 4, ID, ANTALL, dt.date(2020, 6, 1), 12, ("parquet",))
    soknader, fasit, permittering, samfunnsfasit = (
        pd.read_parquet(filer[n]) for n in ("soknader.parquet", "soknadsfasit.parquet", "permittering.parquet", "fasit.parquet")
    )
    assert len(soknader) == ANTALL
    felt = {f.syntetisk["fra"]: f.navn for f in finn(ID).manifest.felt if "fra" in f.syntetisk}
    register = permittering.query("art == 'permittering'").set_index("ident").reindex(soknader["fodselsnummer"]).reset_index()
    skjult = samfunnsfasit.loc[samfunnsfasit["problem"] == 10, "ident"]
    assert register["startdato"].notna().equals(~soknader["fodselsnummer"].isin(skjult))
    oppgitt = pd.to_datetime(soknader[felt["permittert_fra"]])
    uenig = oppgitt.notna() & register["startdato"].notna() & (oppgitt != register["startdato"])
    plantet = soknader["soknad_id"].isin(fasit.loc[fasit["problem"] == AVVIK, "soknad_id"])
    assert uenig.equals(plantet & register["startdato"].notna())
    assert 0.01 < plantet.mean() < 0.06
    prosent = soknader[felt["permittert_prosent"]].astype("Float64").to_numpy(float, na_value=float("nan"))
    assert ((prosent == register["prosent"]) | pd.isna(prosent) | register["prosent"].isna()).all()


@pytest.mark.parametrize("maaneder", [4, 7, 15])
@pytest.mark.parametrize("soknader", [1, 60, 2_000])
def test_det_er_nok_personer_som_kan_soke(maaneder, soknader, tmp_path):
    filer = lag_syntetisk(tmp_path, soknader, 1, ID, soknader, dt.date(2020, 6, 1), maaneder, ("parquet",))
    assert len(pd.read_parquet(filer["soknader.parquet"])) == soknader


def test_kontrollene_finner_det_plantede_og_stanser_faa_andre():
    """In a society of the demo's kind: the whole of each planted fault that the checks are for, and few sound cases."""
    maalt = maal(4_000, ID)
    per_problem, saker, soknader = maalt["per_problem"], maalt["saker"], maalt["i_soknader"]
    assert (per_problem["ikke_kjort"] == "").all()
    # 10: some say another date than the true one. 14: a phone on the wrong number. 18: a pension is no hindrance to the
    # scheme. 23: the month is not in the future on the day of the demo.
    gulv = pd.Series(1.0, index=per_problem.index) - pd.Series({10: 0.1, 14: 0.1, 18: 0.8, 23: 1.0}).reindex(per_problem.index).fillna(0)
    assert (per_problem["gjenfinning"] >= gulv).all(), per_problem[["plantet", "funnet"]].to_string()
    assert (soknader["plantet"] > 0).all() and soknader["naadd"].equals(soknader["plantet"])
    assert (soknader["falske"] == 0).all()
    assert saker.loc[list(STOPPER), "friske"].sum() <= 0.01 * saker["friske"].sum()
