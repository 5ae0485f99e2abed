"""The numbers of a society → the frames that others see: people, employers, employments, absence and the ground
truth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from kjerne.kontrakt.tabeller import ARBEIDSFORHOLD, DTYPER
from kjerne.kontrakt.tabeller import PERMITTERING as PERMITTERINGSTABELL
from kjerne.syntetisk import bransjer, koder
from kjerne.syntetisk.folk import Arbeidsgivere, Folk
from kjerne.syntetisk.jobber import FRAVAER, PERMITTERING, Kalender
from kjerne.syntetisk.koder import EVIG, INGEN_DATO
from kjerne.syntetisk.plantet_register import antall_fravaer
from kjerne.syntetisk.problemandeler import NAVN
from kjerne.syntetisk.rader import dager, kode, tekst


@dataclass(frozen=True)
class Felles:
    """The tables of the whole society. `ent` is the person of each row, in rising order."""

    arbeidsgivere: pd.DataFrame
    tabeller: dict[str, pd.DataFrame]
    ent: dict[str, np.ndarray]

    def mellom(self, navn: str, ent: np.ndarray) -> pd.DataFrame:
        """The rows of these people, who are numbered without a gap."""
        fra, til = np.searchsorted(self.ent[navn], [ent[0], ent[-1] + 1])
        return self.tabeller[navn].iloc[fra:til]


def personer(
    folk: Folk,
    ag: Arbeidsgivere,
    jobber: pd.DataFrame,
    snitt: tuple[np.ndarray, np.ndarray],
    kal: Kalender,
    problem: np.ndarray,
    ent: np.ndarray,
) -> pd.DataFrame:
    ent = ent[folk.alias_for[ent] < 0]
    j = {c: v.to_numpy() for c, v in jobber[jobber["hoved"] & (jobber["til_mnd"] == 99)].items()}
    lonn = np.zeros(len(ent), dtype=np.int64)
    lonn[np.searchsorted(ent, snitt[0][folk.alias_for[snitt[0]] < 0])] = snitt[1][folk.alias_for[snitt[0]] < 0]
    permittert = j["fravaer"] == PERMITTERING
    alias = folk.alias[ent]
    return pd.DataFrame(
        {
            "ident": tekst(folk.ident.take(pa.array(ent))),
            "tidligere_ident": tekst(folk.ident.take(pa.array(alias, mask=alias < 0))),
            "fodselsdato": dager(folk.fodt[ent]),
            "doedsdato": dager(np.where(problem[ent] == 25, j["slutt"], INGEN_DATO)),
            "kontonummer": tekst(folk.konto.take(pa.array(ent))),
            "maalform": kode(folk.nynorsk[ent].astype(int), ("nb", "nn")),
            "hovedarbeidsgiver": tekst(ag.nummer.take(pa.array(j["virk"]))),
            "opplysningspliktig": tekst(ag.nummer.take(pa.array(ag.oppl[j["virk"]]))),
            "ansatt_fra": dager(j["start"]),
            "stillingsprosent": j["pst"],
            "maanedslonn_ore": pd.arrays.IntegerArray(lonn, lonn == 0),
            "permittert_fra": dager(np.where(permittert, j["fra"], INGEN_DATO)),
            "permittert_til": dager(np.where(permittert & (j["til"] != EVIG), j["til"], INGEN_DATO)),
            "permittert_prosent": pd.arrays.IntegerArray(j["fravaer_pst"], ~permittert),
            "oppdragstaker": j["oppdrag"],
        }
    )


def felles(
    folk: Folk, ag: Arbeidsgivere, jobber: pd.DataFrame, kal: Kalender, problem: np.ndarray
) -> Felles:
    """Employers, employments and absence of everybody."""
    slutt_paa_maaned = kal.til[
        np.searchsorted(kal.til, np.minimum(jobber["slutt_aareg"], kal.til[kal.antall - 1]).to_numpy())
    ]
    bekreftet = np.where(jobber["bekreftet"] == INGEN_DATO, slutt_paa_maaned, jobber["bekreftet"])
    n = ag.virksomheter + ag.private
    arbeidsgivere = pd.DataFrame(
        {
            "virksomhet": tekst(ag.nummer.slice(0, n)),
            "opplysningspliktig": tekst(ag.nummer.take(pa.array(ag.oppl[:n]))),
            "konto": tekst(ag.konto.slice(0, n)),
            "bransje": kode(np.append(ag.bransje, np.full(ag.private, -1)), bransjer.NAVN),
            "ansatte": np.bincount(jobber["virk"].to_numpy()[(jobber["til_mnd"] == 99).to_numpy()], minlength=n),
            "art": kode((np.arange(n) >= ag.virksomheter).astype(int), ("virksomhet", "privatperson")),
        }
    )
    i = np.flatnonzero(jobber["aareg"])
    j = {c: v.to_numpy()[i] for c, v in jobber.items()}
    arbeidsforhold = ARBEIDSFORHOLD.ramme(
        {
            "rad_id": np.arange(len(i)),
            "ident": tekst(folk.ident.take(pa.array(j["ent"]))),
            "arbeidsforhold_id": tekst(pa.array(j["nr"]).cast(pa.large_string())),
            "opplysningspliktig": tekst(ag.nummer.take(pa.array(ag.oppl[j["virk"]]))),
            "virksomhet": tekst(ag.nummer.take(pa.array(j["virk"]))),
            "type": kode(np.where(j["oppdrag"], 2, j["forenklet"]), koder.ARBEIDSFORHOLD),
            "startdato": dager(j["start"]),
            "sluttdato": dager(np.where(j["slutt_aareg"] == EVIG, INGEN_DATO, j["slutt_aareg"])),
            "stillingsprosent": j["pst_aareg"],
            "timer_per_uke": pd.array(np.full(len(i), 37.5), dtype=DTYPER["tall"]),
            "avloenningstype": kode(j["time"].astype(int), koder.AVLONNING),
            "sist_bekreftet": dager(bekreftet[i]),
            "varsling": kode(j["varsling"], koder.VARSLINGER),
        }
    )
    ent = {"arbeidsforhold": j["ent"]}
    antall = antall_fravaer(jobber, problem)
    i = np.repeat(np.arange(len(jobber)), antall)
    j = {c: v.to_numpy()[i] for c, v in jobber.items()}
    tillegg = (
        np.arange(len(i)) - np.repeat(np.cumsum(antall) - antall, antall) == 1
    )  # the leave that overlaps the lay-off (12)
    art = np.where(tillegg, 1, j["fravaer"])
    permittering = PERMITTERINGSTABELL.ramme(
        {
            "rad_id": np.arange(len(i)),
            "ident": tekst(folk.ident.take(pa.array(j["ent"]))),
            "virksomhet": tekst(ag.nummer.take(pa.array(j["virk"]))),
            "permittering_id": tekst(pa.array(j["nr"] * 10 + tillegg).cast(pa.large_string())),
            "art": kode(art - 1, FRAVAER[1:]),
            "startdato": dager(j["fra"]),
            "sluttdato": dager(np.where(j["til"] == EVIG, INGEN_DATO, j["til"])),
            "prosent": np.where(tillegg, 100, j["fravaer_pst"]),
            "sist_bekreftet": dager(bekreftet[i]),
        }
    )
    ent["permittering"] = j["ent"]
    return Felles(arbeidsgivere, {"arbeidsforhold": arbeidsforhold, "permittering": permittering}, ent)


def fasitramme(plantet: pd.DataFrame, folk: Folk, ag: Arbeidsgivere, kal: Kalender) -> pd.DataFrame:
    p = {c: plantet[c].to_numpy() for c in ("problem", "ent", "mnd", "virk", "rad")}
    p = {c: v.astype(np.int64) for c, v in p.items()}
    maaned = kal.maaned[p["mnd"]].astype("datetime64[s]")
    maaned[p["mnd"] < 0] = np.datetime64("NaT")
    ut = pd.DataFrame(
        {
            "problem": p["problem"],
            "navn": pd.Series([NAVN[n] for n in p["problem"]], dtype=DTYPER["tekst"]),
            "tabell": plantet["tabell"].astype(DTYPER["tekst"]),
            "rad_id": pd.arrays.IntegerArray(p["rad"], p["rad"] < 0),
            "ident": tekst(folk.ident.take(pa.array(p["ent"]))),
            "maaned": maaned,
            "virksomhet": tekst(ag.nummer.take(pa.array(p["virk"], mask=p["virk"] < 0))),
            "beskrivelse": plantet["tekst"].astype(DTYPER["tekst"]),
        }
    )
    return ut.sort_values(["problem", "ident", "tabell", "rad_id"], kind="stable", ignore_index=True)
