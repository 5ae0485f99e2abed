"""The bank's answers come in: read, put to use, and when they say that something is wrong, payments are stopped."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.engine import Connection

from kjerne.kjoring.betaling import SYSTEM
from kjerne.kjoring.oppdragssteg import les_oppdragssvar
from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kontrakt import linjefil
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.motor import lesende
from kjerne.revisjon import logg
from kjerne.tilgang import krev
from kjerne.utbetaling import stopp
from kjerne.utbetaling.bunt import vis_bunt
from kjerne.utbetaling.kvittering.bruk import Brukt, SendtFraBasen, bruk, les_stand
from kjerne.utbetaling.kvittering.pain002 import Pain002
from kjerne.utbetaling.kvittering.post import AVVIK, kvitteringsfeil
from kjerne.utbetaling.kvittering.tiltak import tiltak
from kjerne.utbetaling.ny_betaling import antall_som_kan_betales_paa_nytt, betal_paa_nytt, som_kan_betales_paa_nytt
from kjerne.utbetaling.oppdrag import nedgang
from kjerne.utbetaling.oppdrag.svar import er_oppdragssvar


def les_kvitteringer(rom: Arbeidsrom, sti: Path, av: str) -> Brukt:
    """Reads one file of receipts (pain.002, or answers from Oppdragssystemet: the file itself tells) and puts it to use, whole or not at
    all. The same file again changes nothing.

    Raises Ordningsfeil when the file cannot be read, is not an answer to what was sent, or contradicts itself.
    """
    try:
        return les_oppdragssvar(rom, sti, av) if er_oppdragssvar(sti) else _les_pain002(rom, sti, av)
    except Ordningsfeil as feil:
        feil.hvor = feil.hvor.replace("kvitteringsfilen", sti.name, 1)  # who reads several at a time must know which
        raise


def _les_pain002(rom: Arbeidsrom, sti: Path, av: str) -> Brukt:
    sha = linjefil.filhash(sti)
    with lesende(rom.motor) as conn, sti.open("rb") as fil:
        lesning = Pain002(fil, SendtFraBasen(conn))
        kvitteringer = list(lesning)
    if not kvitteringer and lesning.avvik:
        grunner = "; ".join(f"{n} {AVVIK[kode]}" for kode, n in sorted(lesning.avvik.items()))
        raise kvitteringsfeil(f"Ingen av svarene i filen kan brukes: {grunner.rstrip('.')}.")
    with rom.motor.begin() as conn:
        krev(conn, av, "kvitter", alle_roller=rom.krev_syntetisk)
        svar = bruk(conn, kvitteringer, sha, sti.name, "pain.002", lesning.avvik, av, rom.klokke.naa())
        if not svar.lest_for:
            if svar.stans:
                stans(conn, rom, vis_bunt(conn, svar.bunt_id).ordning, svar)
            logg_lest(conn, rom, svar, av)
    rom.foranker()
    return svar


def stans(conn: Connection, rom: Arbeidsrom, ordning: str, svar: Brukt) -> None:
    """The system presses the stop button."""
    if stopp.trykk_stopp(conn, ordning, f"Kvitteringen for bunt {svar.bunt_id[:12]}: {svar.stans}", SYSTEM, rom.klokke.naa()):
        logg(conn, "stopp.stopp", f"omfang:{ordning}", SYSTEM, {"bunt_id": svar.bunt_id}, rom.klokke.naa())


def logg_lest(conn: Connection, rom: Arbeidsrom, svar: Brukt, av: str) -> None:
    tall = {"lest": svar.lest, "nye": svar.nye, "avvik": sum(svar.avvik.values())} | {n: int(v) for n, v in svar.stand.items()}
    tall |= {f"{n}_ore": int(v) for n, v in svar.belop_ore.items()}
    logg(conn, "kvittering.lest", f"bunt:{svar.bunt_id}", av, tall | {"fil_sha256": svar.fil_sha256}, rom.klokke.naa())


def avviste(rom: Arbeidsrom, ordning: str, bunt_id: str = "") -> list[dict]:
    """The payments that came to nothing, and the changes that Oppdragssystemet refused, that nobody has decided about, each with what is to
    be done (`tiltak`)."""
    with lesende(rom.motor) as conn:
        rader = [dict(r._mapping) for r in som_kan_betales_paa_nytt(conn, ordning, bunt_id)]
        for bunt in {r["bunt_id"] for r in rader}:
            egne = {r["ende_til_ende_id"]: r for r in rader if r["bunt_id"] == bunt}
            for ende, (_, stand) in les_stand(conn, vis_bunt(conn, bunt), set(egne)).items():
                egne[ende]["tiltak"] = tiltak(stand).tekst
        return rader + [n for n in nedgang.avviste(conn, ordning) if bunt_id in ("", n["bunt_id"])]


def antall_avviste(rom: Arbeidsrom, ordning: str) -> int:
    with lesende(rom.motor) as conn:
        return antall_som_kan_betales_paa_nytt(conn, ordning) + len(nedgang.avviste(conn, ordning))


def avvisteside(rom: Arbeidsrom, ordning: str, antall: int, fra: int) -> list[dict]:
    """A page of `avviste`, without what is to be done. The changes that Oppdragssystemet refused are few, and stand last."""
    with lesende(rom.motor) as conn:
        rader = [dict(r._mapping) for r in som_kan_betales_paa_nytt(conn, ordning, antall=antall, fra=fra)]
        if len(rader) < antall:
            forbi = max(fra - antall_som_kan_betales_paa_nytt(conn, ordning), 0)
            rader += nedgang.avviste(conn, ordning)[forbi : forbi + antall - len(rader)]
        return rader


def betal_avviste(rom: Arbeidsrom, ordning: str, betalinger: Sequence[str], konto: str | None, grunn: str, av: str) -> int:
    """Decides that these payments are tried again in the next batch. Raises Ordningsfeil."""
    if not betalinger:
        raise Ordningsfeil("Ingen betaling er oppgitt.", ordning, "Oppgi id-ene.", "Ingen betaling er lagt ut på nytt.", kode=2)
    with rom.motor.begin() as conn:
        krev(conn, av, "betal_paa_nytt", alle_roller=rom.krev_syntetisk)
        endringer = [b for b in betalinger if b in {n["ende_til_ende_id"] for n in nedgang.avviste(conn, ordning)}]
        rest = [b for b in betalinger if b not in endringer]
        antall = betal_paa_nytt(conn, ordning, rest, konto, grunn, av, rom.klokke.naa()) if rest or not endringer else 0
        antall += nedgang.paa_nytt(conn, ordning, endringer, grunn, av, rom.klokke.naa()) if endringer else 0
        detaljer = {"antall": antall, "ny_konto": int(konto is not None)}
        logg(conn, "betaling.paa_nytt", f"ordning:{ordning}", av, detaljer, rom.klokke.naa())
    rom.foranker()
    return antall
