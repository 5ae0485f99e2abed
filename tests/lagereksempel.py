"""A small fictional scheme in the database: people, applications, cases, decisions. Synthetic numbers (month + 80)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
from sqlalchemy.engine import Connection, Engine

from kjerne.lager import id as ider
from kjerne.lager.bulk import sett_inn
from kjerne.lager.kanonisk import json_tekst
from kjerne.lager.person import person_ider
from kjerne.lager.tabeller import sak, soknad
from kjerne.utbetaling.bunt import Grenser, lag_bunt, tilgjengelige_bunter
from kjerne.utbetaling.godkjenning import godkjenn
from kjerne.utbetaling.utsending import send
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


def bunt(conn: Connection, grenser: Grenser = GRENSER):
    return lag_bunt(conn, ORDNING, "k1", "Kari", DAG, grenser, NAA)


def enkel_skriver(hode, linjer, fil) -> None:
    """A payment file of the simplest kind: deterministic, one line each."""
    fil.write(f"{hode.bunt_id};{hode.antall};{hode.sum_ore}\n".encode())
    for en in linjer:
        fil.write(f"{ider.ende_til_ende_id(en.linje_id)};{en.konto};{en.belop_ore}\n".encode())


def hele_veien(motor: Engine, mappe: Path, antall: int = 12) -> None:
    """From application to payment file, each command in its own transaction. Can be started again after any stop."""
    with motor.begin() as conn:
        fatt(conn, antall)
    with motor.begin() as conn:
        bunt(conn, Grenser(10_000_00, 500_00))  # several batches
    with motor.connect() as conn:
        bunter = tilgjengelige_bunter(conn, ORDNING)
    for en in bunter:
        with motor.begin() as conn:
            godkjenn(conn, en.bunt_id, "Ola", en.innhold_sha256, en.antall, en.sum_ore, NAA)
        with motor.begin() as conn:
            send(conn, en.bunt_id, "Ola", enkel_skriver, mappe, NAA)
