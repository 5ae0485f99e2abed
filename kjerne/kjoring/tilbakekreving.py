"""Recovery for the doors: the list of claims, the warnings with their letters, and what is decided, paid and given up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.brev import Varselsak, skriv_varsel
from kjerne.kjoring.lesing import lagre_snapshot
from kjerne.kjoring.rom import Arbeidsrom, Grunnlag, Kjoring
from kjerne.kjoring.visning import foer_visning, krev_innsyn, skriv_privat
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.tabeller import DTYPER
from kjerne.lager import snapshot as lagring
from kjerne.lager.kanonisk import sha256
from kjerne.lager.motor import laas, lesende
from kjerne.lager.tabeller import omgjoring, person, revurdering, soknad, tilbakekreving_hendelse, vedtak
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.revisjon import logg
from kjerne.tilgang import krev
from kjerne.utbetaling import tilbakekreving as lager
from kjerne.utbetaling.bankdag import neste_bankdag
from kjerne.utbetaling.tilbakekreving import Krav
from kjerne.vedtak.endring import usendte

ART = "varsel"


def krav_i(rom: Arbeidsrom, ordning: str) -> list[Krav]:
    """Every claim of the scheme."""
    with lesende(rom.motor) as conn:
        return lager.kravliste(conn, ordning)


def varsle(rom: Arbeidsrom, verk: Regelverk, krav_ider: Sequence[str], av: str) -> dict:
    """Writes and records the warnings of these claims (none named: of all that are not warned). The deadline is the scheme's
    `varsel_dager` from today. Safe to call again: who is warned is left alone."""
    dag, naa = rom.klokke.idag(), rom.klokke.naa()
    frist = neste_bankdag(dag + dt.timedelta(days=verk.manifest.tilbakekreving.varsel_dager))  # never on a day of rest
    with rom.motor.begin() as conn:
        krev(conn, av, "varsle_krav", alle_roller=rom.krev_syntetisk)
        laas(conn, f"krav:{verk.id}")
        alle = [lager.hent_krav(conn, verk.id, k) for k in krav_ider] if krav_ider else lager.kravliste(conn, verk.id)
        nye = [k for k in alle if k.tilstand == "opprettet"]
        if nye:
            brev = _skriv(conn, rom, verk, nye, dag, frist)
            lager.varsle(conn, nye, brev, frist, av, naa)
            logg(conn, "krav.varslet", f"ordning:{verk.id}", av, {"antall": len(nye), "ore": sum(k.belop_ore for k in nye)}, naa)
    rom.foranker()
    return {"varslet": len(nye), "sum_ore": sum(k.belop_ore for k in nye), "frist": frist.isoformat()}


def _skriv(
    conn: Connection, rom: Arbeidsrom, verk: Regelverk, krav: list[Krav], dag: dt.date, frist: dt.date
) -> dict[str, tuple[str, str]]:  # fmt: skip
    """krav_id → (hash of the letter, where it lies). The letters lie on disk before anything says that they are sent."""
    om, m = _omtale(conn, verk.id), verk.manifest
    rader = []
    for k in krav:
        r = om[k.vedtak_id]
        form = r.maalform if k.person_id else "nb"
        rader.append((k.krav_id, skriv_varsel(Varselsak(
            form, getattr(m.navn, form), k.vedtak_id, k.orgnr or r.ident, dag, frist, r.aarsak, k.belop_ore, r.for_ore, r.etter_ore,
            getattr(m.tilbakekreving.hjemmel, form, ""), rom.krev_syntetisk))))  # fmt: skip
    ramme = pd.DataFrame(rader, columns=["krav_id", "html"]).astype(DTYPER["tekst"])
    fil = lagring.skriv(ramme, rom.snapshotmappe, ART)
    lagre_snapshot(conn, Kjoring(rom, verk, Grunnlag(), ""), ART, *fil)
    return {krav_id: (sha256(html), lagring.relativ_sti(fil[0], ART)) for krav_id, html in rader}


def _omtale(conn: Connection, ordning: str) -> dict[str, sa.Row]:
    """vedtak_id → what a warning says about the decision that made the claim."""
    o = omgjoring.c
    sporring = (
        sa.select(vedtak.c.vedtak_id, soknad.c.maalform, person.c.ident, revurdering.c.aarsak, o.for_ore, o.etter_ore)
        .join(omgjoring, o.vedtak_id == vedtak.c.vedtak_id).join(revurdering, revurdering.c.revurdering_id == o.revurdering_id)
        .join(soknad, soknad.c.sak_id == vedtak.c.sak_id).join(person, person.c.person_id == soknad.c.person_id)
        .where(soknad.c.ordning == ordning, o.krav_ore > 0)
    )  # fmt: skip
    return {r.vedtak_id: r for r in conn.execute(sporring)}


def hent_varsel(rom: Arbeidsrom, ordning: str, krav_id: str) -> str:
    """The warning as it was written. Raises Ordningsfeil when there is none."""
    h = tilbakekreving_hendelse.c
    with lesende(rom.motor) as conn:
        krav = lager.hent_krav(conn, ordning, krav_id)
        rad = conn.execute(sa.select(h.brev_sha256, h.brev_arkiv).where(h.krav_id == krav.krav_id, h.hendelse == "varslet")).first()
    if rad is None:
        raise Ordningsfeil("Det er ikke sendt noe varsel.", f"krav {krav.krav_id}", f"Varsle med: ordning krav {ordning} --varsle", kode=2)
    ramme = lagring.les(rom.snapshotmappe, Path(rad.brev_arkiv).stem, ART)
    html = ramme.loc[ramme["krav_id"] == krav.krav_id, "html"].iloc[0]
    if sha256(html) != rad.brev_sha256:
        raise Ordningsfeil("Varselet er ikke det som ble lagret.", rad.brev_arkiv, "Hent filen fra sikkerhetskopi.")
    return html


def skriv_ut_varsel(rom: Arbeidsrom, ordning: str, krav_id: str, sti: Path, av: str) -> None:
    """The warning as a file that only its owner may read; that `av` got it is written down first."""
    krev_innsyn(rom, av)
    html = hent_varsel(rom, ordning, krav_id)
    with lesende(rom.motor) as conn:
        sak_id = lager.hent_krav(conn, ordning, krav_id).sak_id
    foer_visning(rom, ordning, [sak_id], av, "brev")
    skriv_privat(sti, html)


def vedta(rom: Arbeidsrom, ordning: str, krav_id: str, belop_ore: int | None, grunn: str, av: str) -> Krav:
    """Decides the claim, all of it or a part. Raises Ordningsfeil (kode 4), see kjerne.utbetaling.tilbakekreving, and when the bank has
    since refused the money: nobody has got too much then."""
    dag, naa = rom.klokke.idag(), rom.klokke.naa()

    def gjor(conn: Connection, k: Krav) -> None:
        if k.sak_id in usendte(conn, ordning):
            raise Ordningsfeil("Saken har penger som ikke er kommet fram, så det kan ikke være betalt for mye ennå.", f"krav {k.krav_id}",
                               f"Avklar betalingen først: ordning kvitter {ordning}", lager.IKKE_GJORT, kode=4)  # fmt: skip
        lager.vedta(conn, k, k.belop_ore if belop_ore is None else belop_ore, grunn, av, dag, naa)

    return _gjor(rom, ordning, krav_id, "vedta_krav", "vedtatt", av, gjor)


def frafall(rom: Arbeidsrom, ordning: str, krav_id: str, grunn: str, av: str) -> Krav:
    dag, naa = rom.klokke.idag(), rom.klokke.naa()
    return _gjor(rom, ordning, krav_id, "vedta_krav", "frafalt", av, lambda conn, k: lager.frafall(conn, k, grunn, av, dag, naa))


def oversend(rom: Arbeidsrom, ordning: str, krav_id: str, av: str) -> Krav:
    dag, naa = rom.klokke.idag(), rom.klokke.naa()
    return _gjor(rom, ordning, krav_id, "oversend_krav", "oversendt", av, lambda conn, k: lager.oversend(conn, k, av, dag, naa))


def innbetalt(rom: Arbeidsrom, ordning: str, krav_id: str, belop_ore: int, referanse: str, av: str) -> Krav:
    """Books money that has come in. The same reference again changes nothing."""
    dag, naa = rom.klokke.idag(), rom.klokke.naa()
    return _gjor(rom, ordning, krav_id, "bokfor_krav", "innbetalt", av,
                 lambda conn, k: lager.innbetalt(conn, k, belop_ore, referanse, dag, naa))  # fmt: skip


def _gjor(
    rom: Arbeidsrom, ordning: str, krav_id: str, handling: str, hendelse: str, av: str, gjor: Callable[[Connection, Krav], object]
) -> Krav:  # fmt: skip
    with rom.motor.begin() as conn:
        krev(conn, av, handling, alle_roller=rom.krev_syntetisk)
        foer = lager.hent_krav(conn, ordning, krav_id)
        gjor(conn, foer)
        etter = lager.hent_krav(conn, ordning, foer.krav_id)
        if etter != foer:
            detaljer = {"ordning": ordning, "utestaende_ore": etter.utestaende_ore}
            logg(conn, f"krav.{hendelse}", f"krav:{foer.krav_id}", av, detaljer, rom.klokke.naa())
    rom.foranker()
    return etter
