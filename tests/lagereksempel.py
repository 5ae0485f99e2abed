"""A small fictional scheme in the database: people, applications, cases, decisions. Synthetic numbers (month + 80)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pandas as pd
from sqlalchemy.engine import Connection, Engine

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager import id as ider
from kjerne.lager.bulk import sett_inn
from kjerne.lager.kanonisk import json_tekst
from kjerne.lager.person import person_ider
from kjerne.lager.tabeller import sak, soknad
from kjerne.utbetaling.avstemming import Filpost, prov_bunt
from kjerne.utbetaling.bunt import Bunt, tilgjengelige_bunter
from kjerne.utbetaling.buntlaging import Buntsum, Grenser, lag_bunt
from kjerne.utbetaling.godkjenning import Sett, attester, disponer
from kjerne.utbetaling.hendelse import ny_hendelse
from kjerne.utbetaling.utsending import Skriver, send
from kjerne.vedtak.fatte import fatt_vedtak

ORDNING = "eventyr"
NAA = dt.datetime(2020, 4, 1, 12, tzinfo=dt.UTC)
DAG = dt.date(2020, 4, 1)
GRENSER = Grenser(maks_per_sak_ore=10_000_00, maks_per_bunt_ore=1_000_000_00)


def lag_saker(conn: Connection, antall: int, ordning: str = ORDNING) -> list[str]:
    """Applications and cases in state mottatt. Returns sak_id in order of number."""
    soknad_ider = [f"s-{i}" for i in range(antall)]
    sak_ider = ider.sak_ider(ordning, soknad_ider)
    personer = person_ider(conn, [f"0181{i:07d}" for i in range(antall)])
    sett_inn(conn, soknad, pd.DataFrame({
        "sak_id": sak_ider, "ordning": ordning, "soknad_id": soknad_ider, "person_id": personer, "konto": "86011117947",
        "maalform": "nb", "mottatt_dato": DAG,
        "fakta": json_tekst({"dager": 3}), "leveranse_id": "l", "linje": range(antall),
    }))  # fmt: skip
    sett_inn(
        conn, sak, pd.DataFrame({"sak_id": sak_ider, "ordning": ordning, "tilstand": "mottatt", "endret_tid": NAA})
    )
    return sak_ider


def rammer(sak_ider: list[str], personer: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Decisions: every fourth case refused, every fifth manual, the rest granted with one or two lines."""
    tilstand = ["avslag" if i % 4 == 3 else "manuell" if i % 5 == 4 else "innvilget" for i in range(len(sak_ider))]
    ramme = pd.DataFrame({
        "sak_id": sak_ider, "tilstand": tilstand,
        "grunn": [None if t != "manuell" else "mangler opplysning" for t in tilstand],
        "utfall": ["til manuell" if t == "manuell" else t for t in tilstand],
        "belop_ore": pd.array([100_00 + i if t == "innvilget" else 0 for i, t in enumerate(tilstand)], dtype="Int64"),
        "avgjorende": json_tekst(["vilkår"]), "begrunnelse": json_tekst({"vilkår": "oppfylt"}), "parameterrader": "[]",
        "sporing_rad": range(len(sak_ider)),
    })  # fmt: skip
    linjer = []
    for i, (sak_id, person_id) in enumerate(zip(sak_ider, personer, strict=True)):
        if tilstand[i] == "innvilget":
            deler = [100_00 + i] if i % 2 else [100_00, i] if i else [100_00]
            linjer += [
                (sak_id, nr, "søker", person_id, None, "86011117947", "stønad", DAG, DAG, ore)
                for nr, ore in enumerate(deler, 1)
            ]
    kolonner = ["sak_id", "nr", "rolle", "person_id", "orgnr", "konto", "klasse", "fom", "tom", "belop_ore"]
    return ramme, pd.DataFrame(linjer, columns=kolonner)


FATT = {"ordning": ORDNING, "kjoring_id": "k1", "snapshot_id": None, "fingeravtrykk": "f", "sporing_id": "t",
        "fattet_dato": DAG,
        "naa": NAA}  # fmt: skip


def fatt(conn: Connection, antall: int = 20, **annet) -> dict[str, int]:
    """Applications and decisions in one transaction."""
    sak_ider = lag_saker(conn, antall)
    personer = person_ider(conn, [f"0181{i:07d}" for i in range(antall)])
    ramme, linjer = rammer(sak_ider, personer)
    return fatt_vedtak(conn, ramme=ramme, linjer=linjer, **(FATT | annet))


def bunt(conn: Connection, grenser: Grenser = GRENSER, utelatt=None) -> Buntsum | None:
    """The batches, made by Kari and controlled."""
    ny = lag_bunt(conn, ORDNING, "k1", "Kari", DAG, grenser, NAA, utelatt)
    return ny and replace(ny, bunter=tuple(ny_hendelse(conn, b, "kontroller", "system", NAA) for b in ny.bunter))


def godkjenn(motor: Engine, en: Bunt, av=("Ola", "Per"), **endret) -> Bunt:
    """Attested by one and disposed by another, each in a transaction of its own."""
    sett = replace(Sett.av_bunt(en), **endret)
    with motor.begin() as conn:
        attester(conn, en.bunt_id, av[0], sett, NAA)
    with motor.begin() as conn:
        return disponer(conn, en.bunt_id, av[1], sett, [], NAA)


class EnkelSkriver(Skriver):
    """A payment file of the simplest kind: deterministic, one line each."""

    def __call__(self, denne, linjer, fil) -> None:
        fil.write(f"{denne.bunt_id};{denne.antall};{denne.sum_ore}\n".encode())
        for en in linjer:
            fil.write(f"{ider.ende_til_ende_id(en.linje_id, en.forsok)};{en.konto};{en.belop_ore}\n".encode())

    def les(self, sti):
        for linje in sti.read_text().splitlines()[1:]:
            ende, konto, ore = linje.split(";")
            yield Filpost(ende, konto, int(ore))


def prov(conn, denne, filen) -> None:
    if avvik := prov_bunt(conn, denne, filen):
        raise Ordningsfeil(avvik[0].tekst)


def send_bunt(motor: Engine, en: Bunt, mappe: Path, skriver: Skriver | None = None, av: str = "Kari"):
    return send(motor, en.bunt_id, av, skriver or EnkelSkriver(), mappe, lambda: NAA, prov=prov, etter=lambda *_: None)


def hele_veien(motor: Engine, mappe: Path, antall: int = 12) -> None:
    """From application to payment file, each command in its own transaction. Can be started again after any stop."""
    with motor.begin() as conn:
        fatt(conn, antall)
    with motor.begin() as conn:
        bunt(conn, Grenser(10_000_00, 500_00))  # several batches
    with motor.connect() as conn:
        bunter = tilgjengelige_bunter(conn, ORDNING)
    for en in bunter:
        godkjenn(motor, en)
        send_bunt(motor, en, mappe)
