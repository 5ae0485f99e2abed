"""Recovery of what was paid too much. Nobody can collect a claim before the warning is sent and its deadline is over (I16), and who
warned is not who decides; the database refuses both. A claim that is decided, paid or given up is in the ledger.

opprettet → varslet → vedtatt → oversendt (to collection); given up (frafalt) at any time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.fritekst import fritekst
from kjerne.lager.bulk import sett_inn
from kjerne.lager.feilpunkt import feilpunkt
from kjerne.lager.motor import laas
from kjerne.lager.tabeller import postering, tilbakekreving, tilbakekreving_hendelse, vedtak
from kjerne.utbetaling.bunt import kroner
from kjerne.utbetaling.hovedbok import BANK, FORDRING, STONAD, Postering, for_

IKKE_GJORT = "Kravet er ikke endret."
_T, _H = tilbakekreving.c, tilbakekreving_hendelse.c


@dataclass(frozen=True)
class Krav:
    """One claim, all in øre. `utestaende_ore` is what the ledger says is still owed; 0 before it is decided."""

    krav_id: str
    ordning: str
    sak_id: str
    vedtak_id: str
    klasse: str
    person_id: str | None
    orgnr: str | None
    belop_ore: int
    tilstand: str = "opprettet"
    frist: dt.date | None = None
    vedtatt_ore: int = 0
    utestaende_ore: int = 0

    @property
    def oppgjort(self) -> bool:
        """Decided, and nothing is owed any more."""
        return self.vedtatt_ore > 0 and self.utestaende_ore == 0


def kravliste(conn: Connection, ordning: str, krav_ider: Sequence[str] = ()) -> list[Krav]:
    """The claims of the scheme by id; only the named ones when ids are given."""
    sporring = sa.select(tilbakekreving, vedtak.c.sak_id).join(vedtak).where(_T.ordning == ordning).order_by(_T.krav_id)
    hendelser = sa.select(_H.krav_id, _H.hendelse, _H.frist, _H.belop_ore).join(tilbakekreving).where(_T.ordning == ordning)
    saldo = sa.select(postering.c.gjelder, sa.func.sum(postering.c.belop_ore)).where(postering.c.konto == FORDRING)
    if krav_ider:
        sporring, hendelser = sporring.where(_T.krav_id.in_(krav_ider)), hendelser.where(_H.krav_id.in_(krav_ider))
        saldo = saldo.where(postering.c.gjelder.in_(krav_ider))
    sett: dict[str, dict[str, sa.Row]] = {}
    for h in conn.execute(hendelser):
        sett.setdefault(h.krav_id, {})[h.hendelse] = h
    utestaende = {k: int(v) for k, v in conn.execute(saldo.group_by(postering.c.gjelder))}
    return [_krav(r, sett.get(r.krav_id, {}), utestaende.get(r.krav_id, 0)) for r in conn.execute(sporring)]


def _krav(r: sa.Row, hendelser: dict[str, sa.Row], utestaende: int) -> Krav:
    tilstand = next((h for h in ("frafalt", "oversendt", "vedtatt", "varslet") if h in hendelser), "opprettet")
    frist = hendelser["varslet"].frist if "varslet" in hendelser else None
    vedtatt = hendelser["vedtatt"].belop_ore if "vedtatt" in hendelser else 0
    return Krav(r.krav_id, r.ordning, r.sak_id, r.vedtak_id, r.klasse, r.person_id, r.orgnr, r.belop_ore, tilstand, frist, vedtatt,
                utestaende)  # fmt: skip


def hent_krav(conn: Connection, ordning: str, krav_id: str) -> Krav:
    """One claim by id (at least 8 characters of it). Raises Ordningsfeil, kode 2."""
    treff = conn.scalars(sa.select(_T.krav_id).where(_T.ordning == ordning, _T.krav_id.startswith(krav_id, autoescape=True)).limit(2)).all()
    if len(krav_id) < 8 or len(treff) != 1:
        raise Ordningsfeil("Fant ikke ett krav med denne id-en.", f"krav {krav_id[:40]}", f"Se listen: ordning krav {ordning}", IKKE_GJORT,
                           kode=2)  # fmt: skip
    return kravliste(conn, ordning, treff)[0]


def varsle(conn: Connection, krav: Sequence[Krav], brev: dict[str, tuple[str, str]], frist: dt.date, av: str, naa: dt.datetime) -> int:
    """Records that these are warned, with the letter (krav_id → sha256, archive) and the deadline. Those warned before are left alone.
    Returns how many are new."""
    nye = [k for k in krav if k.tilstand == "opprettet"]
    ut = sett_inn(conn, tilbakekreving_hendelse, {
        "krav_id": [k.krav_id for k in nye], "hendelse": "varslet", "av": av, "dato": naa.date(), "frist": frist, "belop_ore": None,
        "grunn": None, "brev_sha256": [brev[k.krav_id][0] for k in nye], "brev_arkiv": [brev[k.krav_id][1] for k in nye],
        "tid": naa}) if nye else 0  # fmt: skip
    feilpunkt("krav.etter_varsel")
    return ut


def vedta(conn: Connection, krav: Krav, belop_ore: int, grunn: str, av: str, dato: dt.date, naa: dt.datetime) -> None:
    """Decides that `belop_ore` is to be paid back, all or a part of what was warned. Raises Ordningsfeil (kode 4) before the deadline is
    over, for more than was warned, and for the one who warned (the database)."""
    _krev(krav, "varslet", hva="vedtas")
    if krav.frist is None or dato <= krav.frist:
        raise _nei(f"Fristen i varselet er ikke ute før {krav.frist:%d.%m.%Y}.", krav, "Vent til dagen etter fristen.")
    if not 0 < belop_ore <= krav.belop_ore:
        raise _nei(f"Kravet er varslet med {kroner(krav.belop_ore)} kr. Det kan vedtas med det eller mindre.", krav, "Rett beløpet.")
    for_(conn, "krav", krav.krav_id, krav.ordning, dato, naa, _begge(krav, FORDRING, STONAD, belop_ore))
    feilpunkt("krav.etter_foring")
    _hendelse(conn, krav, "vedtatt", av, dato, naa, belop_ore=belop_ore, grunn=_grunn(krav, grunn))


def frafall(conn: Connection, krav: Krav, grunn: str, av: str, dato: dt.date, naa: dt.datetime) -> None:
    """Gives the claim up: before it is decided, or (what is left of it) after."""
    if krav.tilstand == "frafalt":
        return
    _krev(krav, "opprettet", "varslet", "vedtatt", "oversendt", hva="frafalles")
    if krav.tilstand in ("vedtatt", "oversendt") and not krav.utestaende_ore:
        raise _nei("Kravet er betalt.", krav, "Du trenger ikke gjøre noe.")
    for_(conn, "frafalt", krav.krav_id, krav.ordning, dato, naa, _begge(krav, STONAD, FORDRING, krav.utestaende_ore))
    _hendelse(conn, krav, "frafalt", av, dato, naa, grunn=_grunn(krav, grunn))
    feilpunkt("krav.etter_frafall")


def oversend(conn: Connection, krav: Krav, av: str, dato: dt.date, naa: dt.datetime) -> None:
    """Hands a decided claim over to collection."""
    if krav.tilstand == "oversendt":
        return
    _krev(krav, "vedtatt", hva="oversendes til innkreving")
    _hendelse(conn, krav, "oversendt", av, dato, naa)


def innbetalt(conn: Connection, krav: Krav, belop_ore: int, referanse: str, dato: dt.date, naa: dt.datetime) -> bool:
    """Books money that came in. The same reference again is the same payment (False). Raises Ordningsfeil for more than is owed."""
    laas(conn, f"krav:{krav.krav_id}")
    krav = kravliste(conn, krav.ordning, [krav.krav_id])[0]
    bilag = f"{krav.krav_id}:{referanse.strip()}"
    if not referanse.strip() or belop_ore <= 0:
        raise _nei("Beløpet eller referansen mangler.", krav, "Oppgi begge.", 2)
    forst = for_(conn, "innbetalt", bilag, krav.ordning, dato, naa, _begge(krav, BANK, FORDRING, belop_ore))
    if forst and belop_ore > krav.utestaende_ore:
        raise _nei(f"Det er betalt inn {kroner(belop_ore)} kr, men {kroner(krav.utestaende_ore)} kr står igjen.", krav,
                   "Rett beløpet. Det som er for mye, skal tilbake.")  # fmt: skip
    return forst


def _begge(krav: Krav, pluss: str, minus: str, ore: int) -> list[Postering]:
    """The two entries of a voucher. Only the claim has a person on it."""
    return [Postering(konto, krav.klasse, krav.person_id if konto == FORDRING else None, krav.orgnr if konto == FORDRING else None,
                      krav.krav_id, belop) for konto, belop in ((pluss, ore), (minus, -ore))]  # fmt: skip


def _hendelse(
    conn: Connection, krav: Krav, hendelse: str, av: str, dato: dt.date, naa: dt.datetime, belop_ore: int | None = None,
    grunn: str | None = None,
) -> None:  # fmt: skip
    rad = {"krav_id": krav.krav_id, "hendelse": hendelse, "av": av, "dato": dato, "frist": None, "belop_ore": belop_ore, "grunn": grunn,
           "brev_sha256": None, "brev_arkiv": None, "tid": naa}  # fmt: skip
    try:
        conn.execute(tilbakekreving_hendelse.insert().values(rad))
    except sa.exc.DBAPIError as feil:
        if "den som varslet" not in str(feil.orig):
            raise
        raise _nei("Den som varslet om kravet, kan ikke vedta det.", krav, "En annen må vedta det.") from None


def _krev(krav: Krav, *tilstander: str, hva: str) -> None:
    if krav.tilstand not in tilstander:
        raise _nei(f"Kravet er {krav.tilstand}, og kan ikke {hva}.", krav, f"Se kravet: ordning krav {krav.ordning}")


def _grunn(krav: Krav, grunn: str) -> str:
    return fritekst(grunn, 10, f"krav {krav.krav_id}", "Skriv en hel setning, minst 10 tegn.", IKKE_GJORT)


def _nei(hva: str, krav: Krav, gjor_dette: str, kode: int = 4) -> Ordningsfeil:
    return Ordningsfeil(hva, f"krav {krav.krav_id}", gjor_dette, IKKE_GJORT, kode=kode)
