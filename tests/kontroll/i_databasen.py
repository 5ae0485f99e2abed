"""A planted day of payments in a real database, as a finished run would have left it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pandas as pd

from kjerne.kjoring.rom import Arbeidsrom, Grunnlag, Kjoring
from kjerne.kontrakt.kontrollvalg import Kontrollvalg
from kjerne.lager import snapshot as lagring
from kjerne.lager.bulk import sett_inn
from kjerne.lager.kanonisk import json_tekst
from kjerne.lager.person import person_ider
from kjerne.lager.tabeller import (
    betalingsavtrykk,
    bunt,
    bunt_linje,
    kjoring,
    kjoring_steg,
    linje,
    snapshot,
    soknad,
    vedtak,
)
from kjerne.regelmotor.oppdagelse import finn
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.syntetisk.betalingsdag import BETALES, EGEN, KOMBINERBAR, KUNNGJORT, Betalingsdag

ORDNING = "askeladden"
NAA = dt.datetime(2020, 5, 1, 12, tzinfo=dt.UTC)
MAKS_DAGER = 100
_VEDTAK = {"versjon": 1, "utfall": "innvilget", "avgjorende": "[]", "begrunnelse": "[]", "fingeravtrykk": "f", "parameterrader": "[]",
           "sporing_id": "t", "sporing_rad": 0, "kjoring_id": "dagen", "fattet_dato": dt.date(2020, 5, 1), "fattet_tid": NAA}  # fmt: skip


def med_kontroll(verk: Regelverk, **annet) -> Regelverk:
    """The fictional scheme with controls; it says no more than this."""
    valg = Kontrollvalg.model_validate({"kunngjort": KUNNGJORT, "maks_dager": MAKS_DAGER, "kan_kombineres": [KOMBINERBAR]} | annet)
    return replace(verk, manifest=verk.manifest.model_copy(update={"kontroll": valg}))


def skriv_dag(rom: Arbeidsrom, dag: Betalingsdag) -> Kjoring:
    """Applications, decisions and lines of the day, and the registers they stood on."""
    verk = med_kontroll(finn(ORDNING))
    verk = replace(verk, manifest=verk.manifest.model_copy(update={"entydig": ("fodselsnummer", "hva")}))
    alle = pd.concat([dag.linjer, dag.andre], ignore_index=True)
    alle["ordning"] = alle["ordning"].replace(EGEN, ORDNING)
    sha = {art: lagring.skriv(getattr(dag, art), rom.snapshotmappe, art) for art in ("inntekt", "arbeidsforhold")}
    with rom.motor.begin() as conn:
        for art, (id_, sti, rader) in sha.items():
            conn.execute(snapshot.insert().values(snapshot_id=id_, art=art, rader=rader, sti=sti, hentet_tid=NAA))
        person = dict(zip(ulike := alle["ident"].unique(), person_ider(conn, list(ulike)), strict=True))
        _soknader(conn, dag, alle, person)
        _vedtak(conn, alle, sha["inntekt"][0], person)
        _betalt(conn, alle[alle["merket"]])
        conn.execute(kjoring.insert().values(kjoring_id="dagen", ordning=ORDNING, grunnlag="{}", tilstand="startet", startet_tid=NAA))
        steg = json_tekst({art: id_ for art, (id_, _, _) in sha.items()})
        conn.execute(kjoring_steg.insert().values(kjoring_id="dagen", steg="innhenting", bit=0, resultat=steg, sekunder=0, ferdig_tid=NAA))
    return Kjoring(rom, verk, Grunnlag(vedtaksdato=BETALES, laget_av="ola"), "dagen")


def _soknader(conn, dag: Betalingsdag, alle: pd.DataFrame, person: dict[str, str]) -> None:
    saker = alle.drop_duplicates("sak_id")[["sak_id", "ordning", "ident", "sokerkonto", "mottatt_dato", "arbeidsgiver", "nokkel"]]
    resten = dag.soknader[~dag.soknader["sak_id"].isin(saker["sak_id"])].rename(columns={"konto": "sokerkonto"})
    resten = resten.assign(ident=resten["person_id"].str.removeprefix("person-"), ordning="en-tredje").drop(columns="person_id")
    s = pd.concat([saker, resten], ignore_index=True)
    fakta = [json_tekst({n: v for n, v in (("arbeidsgiver", a), ("hva", h)) if pd.notna(v)}) for a, h in
             zip(s["arbeidsgiver"], s["nokkel"], strict=True)]  # fmt: skip
    kjente = [i for i in s["ident"].unique() if i not in person]
    person |= dict(zip(kjente, person_ider(conn, kjente), strict=True))
    sett_inn(conn, soknad, {
        "soknad_id": list("soknad-" + s["sak_id"]), "sak_id": list(s["sak_id"]), "ordning": list(s["ordning"]),
        "person_id": [person[i] for i in s["ident"]], "konto": [v if pd.notna(v) else None for v in s["sokerkonto"]], "maalform": "nb",
        "mottatt_dato": list(s["mottatt_dato"].dt.date), "fakta": fakta, "leveranse_id": "l", "linje": list(range(len(s))),
    })  # fmt: skip


def _vedtak(conn, alle: pd.DataFrame, snapshot_id: str, person: dict[str, str]) -> None:
    v = alle.groupby("vedtak_id", sort=False).agg(sak_id=("sak_id", "first"), belop_ore=("belop_ore", "sum")).reset_index()
    sett_inn(conn, vedtak, v.to_dict("list") | _VEDTAK | {"snapshot_id": snapshot_id})
    nr = alle.groupby("vedtak_id").cumcount() + 1
    sett_inn(conn, linje, {
        "linje_id": list(alle["linje_id"]), "vedtak_id": list(alle["vedtak_id"]), "nr": list(nr), "rolle": "soker",
        "person_id": [person[i] for i in alle["ident"]], "orgnr": None, "konto": list(alle["konto"]), "klasse": list(alle["klasse"]),
        "fom": list(alle["fom"].dt.date), "tom": list(alle["tom"].dt.date), "belop_ore": list(alle["belop_ore"]),
    })  # fmt: skip


def _betalt(conn, merket: pd.DataFrame) -> None:
    """In a batch, with the fingerprint taken."""
    if not len(merket):
        return
    conn.execute(bunt.insert().values(
        bunt_id="betalt", ordning=ORDNING, antall=len(merket), sum_ore=int(merket["belop_ore"].sum()), innhold_sha256="x", laget_av="per",
        kjoring_id="i gaar", betalingsdato=dt.date(2020, 4, 30), laget_tid=NAA))  # fmt: skip
    ider = list(merket["linje_id"])
    ende = [f"e{i}" for i in range(len(ider))]
    sett_inn(conn, bunt_linje, {"linje_id": ider, "forsok": 1, "bunt_id": "betalt", "konto": list(merket["konto"]),
                                "ende_til_ende_id": ende})  # fmt: skip
    sett_inn(conn, betalingsavtrykk, {"avtrykk": ende, "nr": 1, "linje_id": ider})
