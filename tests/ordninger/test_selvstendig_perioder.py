"""Month after month for the same person: the 16 days are borne once, each month is paid once, and the next month waits its turn."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

ID = "selvstendig"
if not (Path(__file__).resolve().parents[2] / "ordninger" / ID).exists():
    pytest.skip("ordningen finnes ikke", allow_module_level=True)

from kjerne.drift.innstillinger import Innstillinger  # noqa: E402
from kjerne.drift.klokke import Stillklokke  # noqa: E402
from kjerne.kjoring.helt import kjor_ordning  # noqa: E402
from kjerne.kjoring.rom import Arbeidsrom, Grunnlag, taus  # noqa: E402
from kjerne.kjoring.svar import les_svar, sporsmalsliste  # noqa: E402
from kjerne.kjoring.syntetisk import lag_syntetisk  # noqa: E402
from kjerne.lager.motor import lesende  # noqa: E402
from kjerne.lager.tabeller import linje, sak, soknad, vedtak  # noqa: E402
from kjerne.regelmotor.oppdagelse import finn  # noqa: E402

DAG = dt.date(2020, 8, 15)
FELT = {"søker_frilans": "nei", "søker_næring": "ja", "tap_av_korona": "ja", "dekket_av_annen_ytelse": "nei",
        "foretak_registrert": "01.02.2015", "foretaksform": "enkeltpersonforetak", "aktivitet_i_norge": "ja",
        "næring_startet": "01.02.2015", "næringsinntekt_2019": "360000", "næringstap_fra": "20.04.2020",
        "inntekt_frilans": "0", "inntekt_næring": "0", "inntekt_arbeid": "0", "dagpengedager": "0", "aapdager": "0"}


def kjør(mappe: Path, søknader: list[dict[str, str]]) -> dict[str, tuple]:
    """(state, class, first day, kroner) of each application after one run."""
    sti = mappe / "egne.csv"
    pd.DataFrame(søknader).to_csv(sti, sep=";", index=False)
    rom = Arbeidsrom.aapne(Innstillinger(data=mappe / "data"), Stillklokke(DAG), "prøve")
    filer = [mappe / f"{n}.parquet" for n in ("inntekt", "arbeidsforhold")]
    kjor_ordning(rom, ID, Grunnlag((sti,), (filer[0],), (filer[1],), DAG, dt.date(2020, 8, 13), "ola", 10), taus)
    with lesende(rom.motor) as conn:
        rader = conn.execute(sa.select(soknad.c.soknad_id, sak.c.tilstand, linje.c.klasse, linje.c.fom, linje.c.belop_ore)
                             .join(sak, sak.c.sak_id == soknad.c.sak_id).outerjoin(vedtak, vedtak.c.sak_id == sak.c.sak_id)
                             .outerjoin(linje, linje.c.vedtak_id == vedtak.c.vedtak_id)).all()
    return {id_: (tilstand, klasse, fom, ore and ore // 100) for id_, tilstand, klasse, fom, ore in rader}


def test_de_seksten_dagene_bæres_en_gang(tmp_path):
    lag_syntetisk(tmp_path, 30, 5, ID, 30, dt.date(2020, 7, 1), 15, ("parquet",))
    personer = pd.read_parquet(tmp_path / "personer.parquet")
    inntekt = pd.read_parquet(tmp_path / "inntekt.parquet")
    inntekt[inntekt["maaned"] >= "2020-03-01"].to_parquet(tmp_path / "inntekt.parquet", index=False)  # no wages in the months that count
    person = personer[personer["doedsdato"].isna()].iloc[0]
    fast = {"fodselsnummer": person["ident"], "kontonummer": person["kontonummer"], "maalform": "nb", **FELT}
    måneder = {"juni": ("30.06.2020", "10.07.2020"), "mai": ("31.05.2020", "20.06.2020")}  # the later month is handed in first in the file
    søknader = [{"soknad_id": n, "periode_til": til, "mottatt_dato": mottatt, **fast} for n, (til, mottatt) in måneder.items()]
    søknader.append({**søknader[0], "soknad_id": "juni-igjen", "mottatt_dato": "20.07.2020"})

    svar = kjør(tmp_path, søknader)
    assert svar["mai"] == ("innvilget", "FRISINN-SELVST-OP", dt.date(2020, 5, 6), 18 * 1108)  # 20 April and 16 days
    assert svar["juni"] == ("innvilget", "FRISINN-SELVST-OP", dt.date(2020, 6, 1), 22 * 1108)
    assert svar["juni-igjen"][0] == "avslag"  # an application cannot be changed
    igjen = kjør(tmp_path, [*søknader, {**søknader[0], "soknad_id": "juni-tredje", "mottatt_dato": "25.07.2020"}])
    assert igjen["juni-tredje"][0] == "avslag"
    assert {n: igjen[n] for n in svar} == svar


@pytest.mark.parametrize(("svar", "tilstand"), [("ja", "avslag"), ("nei", "manuell")])
def test_en_frilanser_uten_inntekt_i_registeret_blir_spurt_for_noe_avslaas(tmp_path, svar, tilstand):
    """Unknown is not no: first the question; the register rules when all is reported on her number, and a human when it is not."""
    lag_syntetisk(tmp_path, 60, 5, ID, 60, dt.date(2020, 7, 1), 15, ("parquet",))
    personer, arbeid = pd.read_parquet(tmp_path / "personer.parquet"), pd.read_parquet(tmp_path / "arbeidsforhold.parquet")
    frilansere = set(arbeid.loc[arbeid["type"].str.startswith("frilanser"), "ident"])
    person = personer[personer["doedsdato"].isna() & ~personer["ident"].isin(frilansere)].iloc[0]
    soknaden = {"soknad_id": "uten", "fodselsnummer": person["ident"], "kontonummer": person["kontonummer"], "maalform": "nn",
                "periode_til": "30.06.2020", "mottatt_dato": "10.07.2020",
                **FELT, "søker_frilans": "ja", "søker_næring": "nei", "frilanser_fra": "01.01.2016", "frilanstap_fra": "20.04.2020"}
    assert kjør(tmp_path, [soknaden])["uten"][0] not in ("avslag", "innvilget", "manuell")
    rom = Arbeidsrom.aapne(Innstillinger(data=tmp_path / "data"), Stillklokke(DAG), "prøve")
    liste = sporsmalsliste(rom, ID)
    assert list(liste["til"]) == ["person"] and list(liste["felt"]) == ["inntekt_på_ett_nummer"]
    assert "frilansar i A-ordninga" in liste["sporsmal"].iloc[0]
    liste.assign(svar=svar).to_csv(tmp_path / "svar.csv", sep=";", index=False)
    assert les_svar(rom, finn(ID), tmp_path / "svar.csv", "kari")["klare_saker"] == 1
    assert kjør(tmp_path, [soknaden])["uten"][0] == tilstand
