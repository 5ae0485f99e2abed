"""The figures of one scheme, read from the database in about fifteen grouped questions. Writes nothing.

Of several versions of a decision the newest counts. Use a connection from `kjerne.lager.motor.lesende`, so that all
figures are from the same moment.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kontrakt.manifest import Manifest
from kjerne.lager import tabeller as t
from kjerne.styring import bunttall, vedtakstall
from kjerne.styring.fordeling import aldersgrupper
from kjerne.styring.rapporttall import Gruppe, Kontrollfunn, Penger, Rapporttall, Sporsmalstall, Stegtid, Ventegrunn

TILSTANDER = {
    "innvilget": "Innvilget",
    "avslag": "Avslått",
    "manuell": "Til manuell behandling",
    "sporsmal": "Venter på svar",
    "venter": "Venter på data",
    "karantene": "Holdt tilbake av kvalitetskontroll",
    "mottatt": "Mottatt, ikke behandlet",
}
INGEN = Penger()
HOLDT_TILBAKE = ("VENT", "SPOR", "KARANTENE", "STOPP")


def samle_tall(
    conn: Connection, ordning: Manifest, *, naa: dt.datetime, idag: dt.date, siden: dt.datetime | None = None,
    kjoring_id: str | None = None, tekster: Mapping[str, str] | None = None, grunner: Mapping[str, str] | None = None,
    syntetisk: bool = True, penger: Penger = INGEN,
) -> Rapporttall:  # fmt: skip
    """All figures of the scheme as they stand now.

    `siden`: the moment of the last time (see `bunttall.forrige_gang`); without it no change is shown. `kjoring_id`: the run
    whose stages are shown (default the newest). `tekster`: what rules and fields are called, by name. `grunner`: the
    sentence of each reason to wait, by the name of the check, rule or field. `penger`: where the money is; what was refused does not
    count as sent. Raises nothing of its own.
    """
    tekster, id_ = tekster or {}, ordning.id
    kjoring = _kjoring(conn, id_, kjoring_id)
    vedtak = vedtakstall.utfallstall(conn, id_)
    belop = vedtakstall.innvilgede_belop(conn, id_)
    tilstander = _tilstander(conn, id_, vedtak)
    mottatt = bunttall.tell(conn, sa.select(sa.func.count()).select_from(t.soknad).where(t.soknad.c.ordning == id_))
    venter = sum(g.antall for g in tilstander if g.navn not in ("innvilget", "avslag"))
    avgjort = vedtak["innvilget"] + vedtak["avslag"]
    bunter = bunttall.bunter(conn, id_)
    i_bunt, sendt, nylig_sendt = bunttall.saker_i_bunt(conn, id_, siden)
    alder, eldste = _alder(conn, id_, idag)
    return Rapporttall(
        ordning=id_,
        navn=ordning.navn.nb,
        laget=naa,
        idag=idag,
        kjoring_id=kjoring[0],
        kjoring_tilstand=kjoring[1],
        opphevet=ordning.opphevet,
        syntetisk=syntetisk,
        mottatt=mottatt,
        avgjort=avgjort,
        innvilget=vedtak["innvilget"],
        i_bunt=i_bunt,
        sendt=sendt,
        venter=venter,
        innvilget_ore=vedtak["belop_ore"],
        i_bunt_ore=sum(b.sum_ore for b in bunter if b.tilstand not in bunttall.OVER) - penger.ikke_fram_ore,
        sendt_ore=sum(b.sum_ore for b in bunter if b.tilstand in bunttall.UTE) - penger.ikke_fram_ore,
        avvik=mottatt - avgjort - venter,
        endring=bunttall.endring(conn, id_, siden, nylig_sendt) if siden else None,
        behandlingstid=vedtakstall.behandlingstid(vedtak["dager"]),
        tilstander=tilstander,
        avslag=vedtakstall.flest(vedtak["avslag_av"], tekster),
        ventegrunner=_ventegrunner(conn, id_, grunner or {}),
        mangler=_mangler(conn, id_, tekster),
        kvalitet=_kvalitet(conn, id_),
        sporsmal=_sporsmal(conn, id_, idag),
        belop=vedtakstall.fordeling(belop),
        roller=vedtakstall.roller(conn, ordning),
        bunter=bunter,
        grenser=bunttall.grenser(ordning, int(belop.max(initial=0)), bunter),
        steg=_steg(conn, kjoring[0]),
        alder=alder,
        eldste_dager=eldste,
        penger=penger,
    )


def _kjoring(conn: Connection, ordning: str, kjoring_id: str | None) -> tuple[str | None, str | None]:
    k = t.kjoring.c
    hele = k.grunnlag.not_like('%"delkjoring":true%')  # not what was decided once more, or by hand: those have no stages
    valg = k.kjoring_id == kjoring_id if kjoring_id else (k.ordning == ordning) & hele
    rad = conn.execute(
        sa.select(k.kjoring_id, k.tilstand).where(valg).order_by(k.startet_tid.desc(), k.kjoring_id).limit(1)
    ).first()
    return (rad.kjoring_id, rad.tilstand) if rad else (kjoring_id, None)


def _tilstander(conn: Connection, ordning: str, vedtak: dict) -> tuple[Gruppe, ...]:
    """Decided cases as the decisions say, waiting cases as the case says; `avvik` shows when the two disagree."""
    s = t.sak.c
    rader = conn.execute(sa.select(s.tilstand, sa.func.count()).where(s.ordning == ordning).group_by(s.tilstand))
    antall = dict(rader.all()) | {"innvilget": vedtak["innvilget"], "avslag": vedtak["avslag"]}
    return tuple(Gruppe(navn, tekst, antall.get(navn, 0)) for navn, tekst in TILSTANDER.items())


def _ventegrunner(conn: Connection, ordning: str, grunner: Mapping[str, str]) -> tuple[Ventegrunn, ...]:
    """Each case once, by the first of its reasons: the worst, or the first fact that is missing."""
    s = t.sak.c
    aapne = s.tilstand.not_in(("innvilget", "avslag"))
    rader = conn.execute(
        sa.select(s.tilstand, s.grunn, sa.func.count()).where(s.ordning == ordning, aapne).group_by(s.tilstand, s.grunn)
    )
    per_tilstand: dict[str, Counter[str]] = {}
    for tilstand, grunn, antall in rader:
        forst = (grunn or "").split("|")[0]
        per_tilstand.setdefault(tilstand, Counter())[grunner.get(forst, forst) or "Ingen grunn er oppgitt."] += antall
    return tuple(
        Ventegrunn(tilstand, g.navn if g.navn != "andre" else "Andre grunner.", g.antall)
        for tilstand in TILSTANDER if tilstand in per_tilstand for g in vedtakstall.flest(per_tilstand[tilstand], {})
    )  # fmt: skip


def _ubesvart() -> sa.Select:
    fra = t.sporsmal.outerjoin(t.svar, t.svar.c.sporsmal_id == t.sporsmal.c.sporsmal_id)
    return sa.select().select_from(fra)


def _mangler(conn: Connection, ordning: str, tekster: Mapping[str, str]) -> tuple[Gruppe, ...]:
    """Open questions by what is missing."""
    q = t.sporsmal.c
    sporring = _ubesvart().add_columns(q.felt, sa.func.count()).where(q.ordning == ordning, t.svar.c.svar_id.is_(None))
    return vedtakstall.flest(Counter(dict(conn.execute(sporring.group_by(q.felt)).all())), tekster)


def _sporsmal(conn: Connection, ordning: str, idag: dt.date) -> tuple[Sporsmalstall, ...]:
    q = t.sporsmal.c
    tilstand = sa.case((t.svar.c.svar_id.is_not(None), "besvart"), (q.frist < idag, "utlopt"), else_="venter")
    sporring = _ubesvart().add_columns(q.til, tilstand.label("stilling"), sa.func.count()).where(q.ordning == ordning)
    antall = {(til, hva): n for til, hva, n in conn.execute(sporring.group_by(q.til, "stilling"))}
    return tuple(
        Sporsmalstall(til, *(antall.get((til, hva), 0) for hva in ("besvart", "venter", "utlopt")))
        for til in sorted({til for til, _ in antall})
    )


def _kvalitet(conn: Connection, ordning: str) -> tuple[Kontrollfunn, ...]:
    """The verdicts of the run that last had each case in hand."""
    k, s = t.kvalitetsdom.c, t.sak.c
    fra = t.kvalitetsdom.join(t.sak, sa.and_(s.sak_id == k.sak_id, s.kjoring_id == k.kjoring_id))
    saker: Counter[str] = Counter()
    holdt: Counter[str] = Counter()
    forste: dict[str, tuple[str, str]] = {}  # control → the first case by key, and its reasons
    sporring = sa.select(k.dom, k.sak_id, k.grunner).select_from(fra).where(s.ordning == ordning)
    for del_ in conn.execute(sporring.execution_options(yield_per=10_000)).partitions():
        for dom, sak_id, grunner in del_:
            # In canonical JSON this stands only where a control is named; parsing takes ten times as long
            navnene = {rest[: rest.index('"')] for rest in grunner.split('"kontroll":"')[1:]}
            for navn in navnene or {g["kontroll"] for g in json.loads(grunner)}:
                saker[navn] += 1
                holdt[navn] += dom in HOLDT_TILBAKE
                if navn not in forste or sak_id < forste[navn][0]:
                    forste[navn] = sak_id, grunner
    sortert = sorted(saker, key=lambda n: (-holdt[n], -saker[n], n))
    return tuple(Kontrollfunn(n, _hvorfor(n, forste[n][1]), saker[n], holdt[n]) for n in sortert)


def _hvorfor(kontroll: str, grunner: str) -> str:
    return [g.get("hvorfor", "") for g in json.loads(grunner) if g["kontroll"] == kontroll][-1]


def _steg(conn: Connection, kjoring_id: str | None) -> tuple[Stegtid, ...]:
    k = t.kjoring_steg.c
    sporring = (
        sa.select(k.steg, sa.func.count(), sa.func.sum(k.sekunder)).where(k.kjoring_id == kjoring_id)
        .group_by(k.steg).order_by(sa.func.min(k.ferdig_tid), k.steg)
    )  # fmt: skip
    return tuple(Stegtid(steg, biter, float(sekunder)) for steg, biter, sekunder in conn.execute(sporring))


def _alder(conn: Connection, ordning: str, idag: dt.date) -> tuple[tuple[Gruppe, ...], int | None]:
    """How long the cases that are not decided have waited, from the day they were received."""
    s = t.sak.c
    sporring = (
        sa.select(t.soknad.c.mottatt_dato, sa.func.count())
        .select_from(t.sak.join(t.soknad, t.soknad.c.sak_id == s.sak_id))
        .where(s.ordning == ordning, s.tilstand.not_in(("innvilget", "avslag"))).group_by(t.soknad.c.mottatt_dato)
    )  # fmt: skip
    dager = Counter()
    for mottatt, antall in conn.execute(sporring):
        dager[max((idag - mottatt).days, 0)] += antall
    return aldersgrupper(dager), max(dager, default=None)
