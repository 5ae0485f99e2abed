"""Is what is stored what was stored? The chain, its anchors, the tables, the batches and, when asked, every decision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kjoring.avspilling import spill_av_alt
from kjerne.kjoring.rom import Arbeidsrom, Fremdrift, taus
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.fil import sha256_av_fil
from kjerne.lager.motor import lesende
from kjerne.lager.snapshot import relativ_sti
from kjerne.lager.tabeller import bunt_linje, bunt_overgang, linje, snapshot, soknad, tilbakekreving_hendelse
from kjerne.revisjon import anker, personer, segl
from kjerne.revisjon.kjede import Funn, Kjedesvar, gaa, rader
from kjerne.revisjon.tabelltall import avvik
from kjerne.utbetaling.bunt import prov_innhold, tilgjengelige_bunter
from kjerne.utbetaling.tilstand import OVERGANGER


@dataclass
class Verifisering:
    """What was looked at, and what was not as it should be. `avspilt`: decisions made anew; None when that was not asked for."""

    hendelser: int
    hode: str
    ankere: int
    forankret_til: int
    bunter: int
    antall_funn: int
    funn: list[Funn] = field(default_factory=list)
    avspilt: int | None = None

    @property
    def hel(self) -> bool:
        return not self.antall_funn

    @property
    def siste_uten_anker(self) -> int:
        """Events at the end that no anchor covers yet: whoever cut them off now would not be found."""
        return max(0, int(self.hode.partition(":")[0]) - self.forankret_til)


def verifiser(rom: Arbeidsrom, *, fra_rapport: str = "", spill_av: bool = False, fremdrift: Fremdrift = taus) -> Verifisering:
    """Changes nothing, and does not stop at the first finding. `fra_rapport` is an anchor that somebody kept on paper."""
    ankere = anker.les(rom.revisjonsmappe)
    if fra_rapport:
        ankere.legg_til(*anker.tolk(fra_rapport))
    fremdrift("Går gjennom loggen", 0, 0)
    with lesende(rom.motor) as conn:
        kjede = gaa(rader(conn), ankere.hasher)
        _ankerfilen(kjede, ankere)
        fremdrift("Kontrollerer tabeller og bunter", 0, 0)
        bunter = _tabellene(conn, kjede)
    avspilt = _spill_av(rom, kjede, fremdrift) if spill_av else None
    return Verifisering(kjede.antall, anker.utskrevet(kjede.siste, kjede.hode), sum(map(len, ankere.hasher.values())),
                        kjede.forankret, bunter, kjede.antall_funn, kjede.funn, avspilt)


def _ankerfilen(kjede: Kjedesvar, ankere: anker.Ankere) -> None:
    for nr in ankere.uleselige:
        kjede.meld(0, f"Linje {nr} i ankerfilen er ikke et anker.")
    if kjede.antall and not ankere.finnes:
        kjede.meld(0, "Ankerfilen mangler. Uten den kan ingen se om hele loggen er skrevet på nytt.")


def _tabellene(conn: Connection, kjede: Kjedesvar) -> int:
    """Number of batches looked at. A log whose text is damaged cannot be compared with anything, and says so itself."""
    try:
        for funn in tabellfunn(conn):
            kjede.meld(funn.nr, funn.hva)
    except (ValueError, KeyError, TypeError, AttributeError, sa.exc.DBAPIError) as feil:
        kjede.meld(0, f"Tabellene kan ikke sammenliknes med loggen ({type(feil).__name__}).")
    return len(tilgjengelige_bunter(conn))


def tabellfunn(conn: Connection) -> Iterator[Funn]:
    """What differs in the tables: from the figures and the seals in the chain, from what can be worked out again, and from themselves."""
    yield from avvik(conn)
    yield from segl.avvik(conn)
    yield from personer.avvik(conn)
    if set(map(tuple, conn.execute(sa.select(bunt_overgang)))) != {(h, fra, til) for h, (alle, til) in OVERGANGER.items() for fra in alle}:
        yield Funn(0, "Tabellen bunt_overgang: veiene mellom tilstandene er ikke de som er bestemt.")
    yield from _innhold(conn)


def _innhold(conn: Connection) -> Iterator[Funn]:
    for en in tilgjengelige_bunter(conn):
        try:
            prov_innhold(conn, en)
        except Ordningsfeil as feil:
            yield Funn(0, f"Bunt {en.bunt_id}: {feil.hva}")
    b = bunt_linje.c
    byttet = sa.select(b.bunt_id, sa.func.count()).join(linje, linje.c.linje_id == b.linje_id)
    byttet = byttet.where(b.forsok == 1, b.konto != linje.c.konto).group_by(b.bunt_id).order_by(b.bunt_id)
    for bunt_id, antall in conn.execute(byttet):
        yield Funn(0, f"Bunt {bunt_id}: {antall} betalinger har en annen konto enn vedtaket.")


def _spill_av(rom: Arbeidsrom, kjede: Kjedesvar, fremdrift: Fremdrift) -> int:
    """Files first: what is decided anew is read from them."""
    with lesende(rom.motor) as conn:
        for sti in _filer(conn):
            fil = rom.snapshotmappe / sti
            if not fil.exists() or sha256_av_fil(fil) != fil.stem:
                kjede.meld(0, f"Filen {sti} er {'endret' if fil.exists() else 'borte'}. Hent den fra sikkerhetskopi.")
        ordninger = conn.scalars(sa.select(soknad.c.ordning).distinct().order_by(soknad.c.ordning)).all()
    antall = 0
    for ordning in ordninger:
        try:
            provd, ulike = spill_av_alt(rom, ordning, fremdrift)
        except Ordningsfeil as feil:
            kjede.meld(0, f"Vedtakene i {ordning} kan ikke regnes på nytt: {feil.hva}")
            continue
        antall += provd
        for sak_id in ulike:
            kjede.meld(0, f"Vedtaket i sak {sak_id} blir et annet når det regnes på nytt.")
    return antall


def _filer(conn: Connection) -> list[str]:
    """What the tables name: each file has the hash of its bytes for a name."""
    rammer = conn.execute(sa.select(snapshot.c.snapshot_id, snapshot.c.art))
    varsler = conn.scalars(sa.select(tilbakekreving_hendelse.c.brev_arkiv).distinct())
    return sorted({*(relativ_sti(*rad) for rad in rammer), *filter(None, varsler)})
