"""Runs the fictional scheme with and without Prefect in a process of its own, under guard, and writes down what came of it.

Arguments: the folder with the applications and the registers, the folder to work in. Writes svar.json there.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import sys
from pathlib import Path

import flows.standard
from kjerne.drift.klokke import Stillklokke
from kjerne.kjoring import standard
from kjerne.kjoring.flyt import Steg, utfor_steg
from kjerne.kjoring.helt import Resultat, kjor_ordning
from kjerne.kjoring.rom import Arbeidsrom, Grunnlag, start
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.motor import aapne, lesende
from kjerne.lager.oppgradering import oppgrader
from kjerne.lager.tilstand import tilstandshash
from kjerne.regelmotor.oppdagelse import finn

DAG = dt.date(2020, 7, 15)
STEG = {s.navn: s for s in standard.STANDARD.steg}


class Prove:
    """One database with one run."""

    def __init__(self, inn: Path, ut: Path, navn: str):
        motor = aapne(ut / f"{navn}.db")
        oppgrader(motor, "salt-i-test")
        register = (inn / "inntekt.parquet",), (inn / "arbeidsforhold.parquet",)
        self.rom = Arbeidsrom(ut / navn, motor, Stillklokke(DAG))
        self.grunnlag = Grunnlag((inn / "soknader.csv",), *register, DAG, dt.date(2020, 7, 13), "ola", 20)

    def aapen(self):
        verk = finn("askeladden")
        return start(self.rom, verk, self.grunnlag, standard.innhold(self.rom, verk, self.grunnlag))

    def tilstand(self) -> dict:
        with lesende(self.rom.motor) as conn:
            kjoringer = conn.exec_driver_sql("SELECT tilstand FROM kjoring").scalars().all()
            steg = conn.exec_driver_sql("SELECT steg, count(*) FROM kjoring_steg GROUP BY steg").all()
            logg = conn.exec_driver_sql("SELECT hendelse FROM revisjonslogg ORDER BY nr").scalars().all()
            uten_logg = tilstandshash(conn, uten={"revisjonslogg", "kjoring_stans"})  # a stop is written down
            return {"hash": uten_logg, "hendelser": logg, "kjoringer": kjoringer, "steg": dict(map(tuple, steg))}


def som_feiler(steg: Steg, feil: BaseException, kall: list[int]) -> Steg:
    """The step, which raises `feil` the second time that it is called and only then."""

    def arbeid(*args) -> dict:
        kall.append(1)
        if len(kall) == 2:
            raise feil
        return steg.arbeid(*args)

    return dataclasses.replace(steg, arbeid=arbeid)


def maalt(resultat: Resultat) -> dict:
    return {m.steg: [m.resultat, m.sekunder > 0, m.gjort_for] for m in resultat.maalinger}


def main(inn: Path, ut: Path, ident: str) -> None:
    flows.standard.PAUSE_SEKUNDER = 0
    svar = {}
    vanlig = Prove(inn, ut, "vanlig")
    svar["maalt_vanlig"] = maalt(kjor_ordning(vanlig.rom, "askeladden", vanlig.grunnlag))
    svar["vanlig"] = vanlig.tilstand()

    prefect = Prove(inn, ut, "prefect")
    svar["maalt_prefect"] = maalt(kjor_ordning(prefect.rom, "askeladden", prefect.grunnlag, i_prefect=True))
    svar["prefect"] = prefect.tilstand()

    flyt = flows.standardflyt("askeladden")
    uventet, kall = Prove(inn, ut, "uventet"), []  # a fault that names a person, and is gone when it is tried again
    k, svar["sagt"] = uventet.aapen(), []
    k.fremdrift = lambda hva, ferdig, av: svar["sagt"].append([hva, ferdig, av])
    flyt.erstatt(som_feiler(STEG["vurder"], ValueError(f"kan ikke lese {ident}"), kall)).i_prefect(k)
    svar["uventet"] = uventet.tilstand() | {"kall": len(kall)}

    stanset, kall = Prove(inn, ut, "stanset"), []  # a fault for a person to mend stops the run, and it is started again
    egen = flyt.erstatt(som_feiler(STEG["brev"], Ordningsfeil("Malen mangler."), kall))
    try:
        egen.i_prefect(stanset.aapen())
    except Ordningsfeil as feil:
        svar["stanset_foerst"] = stanset.tilstand() | {"feil": str(feil), "kall": len(kall)}
    egen.i_prefect(stanset.aapen())
    svar["stanset"] = stanset.tilstand() | {"kall": len(kall)}

    tilpasset = Prove(inn, ut, "tilpasset")
    telling = Steg("telling", lambda k: {"saker": k.resultat("kvalitet")["saker"]}, "Teller saker")
    resultat = flyt.uten("brev").etter("kvalitet", telling).i_prefect(tilpasset.aapen())
    svar["tilpasset"] = tilpasset.tilstand() | {"rekkefolge": list(resultat), "telling": resultat["telling"]}
    assert utfor_steg(tilpasset.aapen(), telling)[2]
    (ut / "svar.json").write_text(json.dumps(svar))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
