"""After a copy of the database has been put back. Nothing is sent before somebody has answered for it, and a file that has left is the
truth also when the database does not remember it (I25)."""

from __future__ import annotations

from pathlib import Path

from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.motor import lesende
from kjerne.revisjon import anker, logg
from kjerne.revisjon.kjede import hode
from kjerne.tilgang import krev
from kjerne.utbetaling import stopp
from kjerne.utbetaling.bunt import tilgjengelige_bunter
from kjerne.utbetaling.oppdrag import nedgang
from kjerne.utbetaling.tilstand import UTE
from kjerne.utbetaling.utsending import ENDELSER, betalingsfiler, filnavn

SIDE = "runbooks/18-gjenoppretting.md"
IKKE_SENDT = "Ingen fil er laget, og ingen penger er sendt."


def krev_sikker_base(rom: Arbeidsrom, ordning: str) -> None:
    """Raises Ordningsfeil (kode 4) when the database is older than the anchors, or a payment file lies there that it knows nothing of."""
    ankere, filer = anker.les(rom.revisjonsmappe), _filer(rom, ordning)  # before the database: what others do meanwhile is not old
    with lesende(rom.motor) as conn:
        kjente, slutt = _kjente(conn, ordning), hode(conn)[0]
    if foran := anker.foran(ankere, slutt):
        raise Ordningsfeil(f"Databasen er en eldre kopi: den mangler hendelse {foran}, som er forankret.", str(rom.revisjonsmappe),
                           f"Følg {SIDE}.", IKKE_SENDT, kode=4)  # fmt: skip
    if fremmede := [f for f in filer if f.name not in kjente]:
        raise Ordningsfeil("Det ligger en betalingsfil her som databasen ikke kjenner. Pengene i den kan være betalt.", str(fremmede[0]),
                           f"La filen ligge, og følg {SIDE}.", IKKE_SENDT, kode=4)  # fmt: skip


def _kjente(conn, ordning: str) -> set[str]:
    """What may lie there: files of batches that are out, or about to leave (a process may have died in between), in whatever format, and
    files of what is taken away."""
    av_bunter = {filnavn(b, e) for b in tilgjengelige_bunter(conn, ordning) if b.tilstand in ("disponert", *UTE) for e in ENDELSER}
    return av_bunter | {f.filnavn for f in nedgang.filer(conn, ordning)}


def _filer(rom: Arbeidsrom, ordning: str) -> list[Path]:
    return betalingsfiler(rom.betalingsmappe, ordning)


def godta_kopi(rom: Arbeidsrom, av: str, grunn: str) -> dict:
    """A leader answers for that an older copy was put back: it is an event of the log, and the anchors of what was lost are kept under
    another name. Raises Ordningsfeil (kode 4) unless all payments are stopped, and (kode 2) when nothing is missing."""
    ikke_gjort, naa = "Ingenting er endret.", rom.klokke.naa()
    if not av.strip() or len(grunn.strip()) < 10:
        raise Ordningsfeil("Grunnen mangler eller er for kort.", "--godta-kopi", "Skriv en hel setning.", ikke_gjort, kode=2)
    ankere = anker.les(rom.revisjonsmappe)
    with rom.motor.begin() as conn:
        krev(conn, av, "godta_kopi", alle_roller=rom.krev_syntetisk)
        slutt, sha = hode(conn)
        mangler = anker.foran(ankere, slutt)
        if not mangler:
            raise Ordningsfeil("Databasen mangler ingenting som er forankret.", str(rom.revisjonsmappe), "Se: ordning verifiser",
                               ikke_gjort, kode=2)  # fmt: skip
        if not any(s.omfang == stopp.ALLE for s in stopp.stoppet(conn)):
            raise Ordningsfeil("Utbetalingene må være stoppet først.", "alle ordninger", "Stopp alle: ordning stopp --grunn «…»",
                               ikke_gjort, kode=4)  # fmt: skip
        logg(conn, "base.gjenopprettet", "base:ordning", av, {"slutt": slutt, "hode": sha, "forankret": mangler}, naa)
        navn = anker.legg_bort(rom.revisjonsmappe, naa)
    rom.foranker()
    return {"loggen_sluttet": slutt, "forankret": mangler, "ankere_lagt_bort": navn}
