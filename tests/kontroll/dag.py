"""A small day of payments, written by hand: what is not said is sound. Synthetic numbers (month + 80)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd

from kjerne.kontrakt.identer import lag_ident
from kjerne.kontrakt.kontrollvalg import Kontrollvalg
from kjerne.kontrakt.tabeller import ARBEIDSFORHOLD, INNTEKT
from kjerne.kontroll.gjennomforing import Gjennomforing, Kontrolltall, gjennomfor
from kjerne.kontroll.helhet import Buntkontekst
from kjerne.kontroll.katalog import plan_for
from kjerne.kontroll.kontekst import LINJE, Kontrollkontekst

ORDNING, ANNEN, FORENLIG = "denne", "annen", "forenlig"
KUNNGJORT, BETALES = dt.date(2020, 3, 20), dt.date(2020, 5, 4)
FOM, TOM = dt.date(2020, 3, 25), dt.date(2020, 4, 13)
GAARD, ANNEN_GAARD = "889640782", "974652250"
_DAGER, _TEKST = ("fom", "tom", "mottatt_dato"), pd.StringDtype("pyarrow")


def ident(nr: int, d_nummer: bool = False) -> str:
    """The number of person `nr`: a birthday of their own."""
    fodt = dt.date(1970, 1, 1) + dt.timedelta(days=nr)
    return next(i for n in range(500) if (i := lag_ident(fodt, n, d_nummer=d_nummer)))


def linje(nr: int, person: int | None = None, **annet) -> dict:
    """The only line of case `nr`, for person `person` (the same number, when not said)."""
    hvem = nr if person is None else person
    konto = annet.pop("sokerkonto", f"konto-{hvem}")
    en = {
        "linje_id": f"linje-{nr:04d}", "vedtak_id": f"vedtak-{nr:04d}", "sak_id": f"sak-{nr:04d}", "ordning": ORDNING,
        "person_id": f"person-{hvem}", "ident": annet.get("ident") or ident(hvem), "sokerkonto": konto, "orgnr": None, "konto": konto,
        "til_soker": True,
        "klasse": "YTELSE", "fom": FOM, "tom": TOM, "belop_ore": 1_000_00 + nr * 100, "mottatt_dato": dt.date(2020, 4, 1),
        "arbeidsgiver": GAARD, "nokkel": annet.get("arbeidsgiver", GAARD), "merket": False,
    }  # fmt: skip
    return en | annet


def ramme(linjer: Sequence[dict]) -> pd.DataFrame:
    tekster = [n for n in LINJE if n not in (*_DAGER, "belop_ore", "til_soker", "merket")]
    typer = dict.fromkeys(tekster, _TEKST) | dict.fromkeys(_DAGER, "datetime64[s]")
    return pd.DataFrame(linjer, columns=list(LINJE)).astype(typer | {"belop_ore": np.int64, "til_soker": bool, "merket": bool})


def soknad(en: dict, **annet) -> dict:
    return {"person_id": en["person_id"], "sak_id": en["sak_id"], "konto": en["sokerkonto"], "mottatt_dato": en["mottatt_dato"]} | annet


def lonn(hvem: str, maaned: str, kroner: float | None, meldt: str | None = "2020-02-10T12:00", hos: str = GAARD, **annet) -> dict:
    """One income row; by default a fixed wage, reported before the scheme was known."""
    return {"ident": hvem, "maaned": f"{maaned}-01", "virksomhet": hos, "opplysningspliktig": None, "inntekt_type": "Loennsinntekt",
            "fordel": "kontantytelse", "beskrivelse": "fastloenn", "beloep_ore": None if kroner is None else round(kroner * 100),
            "registrert_tid": meldt} | annet  # fmt: skip


def inntekt(rader: Sequence[dict]) -> pd.DataFrame:
    return INNTEKT.ramme(pd.DataFrame(list(rader)).assign(rad_id=range(len(rader))))


def arbeidsforhold(rader: Sequence[dict]) -> pd.DataFrame:
    return ARBEIDSFORHOLD.ramme(pd.DataFrame(list(rader)).assign(rad_id=range(len(rader))))


def kontekst(linjer: Sequence[dict], andre: Sequence[dict] = (), soknader: Sequence[dict] | None = None, **annet) -> Kontrollkontekst:
    """The context; every line has an application of its own when nothing else is said."""
    soknader = [soknad(en) for en in (*linjer, *andre)] if soknader is None else soknader
    s = pd.DataFrame(soknader, columns=["person_id", "sak_id", "konto", "mottatt_dato"])
    s = s.astype({"person_id": _TEKST, "sak_id": _TEKST, "konto": _TEKST, "mottatt_dato": "datetime64[s]"})
    fast = {"betalingsdato": BETALES, "kunngjort": KUNNGJORT, "maks_dager": 60, "kan_kombineres": (FORENLIG,)}
    return Kontrollkontekst(ORDNING, ramme(linjer), ramme(andre), s, **(fast | annet))


def bunt(belop: Sequence[int], tidligere: Sequence[tuple] = (), **kolonner) -> Buntkontekst:
    """One batch of these amounts (øre), each of its own decision; `tidligere`: antall, sum_ore, topp, storste."""
    n = len(belop)
    linjer = pd.DataFrame({
        "bunt_id": "bunt", "linje_id": [f"linje-{i:04d}" for i in range(n)], "vedtak_id": [f"vedtak-{i:04d}" for i in range(n)],
        "belop_ore": belop, "vedtatt_ore": belop, "linjene_ore": belop, "sporet_ore": pd.array(belop, "Int64"), "skal_ha_spor": True,
        "spor_borte": False, "arbeidsgiver": pd.array([f"gaard-{i}" for i in range(n)], _TEKST),
    }).assign(**kolonner)  # fmt: skip
    return Buntkontekst(("bunt",), linjer, pd.DataFrame(tidligere, columns=["antall", "sum_ore", "topp", "storste"]), 45_000_00)


def kjor(k: Kontrollkontekst | Buntkontekst, id_: str, **grenser: int) -> tuple[dict[str, str], Kontrolltall]:
    """(what one control points at: id → action, what it came to)."""
    g, tall = kjor_alt(k, id_, **grenser)
    funn = g.funn[g.funn["kontroll"] == id_]
    return dict(zip(funn["linje_id"].fillna(funn["bunt_id"]).astype(str), funn["handling"], strict=True)), tall


def kjor_alt(k: Kontrollkontekst | Buntkontekst, id_: str, **grenser: int) -> tuple[Gjennomforing, Kontrolltall]:
    valg = Kontrollvalg.model_validate({"grenser": {id_: {n: [{"fra": "2020-01-01", "verdi": v}] for n, v in grenser.items()}}})
    g = gjennomfor([p for p in plan_for(valg, BETALES) if p.kontroll.id == id_], k)
    return g, g.tall[0]


def saker(funn: dict[str, str]) -> list[int]:
    """The numbers of the cases that are pointed at."""
    return sorted(int(i.removeprefix("linje-")) for i in funn)
