"""Cases close to a limit, made from the examples there are, and written as rows to paste into eksempler/."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kjerne.kontrakt.regel import Regel
from kjerne.regelmotor.eksempler import Eksempler, skriv_tall, svar
from kjerne.regelmotor.saksfil import les_tabell
from kjerne.regelmotor.sporing import Sporing
from kjerne.sjekk.sammenligning import Sammenligning

BASER = 12  # examples that are tried for each limit, the nearest first
SLINGRING = (0, 1, -1, 2, -2, 3, -3)
SISTE_DAG = pd.Timestamp("2200-01-01")  # later dates stand for «no end», and are not moved
_TALL = {"heltall": 1.0, "tall": 1.0, "kroner": 100.0, "prosent": 1.0}  # the frame's unit in that of the rules
_SVAR = ("forventet", "beløp", "avgjørende", "mangler")


@dataclass(frozen=True)
class Kandidater:
    """`sett`: the cases tried, as examples. `base`: which example each was made from; `felt` the one fact that differs."""

    sett: Eksempler
    base: np.ndarray
    felt: tuple[str, ...]
    flytt: np.ndarray  # how far it was moved

    @classmethod
    def rundt(cls, sett: Eksempler, grense: Sammenligning, avstand: np.ndarray, maal: list[float]) -> Kandidater | None:
        """The examples nearest to the limit, each with one fact moved towards `maal`. None when there is nothing to move."""
        nære = np.argsort(np.abs(np.where(np.isnan(avstand), np.inf, avstand)), kind="stable")
        nære = [i for i in nære[:BASER] if not np.isnan(avstand[i])]
        deler = []
        for felt in _flyttbare(sett, grense):
            steg = {int(i): _flytt(maal, float(avstand[i]), grense.steg) for i in nære}
            base = np.array([i for i, alle in steg.items() for _ in alle], dtype="int64")
            flytt = np.array([f for alle in steg.values() for f in sorted(alle)])
            deler += [(felt, *_lovlige(sett, felt, base, flytt))]
        deler = [d for d in deler if len(d[1])]
        if not deler:
            return None
        base = np.concatenate([d[1] for d in deler])
        fakta = pd.concat([d[3] for d in deler], ignore_index=True)
        felt = tuple(d[0] for d in deler for _ in d[1])
        kopi = replace(sett, tabell=sett.tabell.iloc[base], fakta=fakta, inntekter=_inntekter(sett, base))
        return cls(kopi, base, felt, np.concatenate([d[2] for d in deler]))

    def beste(self, treff: np.ndarray) -> int:
        """Of those that hit: one without income rows of its own if there is one, moved as little as can be."""
        har = set(self.sett.inntekter["sak_nr"].unique().tolist())
        return int(min(treff, key=lambda i: (int(i) in har, abs(self.flytt[i]), self.base[i])))


def _flytt(maal: list[float], avstand: float, steg: float) -> set[float]:
    """How far a fact may have to move: the distance to what is sought, either way, and a little to each side of it."""
    return {r * (m - avstand) + s * steg for m in maal for r in (1, -1) for s in SLINGRING} - {0.0}


def _flyttbare(sett: Eksempler, grense: Sammenligning) -> list[str]:
    """The facts that the limit rests on and that can be moved: numbers and dates which the examples have a column for."""
    verk = sett.verk
    navn = grense.navn | {g for n in grense.navn & set(verk.regler) for g in verk.grunner(n)}
    typer = verk.fakta
    return [n for n in typer if n in navn and n in sett.fakta and typer[n] in (*_TALL, "dato")]


def _lovlige(sett: Eksempler, felt: str, base: np.ndarray, flytt: np.ndarray) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
    """(base, move, facts) of the moves that stay within what the field allows."""
    fakta = sett.fakta.iloc[base].reset_index(drop=True)
    type_ = sett.verk.fakta[felt]
    if type_ == "dato":
        ok = (fakta[felt].notna() & (fakta[felt] < SISTE_DAG)).to_numpy() & (np.abs(flytt) < 40_000) & (flytt == np.rint(flytt))
        fakta[felt] = fakta[felt].where(ok) + pd.to_timedelta(np.where(ok, flytt, 0), unit="D").astype("timedelta64[s]")
        return base[ok], flytt[ok], fakta[ok]
    verdi = fakta[felt].to_numpy(dtype="float64", na_value=np.nan) + flytt * _TALL[type_]
    verdi = np.round(verdi, 0 if type_ in ("heltall", "kroner") else 6)
    lav, hoy = sett.verk.manifest.felt_med_navn(felt).grenser
    lav = max(lav, 0.0) if sett.verk.manifest.felt_med_navn(felt).minst is None else lav  # nobody states less than nothing
    ok = ~np.isnan(verdi) & (verdi >= lav) & (verdi <= hoy)
    fakta[felt] = pd.array([v if j else pd.NA for v, j in zip(verdi, ok, strict=True)], dtype=fakta[felt].dtype)
    return base[ok], flytt[ok], fakta[ok]


def _inntekter(sett: Eksempler, base: np.ndarray) -> pd.DataFrame:
    """The income rows of each case tried: those of the example it was made from."""
    par = pd.DataFrame({"sak_nr": base, "ny": np.arange(len(base))}).merge(sett.inntekter, on="sak_nr")
    return par.assign(sak_nr=par["ny"]).drop(columns="ny").sort_values("sak_nr", kind="stable", ignore_index=True)


def rader_til(sett: Eksempler, k: Kandidater, sporing: Sporing, nr: int, regel: Regel, beskrivelse: str,
              brukt: set[str]) -> list[tuple[str, str]]:
    """(file, line) for a case and its income rows, under a name that is not taken. Columns of rules are left empty."""
    base, felt = int(k.base[nr]), k.felt[nr]
    rad = sett.tabell.iloc[base].copy()
    sak = _nytt_navn(brukt, rad["sak"])
    fikk = svar_for(k, sporing, nr)
    hjemmel = str(regel.hjemmel) if regel.hjemmel.kjent else f"{regel.hjemmel.kilde} § ?"
    nye = dict.fromkeys(sett.verk.regler, "") | {felt: _skriv(k.sett.fakta[felt].iloc[nr], sett.verk.fakta[felt])} | fikk
    nye |= {"sak": sak, "hjemmel": hjemmel, "beskrivelse": beskrivelse.replace(";", ",")}
    ut = [("eksempler/saker.csv", _linje([nye.get(n, v) for n, v in rad.items()]))]
    sti = sett.sti.with_name("inntekter.csv")
    if sti.exists() and (sett.inntekter["sak_nr"] == base).any():
        tabell = les_tabell(sti)
        egne = tabell[tabell["sak"].str.strip() == rad["sak"]].assign(sak=sak)
        ut += [("eksempler/inntekter.csv", _linje(celler)) for celler in egne.itertuples(index=False)]
    return ut


def svar_for(k: Kandidater, sporing: Sporing, nr: int) -> dict[str, str]:
    """What the rules say of the case, as text."""
    alle = svar(sporing).iloc[nr]
    return {n: alle[n] for n in _SVAR}


def _nytt_navn(brukt: set[str], base: str) -> str:
    stamme = base.rstrip("0123456789-") or "SAK"
    navn = next(n for i in range(1, 10_000) if (n := f"{stamme}-G{i:02d}") not in brukt)
    brukt.add(navn)
    return navn


def _skriv(verdi, type_: str) -> str:
    if type_ == "dato":
        return f"{verdi:%d.%m.%Y}"
    if type_ == "prosent":
        return f"{skriv_tall(float(verdi) * 100)} %".replace(".", ",")
    return skriv_tall(float(verdi) / (100 if type_ == "kroner" else 1)).replace(".", ",")


def _linje(celler) -> str:
    ut = io.StringIO()
    csv.writer(ut, delimiter=";", lineterminator="").writerow(celler)
    return ut.getvalue()
