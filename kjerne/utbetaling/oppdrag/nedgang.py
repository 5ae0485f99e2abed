"""What new versions take away, told in a file without a batch (OPPH, or a lower sum): what is due, and how it is planned and sent.

The claim itself is never collected by this: it has its own warning and deadline (I16). The receiver learns what the decision is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.feilpunkt import feilpunkt
from kjerne.lager.kanonisk import json_tekst, sha256
from kjerne.lager.motor import laas
from kjerne.lager.tabeller import (
    nytt_oppdrag,
    oppdragsfil,
    oppdragsfil_hendelse,
    oppdragslinje,
    oppdragssvar,
    tilbakekreving,
    vedtak,
)
from kjerne.utbetaling.kvittering.tiltak import tiltak
from kjerne.utbetaling.oppdrag.kjeder import AVVIST, Kjedenokkel, i_deler, les_kjeder, svarstand, utfall
from kjerne.utbetaling.oppdrag.plan import endring, lagre, ny_fil, perioder_i
from kjerne.utbetaling.stopp import krev_i_gang

_F, _H, _N, _O, _T = oppdragsfil.c, oppdragsfil_hendelse.c, nytt_oppdrag.c, oppdragslinje.c, tilbakekreving.c
NEDGANG_AVVIST = "nedgang_avvist"
IKKE_GJORT = "Ingenting er lagt ut på nytt."


@dataclass(frozen=True)
class Nedgangsfil:
    """One file and where it is: planlagt, sendt, kvittert or avstemt."""

    fil_id: str
    ordning: str
    tilstand: str = "planlagt"
    fil_sha256: str = ""

    @property
    def filnavn(self) -> str:
        return f"{self.ordning}-{self.fil_id}.oppdrag"  # the id is made of what is in it


def filer(conn: Connection, ordning: str) -> list[Nedgangsfil]:
    """The files without a batch, in the order they were made."""
    alle = {r.fil_id: Nedgangsfil(r.fil_id, ordning) for r in conn.execute(
        sa.select(_F.fil_id).where(_F.ordning == ordning, _F.bunt_id.is_(None)).order_by(_F.nokkel))}  # fmt: skip
    hendelser = conn.execute(sa.select(_H.fil_id, _H.hendelse, _H.fil_sha256).where(_H.fil_id.in_(sa.select(_F.fil_id).where(
        _F.ordning == ordning)))).all()  # fmt: skip
    for fil_id, hendelse, sha in sorted(hendelser, key=lambda h: ("sendt", "kvittert", "avstemt").index(h.hendelse)):
        alle[fil_id] = Nedgangsfil(fil_id, ordning, hendelse, sha or alle[fil_id].fil_sha256)
    return list(alle.values())


def _ikke_fortalt(conn: Connection, ordning: str) -> list[sa.Row]:
    """Claims that the receiver has not been told about, and is not being told, the oldest version first."""
    samme = (_O.vedtak_id == _T.vedtak_id) & (_O.rolle == _T.rolle) & (_O.klasse == _T.klasse)
    samme &= ~sa.exists().where(_N.fil_id == _O.fil_id, _N.fagsystem_id == _O.fagsystem_id)  # a human has decided that it is told anew
    samme &= _O.person_id.is_not_distinct_from(_T.person_id) & _O.orgnr.is_not_distinct_from(_T.orgnr)
    sporring = (
        sa.select(vedtak.c.sak_id, _T.rolle, _T.klasse, _T.person_id, _T.orgnr, _T.vedtak_id, _T.belop_ore)
        .join_from(tilbakekreving, vedtak, vedtak.c.vedtak_id == _T.vedtak_id).where(_T.ordning == ordning, ~sa.exists().where(samme))
        .order_by(vedtak.c.versjon, vedtak.c.sak_id, _T.krav_id)
    )  # fmt: skip
    return list(conn.execute(sporring))


def planlegg(conn: Connection, ordning: str, tid: Callable[[str], dt.datetime]) -> str:
    """The id of the file to send now, in the caller's transaction; empty when there is nothing. A chain where something is unanswered,
    or that an earlier version must be told of first, waits for the next file. `tid` gives the time of a new file's key."""
    laas(conn, f"oppdrag:{ordning}")
    if usendt := [f.fil_id for f in filer(conn, ordning) if f.tilstand == "planlagt"]:
        return usendt[0]
    krav: dict[Kjedenokkel, sa.Row] = {}
    for rad in _ikke_fortalt(conn, ordning):
        krav.setdefault(Kjedenokkel(*rad[:5]), rad)
    stand, nye = les_kjeder(conn, [n.fagsystem_id for n in krav]), []
    perioder = perioder_i(conn, {rad.vedtak_id for rad in krav.values()})
    for n, rad in krav.items():
        denne, onsket = stand[n.fagsystem_id], perioder.get((rad.vedtak_id, n), [])
        if not denne.apen and denne.sum_ore - sum(p.sats_ore for p in onsket) == rad.belop_ore:
            nye.append((n, rad.vedtak_id, denne, endring(n, rad.vedtak_id, denne, onsket, -rad.belop_ore)))
    if not nye:
        return ""
    fil_id = sha256(json_tekst(["oppdrag", ordning, sorted([n.fagsystem_id, v] for n, v, *_ in nye)]))[:32]
    ny_fil(conn, fil_id, ordning, None, tid(fil_id))
    lagre(conn, fil_id, nye)
    feilpunkt("oppdrag.etter_nedgang")
    return fil_id


def avviste(conn: Connection, ordning: str) -> list[dict]:
    """The refused messages that nobody has decided about, as the payments that came to nothing are listed."""
    svar, ut = svarstand(conn, oppdragssvar.c.fil_id.in_(sa.select(_F.fil_id).where(_F.ordning == ordning, _F.bunt_id.is_(None)))), []
    besluttet = set(map(tuple, conn.execute(sa.select(_N.fil_id, _N.fagsystem_id))))
    for (fil_id, sak), stand in sorted(svar.items()):
        if utfall(stand) == AVVIST and (fil_id, sak) not in besluttet:
            ut.append({"ende_til_ende_id": sak, "bunt_id": fil_id, "stand": NEDGANG_AVVIST, "forsok": 1,
                       "tiltak": tiltak(stand).tekst})
    return ut


def paa_nytt(conn: Connection, ordning: str, saker: list[str], grunn: str, av: str, naa: dt.datetime) -> int:
    """Decides that these refused messages are sent anew, in the next file. Raises Ordningsfeil: kode 2 without a reason, kode 4 for one
    that was not refused."""
    if not av.strip() or len(grunn.strip()) < 10:
        raise Ordningsfeil("Grunnen mangler eller er for kort.", ordning, "Skriv en hel setning, minst 10 tegn.", IKKE_GJORT, kode=2)
    laas(conn, f"oppdrag:{ordning}")
    kan = {r["ende_til_ende_id"]: r["bunt_id"] for r in avviste(conn, ordning)}
    if ukjente := [s for s in saker if s not in kan]:
        raise Ordningsfeil("Endringen er ikke avvist, eller alt besluttet.", f"oppdrag {ukjente[0][:40]}", "Se listen: ordning kvitter.",
                           IKKE_GJORT, kode=4)  # fmt: skip
    for sak in dict.fromkeys(saker):
        conn.execute(nytt_oppdrag.insert().values(fil_id=kan[sak], fagsystem_id=sak, grunn=grunn.strip(), av=av, tid=naa))
    feilpunkt("oppdrag.etter_nytt")
    return len(set(saker))


def ventende(conn: Connection, ordning: str) -> int:
    """How many changes are not told, or not sent."""
    planlagt = sum(f.tilstand == "planlagt" for f in filer(conn, ordning))
    return len(_ikke_fortalt(conn, ordning)) + planlagt


def ventet_netto(conn: Connection, fil_id: str) -> dict[str, int]:
    """fagsystem_id → what the file shall change, from the claims (negative)."""
    ut: dict[str, int] = {}
    rader = conn.execute(sa.select(_O.fagsystem_id, _O.vedtak_id, _O.rolle, _O.klasse, _O.person_id, _O.orgnr).distinct().where(
        _O.fil_id == fil_id)).all()  # fmt: skip
    krav = {}
    for del_ in i_deler(sorted({r.vedtak_id for r in rader})):
        for en in conn.execute(sa.select(tilbakekreving).where(_T.vedtak_id.in_(del_))):
            krav[en.vedtak_id, en.rolle, en.klasse, en.person_id, en.orgnr] = en.belop_ore
    for sak, *nokkel in rader:
        ut[sak] = -krav[tuple(nokkel)]
    return ut


def merk(conn: Connection, fil_id: str, hendelse: str, av: str, naa: dt.datetime, fil_sha256: str | None = None) -> None:
    """Writes down that the file is sent, answered or reconciled. Raises Ordningsfeil (kode 4) when payments are stopped."""
    if hendelse == "sendt":
        krev_i_gang(conn, conn.scalar(sa.select(_F.ordning).where(_F.fil_id == fil_id)))
    conn.execute(oppdragsfil_hendelse.insert().values(fil_id=fil_id, hendelse=hendelse, av=av, fil_sha256=fil_sha256, tid=naa))
    feilpunkt(f"oppdragsfil.etter.{hendelse}")
