"""Days of the fictional scheme that the pages begin from, on a few synthetic people. The clock stands where the day is."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from kjerne.drift.klokke import OSLO, Klokke
from kjerne.kjoring.syntetisk import lag_syntetisk
from kjerne.syntetisk.bank import svar_paa
from tests.cli.dorer import EVENTYR, miljo, ordning
from tests.runbooks.sider import Folger

I_GAAR, I_DAG = dt.date(2020, 7, 14), dt.date(2020, 7, 15)
HENTET = "13.07.2020"


class Dag:
    naa = I_DAG


@pytest.fixture(autouse=True, scope="module")
def _klokken():
    with pytest.MonkeyPatch.context() as m:
        m.setattr(Klokke, "naa", lambda self: dt.datetime.combine(Dag.naa, dt.time(6, 30), OSLO).astimezone(dt.UTC))
        m.setenv("ORDNINGER_STI", str(EVENTYR))
        yield


@pytest.fixture(autouse=True)
def i_dag():
    Dag.naa = I_DAG
    yield
    Dag.naa = I_DAG


@dataclass(frozen=True)
class Inndata:
    """60 applications of yesterday and 20 of today, and the registers."""

    gaarsdagens: Path
    dagens: Path
    inntekter: Path
    forhold: Path

    def ord(self) -> dict[str, str]:
        return {"ORDNING": "askeladden", "SOKNADER": str(self.dagens), "INNTEKTER": str(self.inntekter),
                "ARBEIDSFORHOLD": str(self.forhold), "HENTET": HENTET}  # fmt: skip

    def kjor(self, miljo: dict[str, str], soknader: Path) -> None:
        svar = ordning("kjor", "askeladden", "--soknader", soknader, "--inntekter", self.inntekter, "--arbeidsforhold", self.forhold,
                       "--hentet", HENTET, miljo=miljo)  # fmt: skip
        assert svar.kode == 0, svar.feil


@pytest.fixture(scope="module")
def inndata(tmp_path_factory, _klokken) -> Inndata:
    mappe = tmp_path_factory.mktemp("runbok-inn")
    lag_syntetisk(mappe, 80, 3, "askeladden", 80, dt.date(2020, 6, 1), 7, ("parquet",))
    hode, *linjer = (mappe / "soknader.csv").read_text("utf-8-sig").splitlines()
    for navn, del_ in (("i-gaar.csv", linjer[:60]), ("i-dag.csv", linjer[60:])):
        (mappe / navn).write_text("\n".join([hode, *del_]) + "\n", "utf-8")
    return Inndata(mappe / "i-gaar.csv", mappe / "i-dag.csv", mappe / "inntekt.parquet", mappe / "arbeidsforhold.parquet")


def godkjenn_og_send(folger: Folger, *, send: bool = True) -> None:
    for hvem in ("kari", "bjorn"):
        assert folger.kjor("./ordning godkjenn askeladden", hvem).kode == 0
    if send:
        assert folger.kjor("./ordning utbetal askeladden", "ola").kode == 0


@pytest.fixture(scope="module")
def sendt_i_gaar(tmp_path_factory, inndata) -> Path:
    """The data folder the morning after a file went to the bank."""
    data = tmp_path_factory.mktemp("runbok-sendt") / "data"
    Dag.naa = I_GAAR
    inndata.kjor(miljo(data), inndata.gaarsdagens)
    godkjenn_og_send(Folger(miljo(data)))
    Dag.naa = I_DAG
    return data


@pytest.fixture
def morgen(sendt_i_gaar, inndata, tmp_path) -> Folger:
    """Somebody who opens a page the morning after a file went to the bank."""
    shutil.copytree(sendt_i_gaar, tmp_path / "data")
    return Folger(miljo(tmp_path / "data"), inndata.ord())


def bankfil(folger: Folger) -> Path:
    return max((Path(folger.miljo["ORDNING_DATA"]) / "betaling").glob("*.xml"), key=lambda f: f.stat().st_mtime)


def kvittering(folger: Folger, navn: str, **valg) -> Path:
    """The bank's answer to the newest file."""
    sti = Path(folger.miljo["ORDNING_DATA"]).parent / navn
    svar_paa(bankfil(folger), sti, dt.datetime(2020, 7, 15, 5, tzinfo=dt.UTC), **valg)
    return sti
