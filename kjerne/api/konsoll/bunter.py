"""Batches: what they hold, approval by typing the number, the file, the bank's answers and reconciliation."""

from __future__ import annotations

from fastapi import APIRouter, Response

from kjerne.api.konsoll.besok import Besok, gjore, lese
from kjerne.api.konsoll.side import sider, sider_av
from kjerne.drift.tall import antall, kroner
from kjerne.kjoring.attestering import avbryt_bunt, betal_godkjente, for_en_annen, godkjenn_bunt
from kjerne.kjoring.avstemmingssteg import avstem, siste
from kjerne.kjoring.buntbilde import STANDNAVN, buntbilde
from kjerne.kjoring.kvitteringssteg import antall_avviste, avvisteside, betal_avviste, les_kvitteringer
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.motor import lesende
from kjerne.regelmotor.oppdagelse import finn
from kjerne.styring.rapporttekst import mange
from kjerne.utbetaling.avstemming import AVVIK as AVSTEMMINGSAVVIK
from kjerne.utbetaling.bunt import Bunt, tilgjengelige_bunter
from kjerne.utbetaling.godkjenning import neste_handling
from kjerne.utbetaling.kvittering.post import AVVIK
from kjerne.utbetaling.tilstand import OVERGANGER, PASSIV, VEIEN, lovlig

ruter = APIRouter()
IKKE_GODKJENT = "Ingenting er godkjent, og ingen penger er sendt."
GJORT = {"attestert": "Bunten er attestert. Nå må en tredje person disponere den.",
         "disponert": "Bunten er disponert. Nå kan en operatør utbetale den."}  # fmt: skip
AVBRUTT = {"trekk": "Bunten er trukket. Betalingene kommer med i neste bunt.",
           "avvis": "Bunten er avvist. Betalingene kommer med i neste bunt.",
           "stans": "Bunten er stanset. Betalingene blir liggende til bunten er trukket."}  # fmt: skip


@ruter.get("/bunter")
def liste(side: int = 1, b: Besok = lese()) -> Response:
    with lesende(b.rom.motor) as conn:
        alle = list(reversed(tilgjengelige_bunter(conn)))
    return b.side("bunter.html", utsnitt=sider(alle, side), ordninger=sorted({x.ordning for x in alle} | set(b.verkene)))


@ruter.get("/bunt/{bunt_id}")
def en(bunt_id: str, b: Besok = lese()) -> Response:
    bilde = buntbilde(b.rom, bunt_id)
    denne = bilde.bunt
    neste = neste_handling(denne)
    hindring = b.kan(neste) if neste else ""
    if neste and not hindring and for_en_annen(b.rom, denne, b.konto):
        hindring = "Du har selv laget eller attestert denne bunten, så en annen person må gjøre dette."
    ut = {h: b.kan(h) for h in ("trekk", "avvis", "stans") if lovlig(h, denne.tilstand)}
    return b.side("bunt.html", bilde=bilde, bunt=denne, neste=neste, hindring=hindring, utveier=ut, veien=_veien(denne), passiv=PASSIV)


def _veien(denne: Bunt) -> list[dict]:
    """Every step of the way, and who took it."""
    handling = {til: h for h, (_, til) in OVERGANGER.items()}
    naadd = VEIEN.index(denne.tilstand) if denne.tilstand in VEIEN else -1
    ut = []
    for nr, tilstand in enumerate(VEIEN):
        h = denne.hendelse(handling[tilstand]) if tilstand in handling else None
        av, tid = (denne.laget_av, denne.laget_tid) if nr == 0 else (h.av, h.tid) if h else ("", None)
        ut.append({"tilstand": tilstand, "gjort": nr == 0 or h is not None, "naa": nr == naadd, "av": av, "tid": tid})
    return ut


@ruter.post("/bunt/{bunt_id}/godkjenn")
def godkjenn(bunt_id: str, b: Besok = gjore()) -> Response:
    sett = buntbilde(b.rom, bunt_id).bunt
    if b.felt.get("innhold") != sett.innhold_sha256 or b.felt.get("tilstand") != sett.tilstand:
        raise Ordningsfeil("Bunten er ikke som da du åpnet siden.", f"bunt {bunt_id[:12]}", "Se på den en gang til.", IKKE_GODKJENT, kode=4)
    b.krev(neste_handling(sett) or "attester")
    ny = godkjenn_bunt(b.rom, sett, b.konto, b.tall("antall", IKKE_GODKJENT))
    return b.videre(f"/bunt/{bunt_id}", GJORT[ny.tilstand])


@ruter.post("/bunt/{bunt_id}/avbryt")
def avbryt(bunt_id: str, b: Besok = gjore()) -> Response:
    hvordan = b.felt.get("hvordan", "")
    if hvordan not in AVBRUTT:
        raise Ordningsfeil("Du har ikke valgt hvordan bunten skal avbrytes.", f"bunt {bunt_id[:12]}", "Velg trekk, avvis eller stans.",
                           "Bunten er ikke endret.", kode=2)  # fmt: skip
    b.krev(hvordan)
    avbryt_bunt(b.rom, buntbilde(b.rom, bunt_id).bunt, hvordan, b.konto, b.felt.get("grunn", ""))
    return b.videre(f"/bunt/{bunt_id}", AVBRUTT[hvordan], "naa")


@ruter.post("/bunt/{bunt_id}/utbetal")
def utbetal(bunt_id: str, b: Besok = gjore("send")) -> Response:
    (s,) = betal_godkjente(b.rom, finn(buntbilde(b.rom, bunt_id).bunt.ordning), bunt_id, b.konto)
    hva = "laget" if s["ny"] else "laget før, og er den samme"
    return b.videre(f"/bunt/{bunt_id}", f"Betalingsfilen er {hva}: {mange(s['antall'], 'betaling', 'betalinger')}, {kroner(s['sum_ore'])}.")


@ruter.post("/kvittering")
def kvitter(b: Besok = gjore("kvitter")) -> Response:
    with b.opplastet("Ingen svar er lest.") as sti:
        svar = les_kvitteringer(b.rom, sti, b.konto)
    hvor = f"/bunt/{svar.bunt_id}"
    if svar.lest_for:
        return b.videre(hvor, "Filen er lest før. Ingenting er endret.", "naa")
    tekst = [f"{antall(n)} {STANDNAVN[hva]}, {kroner(svar.belop_ore[hva])}" for hva, n in sorted(svar.stand.items())]
    tekst += [f"{antall(n)} svar er ikke brukt: {AVVIK[kode]}" for kode, n in sorted(svar.avvik.items())]
    if svar.stans:
        return b.videre(hvor, f"Utbetalingene er stoppet. {svar.stans}", "stopp")
    art = "naa" if svar.avvik or svar.stand.get("avvist") else "ok"
    return b.videre(hvor, f"{antall(svar.lest)} svar er lest. {'. '.join(tekst)}.", art)


@ruter.get("/avviste/{ordning}")
def ikke_fram(ordning: str, side: int = 1, b: Besok = lese("se_liste")) -> Response:
    finn(ordning)
    utsnitt = sider_av(antall_avviste(b.rom, ordning), side, lambda antall, fra: avvisteside(b.rom, ordning, antall, fra))
    return b.side("avviste.html", ordning=ordning, utsnitt=utsnitt, hindring=b.kan("betal_paa_nytt"), stand=STANDNAVN)


@ruter.post("/avviste/{ordning}")
def paa_nytt(ordning: str, b: Besok = gjore("betal_paa_nytt")) -> Response:
    konto = "".join(b.felt.get("konto", "").split()).replace(".", "")
    n = betal_avviste(b.rom, ordning, b.valgte("betaling."), konto or None, b.felt.get("grunn", ""), b.konto)
    return b.videre(f"/avviste/{ordning}", f"{mange(n, 'betaling', 'betalinger')} kommer med i neste bunt.")


@ruter.get("/avstemming/{ordning}")
def avstemming(ordning: str, b: Besok = lese()) -> Response:
    finn(ordning)
    return b.side("avstemming.html", ordning=ordning, siste=siste(b.rom, ordning), avvik=AVSTEMMINGSAVVIK, hindring=b.kan("avstem"))


@ruter.post("/avstemming/{ordning}")
def gjor_avstemming(ordning: str, b: Besok = gjore("avstem")) -> Response:
    svar = avstem(b.rom, finn(ordning), b.konto)
    if not svar.gaar_opp:
        return b.videre(f"/avstemming/{ordning}", f"{antall(len(svar.avvik))} avvik. Utbetalingene er stoppet.", "stopp")
    tekst = f"Alt går opp: {mange(svar.bunter, 'bunt', 'bunter')} er sammenliknet, {antall(len(svar.nye))} er nå avstemt."
    return b.videre(f"/avstemming/{ordning}", tekst)
