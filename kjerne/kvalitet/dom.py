"""Verdicts: the worst action among a case's reasons; and the questions that follow from them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pandas as pd

from kjerne.kontrakt.tabeller import DTYPER
from kjerne.kvalitet.kontekst import UKJENT, Kontekst, maanedsnavn
from kjerne.kvalitet.maske import Maske, Maskebeskrivelse, Over
from kjerne.kvalitet.plan import ALVORSGRAD, HANDLINGER, Kontroll
from kjerne.kvalitet.rekkevidde import treff
from kjerne.lager.kanonisk import json_tekst

_TEKST = DTYPER["tekst"]
SPORSMAL_KOLONNER = ("sak_id", "til", "mottaker", "maaned", "felt", "kontroll", "sporsmal", "frist")


@dataclass
class Grunner:
    """Reasons of cases, collected check by check; one per case, check, month and employer."""

    k: Kontekst
    kontroller: list[Kontroll]
    deler: list[pd.DataFrame] = field(default_factory=list)
    besvart: pd.DataFrame | None = None  # sak_id, kontroll: answered questions that have no row to stand in

    def legg_til(self, nr: int, b: Maskebeskrivelse | None, over: Over, m: Maske, utelatt: np.ndarray) -> None:
        """Adds what check `nr` of `kontroller` found."""
        kontroll = self.kontroller[nr]
        sak, plass, funn = treff(self.k, b, over, m, utelatt)
        org = np.where(funn.org >= 0, funn.org, funn.oppl)
        ramme = pd.DataFrame(
            {
                "sak": sak,
                "maaned": funn.maaned[plass],
                "org": org[plass],
                "plass": funn.plass[plass],
                "vent": np.datetime64("NaT", "D"),
            }
        )
        if m.vent_til is not None:
            ramme["vent"] = m.vent_til[sak]
        ramme = ramme.drop_duplicates(["sak", "maaned", "org"])
        ramme["observert"] = list(m.observert(ramme["plass"].to_numpy())) if len(ramme) else []
        if m.sak is not None:
            ekstra = np.setdiff1d(np.flatnonzero(m.sak), ramme["sak"])
            ramme = (
                pd.concat(
                    [
                        ramme,
                        pd.DataFrame(
                            {
                                "sak": ekstra,
                                "maaned": UKJENT,
                                "org": -1,
                                "plass": -1,
                                "vent": np.datetime64("NaT", "D"),
                                "observert": "gjelder søkeren",
                            }
                        ),
                    ],
                    ignore_index=True,
                )
                if len(ekstra)
                else ramme
            )
        if not len(ramme):
            return
        grad = np.full(len(ramme), ALVORSGRAD[kontroll.handling])
        om_inntekt = b.om_inntekt if b else over == "inntekt"
        if om_inntekt:  # income problems do not stop those whose income is not used
            grad = np.where(self.k.sak.bruker_inntekt[ramme["sak"]], grad, np.minimum(grad, ALVORSGRAD["FLAGG"]))
        if kontroll.handling == "SPOR" and kontroll.felt != "inntekt" and self.besvart is not None:
            svart = self.besvart.loc[self.besvart["kontroll"] == kontroll.navn, "sak_id"]
            har_svart = self.k.rammer["sak"]["sak_id"].isin(svart).to_numpy(bool)[ramme["sak"]]
            grad = np.where(har_svart, np.minimum(grad, ALVORSGRAD["FLAGG"]), grad)
        ramme["grad"], ramme["kontroll"] = grad, nr
        self.deler.append(ramme)

    def samlet(self) -> pd.DataFrame:
        """All reasons, by case, worst first, then in the order of the plan."""
        if not self.deler:
            return pd.DataFrame(columns=["sak", "maaned", "org", "vent", "observert", "grad", "kontroll"])
        alle = pd.concat(self.deler, ignore_index=True)
        orden = np.lexsort((alle["maaned"], alle["kontroll"], -alle["grad"], alle["sak"]))
        return alle.iloc[orden].reset_index(drop=True)


def dommer(g: Grunner, samlet: pd.DataFrame) -> pd.DataFrame:
    """sak_id, dom, grunner, kort, vent_til for the cases that are not OK (see Kvalitetsresultat)."""
    k = g.k
    alle, grader = (samlet[n].to_numpy(np.int64) for n in ("sak", "grad"))
    sak, forste = np.unique(alle, return_index=True)
    grad = grader[forste]  # worst first
    tekster = _som_json(g, samlet)
    avgjor = np.flatnonzero(grader == grad[np.searchsorted(sak, alle)])
    par = alle[avgjor] * (len(g.kontroller) + 1) + samlet["kontroll"].to_numpy(np.int64)[avgjor]
    avgjor = avgjor[np.append(True, par[1:] != par[:-1])[: len(par)]]  # each check once, in the order of the plan
    navn = [g.kontroller[c].navn for c in samlet["kontroll"].iloc[avgjor]]
    vent = samlet["vent"].where(samlet["grad"] == ALVORSGRAD["VENT"]).groupby(alle).max()
    vent = pd.Series(pd.to_datetime(vent.to_numpy()) if len(sak) else [], dtype=DTYPER["dato"])
    return pd.DataFrame(
        {
            "sak_id": k.rammer["sak"]["sak_id"].iloc[sak].astype(_TEKST).array,
            "dom": pd.Series(np.array(HANDLINGER, dtype=object)[grad], dtype=_TEKST),
            "grunner": pd.Series([f"[{t}]" for t in _sammen(tekster, forste, ",")], dtype=_TEKST),
            "kort": pd.Series(_sammen(navn, np.searchsorted(alle[avgjor], sak), "|"), dtype=_TEKST),
            "vent_til": vent.where(pd.Series(grad == ALVORSGRAD["VENT"])),
        }
    )


def _sammen(tekster: list[str], fra: np.ndarray, skille: str) -> list[str]:
    """The texts of each case, which begin at `fra`, joined."""
    return [skille.join(tekster[a:b]) for a, b in pairwise([*fra.tolist(), len(tekster)])]


def _som_json(g: Grunner, samlet: pd.DataFrame) -> list[str]:
    """Each reason as canonical JSON. Reasons are many and their values few: each value is spelled once."""
    k = g.k
    kolonner = [samlet[n].tolist() for n in ("kontroll", "grad", "maaned", "observert", "org")]
    hoder = {}
    for c, d in set(zip(*kolonner[:2], strict=True)):
        hode = {"handling": HANDLINGER[d], "hvorfor": g.kontroller[c].hvorfor, "kontroll": g.kontroller[c].navn}
        hoder[c, d] = json_tekst(hode)[:-1] + ',"maaned":'
    maaneder = {m: json_tekst(maanedstekst(m)) for m in set(kolonner[2])}
    sett = {o: f',"observert":{json_tekst(o)},"virksomhet":' for o in set(kolonner[3])}
    virksomheter = {o: f"{json_tekst(k.orgnr(o))}}}" for o in set(kolonner[4])}
    return [hoder[c, d] + maaneder[m] + sett[o] + virksomheter[v] for c, d, m, o, v in zip(*kolonner, strict=True)]


def maanedstekst(tall: int) -> str | None:
    return None if tall == UKJENT else f"{1970 + tall // 12}-{tall % 12 + 1:02d}"


def sporsmal(g: Grunner, samlet: pd.DataFrame, frist: dt.date) -> pd.DataFrame:
    """One question per case, receiver, month and field; none for a case that is stopped. A person is asked in her own written form.

    Where there is no organisation to ask (unknown, or a private employer), the person is asked.
    """
    k = g.k
    stoppet = samlet.loc[samlet["grad"] == ALVORSGRAD["STOPP"], "sak"]
    spor = samlet[(samlet["grad"] == ALVORSGRAD["SPOR"]) & ~samlet["sak"].isin(stoppet)]
    sak_id = k.rammer["sak"]["sak_id"].to_numpy(object)
    former = k.rammer["sak"]["maalform"].to_numpy(object) if "maalform" in k.rammer["sak"] else np.full(len(sak_id), "nb", object)
    rader = []
    for s, m, org, c, o in zip(
        spor["sak"], spor["maaned"], spor["org"], spor["kontroll"], spor["observert"], strict=True
    ):
        kontroll = g.kontroller[c]
        # The case's own word for its employer first: that is who answers for it.
        orgnr = k.orgnr(k.sak.arbeidsgiver[s] if k.sak.arbeidsgiver[s] >= 0 else org)
        til_arbeidsgiver = kontroll.sporsmal_til == "arbeidsgiver" and orgnr is not None
        tekst = kontroll.sporsmal.paa("nb" if til_arbeidsgiver else former[s]) if kontroll.sporsmal else ""
        rader.append(
            (
                sak_id[s],
                "arbeidsgiver" if til_arbeidsgiver else "person",
                orgnr if til_arbeidsgiver else None,
                pd.NaT if m == UKJENT else dt.date(1970 + m // 12, m % 12 + 1, 1),
                kontroll.felt,
                kontroll.navn,
                tekst.format(maaned=maanedsnavn(m), virksomhet=orgnr or "arbeidsgiveren", observert=o),
                frist,
            )
        )
    ut = pd.DataFrame(rader, columns=list(SPORSMAL_KOLONNER))
    for kolonne in SPORSMAL_KOLONNER:
        ut[kolonne] = (
            pd.to_datetime(ut[kolonne]).astype(DTYPER["dato"])
            if kolonne in ("maaned", "frist")
            else ut[kolonne].astype(_TEKST)
        )
    return ut.drop_duplicates(["sak_id", "til", "mottaker", "maaned", "felt"], ignore_index=True)
