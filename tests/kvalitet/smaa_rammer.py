"""Three sound people with one employer and a year of pay each; what a test changes is what it is about."""

import datetime as dt
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from kjerne.kontrakt.identer import lag_ident, lag_kontonr, lag_orgnr
from kjerne.kontrakt.tabeller import TABELLER
from kjerne.kvalitet.kontekst import Kontekst
from kjerne.kvalitet.plan import Kvalitetsplan, les_kvalitet
from kjerne.kvalitet.vurder import Kvalitetsresultat, vurder_kvalitet

EKSEMPEL = Path(__file__).parent / "proever" / "kvalitet.toml"
FELT = {"permittert_fra", "arbeidsgiver", "meldt_av", "mottatt_dato", "bor_i_norge"}
HENTET, VEDTAK = dt.date(2020, 6, 12), dt.date(2020, 5, 31)
PERSONER = [lag_ident(dt.date(1980, 2, 3 + n), 110) or lag_ident(dt.date(1980, 2, 3 + n), 112) for n in range(3)]
ORG, HOVED, ANNEN = lag_orgnr(1), lag_orgnr(2), lag_orgnr(3)
MAANEDER = pd.date_range("2019-06-01", "2020-05-01", freq="MS")
KR = 100


class Rammer:
    """Frames of the three, changed by the methods and handed over by `kontekst` or `alt`."""

    def __init__(self) -> None:
        n = len(MAANEDER)
        self.inntekt = pd.DataFrame(
            {
                "ident": np.repeat(PERSONER, n),
                "maaned": np.tile(MAANEDER, 3),
                "opplysningspliktig": HOVED,
                "virksomhet": ORG,
                "inntekt_type": "Loennsinntekt",
                "fordel": "kontantytelse",
                "beskrivelse": "fastloenn",
                "beloep_ore": 40_000 * KR,
                "registrert_tid": np.tile(MAANEDER + pd.Timedelta(days=33), 3).astype("datetime64[us]"),
            }
        )
        self.arbeidsforhold = pd.DataFrame(
            {
                "ident": PERSONER,
                "opplysningspliktig": HOVED,
                "virksomhet": ORG,
                "type": "ordinaertArbeidsforhold",
                "startdato": "2015-01-01",
                "sluttdato": pd.NaT,
                "stillingsprosent": 100.0,
                "sist_bekreftet": "2020-05-31",
            }
        )
        self.permittering = pd.DataFrame(
            {
                "ident": PERSONER,
                "virksomhet": ORG,
                "art": "permittering",
                "startdato": "2020-05-18",
                "sluttdato": pd.NaT,
                "prosent": 50.0,
                "sist_bekreftet": "2020-05-31",
            }
        )
        self.sak = pd.DataFrame(
            {
                "sak_id": ["s0", "s1", "s2"],
                "ident": PERSONER,
                "konto": [lag_kontonr(n) for n in range(3)],
                "permittert_fra": pd.to_datetime(["2020-05-20"] * 3),
                "arbeidsgiver": ORG,
                "meldt_av": "arbeidstaker",
                "mottatt_dato": pd.to_datetime(["2020-05-25"] * 3),
                "bor_i_norge": True,
            }
        )
        self.personer: pd.DataFrame | None = None

    def rader(self, person: int, maaned: str | None = None, tabell: str = "inntekt") -> pd.Series:
        ramme = getattr(self, tabell)
        hos = ramme["ident"] == PERSONER[person]
        return hos if maaned is None else hos & (pd.to_datetime(ramme["maaned"]) == pd.Timestamp(f"{maaned}-01"))

    def sett(self, person: int, maaned: str | None = None, /, tabell: str = "inntekt", **kolonner: object) -> "Rammer":
        ramme = getattr(self, tabell)
        for navn, verdi in kolonner.items():
            ny = ramme[navn].astype(object) if navn in ramme else pd.Series(None, index=ramme.index, dtype=object)
            ny[self.rader(person, maaned, tabell)] = verdi
            ramme[navn] = ny
        return self

    def legg(self, person: int, maaned: str | None = None, /, tabell: str = "inntekt", **kolonner: object) -> "Rammer":
        """A copy of one of the person's rows, with other values."""
        ramme = getattr(self, tabell)
        ny = ramme[self.rader(person, maaned, tabell)].iloc[:1].astype(object).assign(**kolonner)
        setattr(self, tabell, pd.concat([ramme.astype(object), ny], ignore_index=True))
        return self

    def fjern(self, person: int, maaned: str | None = None, tabell: str = "inntekt") -> "Rammer":
        ramme = getattr(self, tabell)
        setattr(self, tabell, ramme[~self.rader(person, maaned, tabell)].reset_index(drop=True))
        return self

    def tabell(self, navn: str) -> pd.DataFrame:
        form, ramme = TABELLER[navn], getattr(self, navn)
        return form.ramme(ramme.assign(rad_id=np.arange(len(ramme))))

    def alt(self) -> dict[str, pd.DataFrame | None]:
        saker = self.sak.copy()
        for navn in ("permittert_fra", "mottatt_dato"):
            saker[navn] = pd.to_datetime(saker[navn]).astype("datetime64[s]")
        return {
            "saker": saker,
            "inntekt": self.tabell("inntekt"),
            "arbeidsforhold": self.tabell("arbeidsforhold"),
            "permittering": self.tabell("permittering"),
            "personer": self.personer,
        }

    def kontekst(self, plan: Kvalitetsplan | None = None, **andre: object) -> Kontekst:
        r = self.alt()
        valg = {"hentet": HENTET, "vedtaksdato": VEDTAK, "krev_syntetisk": True, "personer": r["personer"]} | andre
        return Kontekst(
            plan or eksempelplan(), r["saker"], r["inntekt"], r["arbeidsforhold"], r["permittering"], **valg
        )


@cache
def eksempelplan() -> Kvalitetsplan:
    return les_kvalitet(EKSEMPEL, FELT)


def plan_av(*kontroller: str) -> Kvalitetsplan:
    """The example plan with only these checks, in this order."""
    plan = eksempelplan()
    return plan.model_copy(
        update={"kontroll": tuple(next(k for k in plan.kontroll if k.navn == n) for n in kontroller)}
    )


def vurder(r: Rammer, *kontroller: str, plan: Kvalitetsplan | None = None, **andre: object) -> Kvalitetsresultat:
    rammer = r.alt()
    valg = {"hentet": HENTET, "vedtaksdato": VEDTAK, "personer": rammer.pop("personer")} | andre
    return vurder_kvalitet(plan or plan_av(*kontroller), **rammer, **valg)


def dom(resultat: Kvalitetsresultat, sak: str = "s1") -> str:
    rad = resultat.dommer[resultat.dommer["sak_id"] == sak]
    return "OK" if rad.empty else rad["dom"].iloc[0]
