"""A file of named errors: which fact of which decided case was wrong, and what is right."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kjoring.svar import verdifeil
from kjerne.kontrakt.feil import Ordningsfeil, Samlefeil
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import person, soknad
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.regelmotor.saksfil import les_tabell

KOLONNER = ("sak", "felt", "verdi")
IKKE_GJORT = "Ingen rettelse i filen er brukt."


def les_rettelser(rom: Arbeidsrom, verk: Regelverk, sti: Path) -> pd.DataFrame:
    """sak_id, felt, verdi of each line. `sak` in the file is a sak_id or a soknad_id. All or nothing: raises Samlefeil naming line
    and column of each that cannot be used."""
    tabell = les_tabell(sti)
    if mangler := [k for k in KOLONNER if k not in tabell]:
        raise Ordningsfeil(f"Kolonnen {', '.join(mangler)} mangler.", f"{sti}, linje 1", f"Skriv kolonnene {', '.join(KOLONNER)}.",
                           IKKE_GJORT, kode=2)  # fmt: skip
    with lesende(rom.motor) as conn:
        rader = conn.execute(sa.select(soknad.c.sak_id, soknad.c.soknad_id, person.c.ident).join(person).where(soknad.c.ordning == verk.id))
        kjente = {n: (sak_id, ident) for sak_id, soknad_id, ident in rader for n in (sak_id, soknad_id)}
    feil: list[Ordningsfeil] = []
    kan = [f.navn for f in verk.manifest.felt if f.oppslag is None]
    for linje, rad in tabell.iterrows():
        sted, felt = f"{sti}, linje {linje}", rad["felt"].strip()
        if rad["sak"].strip() not in kjente:
            feil.append(Ordningsfeil("Saken finnes ikke i ordningen.", f"{sted}, kolonne sak", "Bruk sak_id fra listen.", IKKE_GJORT))
        elif felt not in kan:
            raad = f"Bruk et av feltene i søknaden: {', '.join(kan)}."
            feil.append(Ordningsfeil("Feltet finnes ikke i ordningen.", f"{sted}, kolonne felt", raad, IKKE_GJORT))
        elif en := verdifeil(verk, felt, rad["verdi"].strip(), f"{sted}, kolonne verdi", IKKE_GJORT, kjente[rad["sak"].strip()][1]):
            feil.append(en)
    if feil:
        raise Samlefeil(feil[:50])
    return pd.DataFrame({"sak_id": [kjente[s.strip()][0] for s in tabell["sak"]], "felt": tabell["felt"].str.strip().to_numpy(),
                         "verdi": tabell["verdi"].str.strip().to_numpy()})  # fmt: skip
