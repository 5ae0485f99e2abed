"""Oppdragssystemet in the operator's day: the file of what is taken away, the answers, and grensesnittavstemming."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from sqlalchemy.engine import Connection

from kjerne.kjoring.betalingsformat import avsender, nokkeltid, skriv_oppdragsfil
from kjerne.kjoring.gjenoppretting import krev_sikker_base
from kjerne.kjoring.port import port
from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kontrakt import linjefil
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.feilpunkt import feilpunkt
from kjerne.lager.fil import Filutkast, rydd, sha256_av_fil, utkast
from kjerne.lager.kanonisk import sha256
from kjerne.lager.motor import laas, lesende
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.revisjon import logg
from kjerne.tilgang import krev
from kjerne.utbetaling.avstemming import Avvik
from kjerne.utbetaling.kvittering.bruk import Brukt, bruk
from kjerne.utbetaling.kvittering.tiltak import MOTSTRID
from kjerne.utbetaling.oppdrag import nedgang, svar
from kjerne.utbetaling.oppdrag.kjeder import AVVIST, GODTATT, utfall
from kjerne.utbetaling.oppdrag.nedgang import Nedgangsfil
from kjerne.utbetaling.oppdrag.netto import les_netto

IKKE_SENDT = "Filen er forkastet, og ingenting er sendt."


def send_nedgang(rom: Arbeidsrom, verk: Regelverk, av: str) -> list[dict]:
    """Writes the file of what new versions take away, once. Also gives those that were sent before and are not answered. Raises
    Ordningsfeil (kode 4) when payments are stopped, (kode 1) when the file would change another sum than what was decided."""
    port(rom, verk, "godkjent", "lukket", hva="Å sende oppdrag")
    with rom.motor.begin() as conn:
        krev(conn, av, "send", alle_roller=rom.krev_syntetisk)
        fil_id = nedgang.planlegg(conn, verk.id, lambda id_: nokkeltid(rom, Nedgangsfil(id_, verk.id).filnavn))
    krev_sikker_base(rom, verk.id)
    if fil_id:
        _skriv_og_send(rom, verk, fil_id, av)
    with lesende(rom.motor) as conn:
        ute = [f for f in nedgang.filer(conn, verk.id) if f.fil_id == fil_id or f.tilstand == "sendt"]
        return [_som_dict(conn, rom, f, f.fil_id == fil_id) for f in ute]


def _som_dict(conn: Connection, rom: Arbeidsrom, f: Nedgangsfil, ny: bool) -> dict:
    netto = nedgang.ventet_netto(conn, f.fil_id)
    return {"bunt_id": f.fil_id, "fil": str(rom.betalingsmappe / f.filnavn), "sha256": f.fil_sha256, "ny": ny, "antall": len(netto),
            "sum_ore": sum(netto.values())}  # fmt: skip


def _skriv_og_send(rom: Arbeidsrom, verk: Regelverk, fil_id: str, av: str) -> None:
    rom.betalingsmappe.mkdir(parents=True, exist_ok=True, mode=0o700)
    rydd(rom.betalingsmappe)
    with utkast(rom.betalingsmappe, lambda fil: skriv_oppdragsfil(rom, fil_id, avsender(verk.manifest), fil), "utsending") as fil:
        with lesende(rom.motor) as conn:
            if galt := _avvik(conn, fil_id, fil.sti):
                raise Ordningsfeil(f"Filen endrer en annen sum enn vedtakene: {galt[0].tekst}.", f"fil {fil_id}",
                                   "Stans utbetalingen og meld feilen.", IKKE_SENDT)  # fmt: skip
        _overlever(rom, verk.id, fil_id, av, fil)
    rom.foranker()


def _overlever(rom: Arbeidsrom, ordning: str, fil_id: str, av: str, fil: Filutkast) -> None:
    with rom.motor.begin() as conn:
        laas(conn, f"oppdrag:{ordning}")
        (naa,) = [f for f in nedgang.filer(conn, ordning) if f.fil_id == fil_id]
        if naa.tilstand == "planlagt":  # or somebody else was faster
            nedgang.merk(conn, fil_id, "sendt", av, rom.klokke.naa(), fil.sha256)
            logg(conn, "oppdrag.sendt", f"oppdragsfil:{fil_id}", av, {"ordning": ordning, "fil_sha256": fil.sha256}, rom.klokke.naa())
            fil.gi_navn(Nedgangsfil(fil_id, ordning, "sendt", fil.sha256).filnavn)
            feilpunkt("nedgang.for_commit")
    feilpunkt("nedgang.etter_commit")


def _avvik(conn: Connection, fil_id: str, sti: Path) -> list[Avvik]:
    """The file against the decisions, chain by chain."""
    ventet, ut = nedgang.ventet_netto(conn, fil_id), []
    for sak, _, ore, galt in les_netto(conn, fil_id, sti):
        ventet_ore = ventet.pop(sak, None)
        if ventet_ore is None:
            ut.append(Avvik("bare_i_filen", fil_id, sak, None, ore))
        elif ventet_ore != ore:
            ut.append(Avvik("belop_i_filen", fil_id, sak, ventet_ore, ore))
        elif galt:
            ut.append(Avvik("konto_i_filen", fil_id, sak, None, None))
    return ut + [Avvik("mangler_i_filen", fil_id, sak, ore, None) for sak, ore in sorted(ventet.items())]


def prov_nedgangsfiler(conn: Connection, rom: Arbeidsrom, ordning: str) -> list[Avvik]:
    """The files that were sent, as they lie there now."""
    ut: list[Avvik] = []
    for f in nedgang.filer(conn, ordning):
        sti = rom.betalingsmappe / f.filnavn
        if f.tilstand == "planlagt":
            continue
        if not sti.exists() or sha256_av_fil(sti) != f.fil_sha256:
            ut.append(Avvik("filen_borte", f.fil_id, "", None, None))
        else:
            ut += _avvik(conn, f.fil_id, sti)
    return ut


def les_oppdragssvar(rom: Arbeidsrom, sti: Path, av: str) -> Brukt:
    """Reads one file of answers from Oppdragssystemet, about one batch or several, and puts it to use, whole or not at all. The same
    file again changes nothing. Raises Ordningsfeil when no answer in it is to what was sent."""
    sha = linjefil.filhash(sti)
    with lesende(rom.motor) as conn:
        lest = svar.les_svar(conn, sti)
    ut = Brukt(sha, lest=len(lest.svar), avvik=dict(lest.avvik))
    with rom.motor.begin() as conn:
        krev(conn, av, "kvitter", alle_roller=rom.krev_syntetisk)
        laas(conn, f"oppdrag:{lest.ordning}")
        if svar.lest_for(conn, sha):
            ut.lest_for = True
            return ut
        nye = svar.lagre_svar(conn, lest, sha, rom.klokke.naa())
        ut.nye = len(nye)
        per_fil = defaultdict(list)
        for fil_id, sak, k in nye:
            per_fil[fil_id].append((sak, k))
        nedgangsfiler = {f.fil_id: f for f in nedgang.filer(conn, lest.ordning)}
        for fil_id, svarene in sorted(per_fil.items()):
            if fil_id in nedgangsfiler:
                _om_nedgang(conn, rom, nedgangsfiler[fil_id], [sak for sak, _ in svarene], av, ut)
            else:
                kv = svar.om_betalingene(conn, fil_id, svarene, f"OS{sha[:30]}")
                _legg_til(ut, bruk(conn, kv, sha256(f"{sha}:{fil_id}"), sti.name, "oppdrag", lest.avvik, av, rom.klokke.naa()))
        _etter(conn, rom, lest.ordning, ut, av)
    rom.foranker()
    return ut


def _legg_til(ut: Brukt, en: Brukt) -> None:
    ut.bunt_id = ut.bunt_id or en.bunt_id
    ut.stand += en.stand
    ut.belop_ore += en.belop_ore
    ut.tiltak += en.tiltak
    ut.kvittert |= en.kvittert
    ut.stans = ut.stans or en.stans


def _om_nedgang(conn: Connection, rom: Arbeidsrom, fil: Nedgangsfil, saker: list[str], av: str, ut: Brukt) -> None:
    ut.bunt_id = ut.bunt_id or fil.fil_id
    uten, stander = svar.ubesvarte(conn, fil.fil_id)
    netto = nedgang.ventet_netto(conn, fil.fil_id)
    for sak in saker:
        if (hva := {GODTATT: "nedgang", AVVIST: nedgang.NEDGANG_AVVIST}.get(utfall(stander.get(sak)))) is not None:
            ut.stand[hva] += 1
            ut.belop_ore[hva] += netto[sak]
    if any(s.motstrid for s in stander.values()):
        ut.stans = ut.stans or MOTSTRID.tekst
    if not uten and fil.tilstand == "sendt":
        nedgang.merk(conn, fil.fil_id, "kvittert", av, rom.klokke.naa())
        ut.kvittert = True


def _etter(conn: Connection, rom: Arbeidsrom, ordning: str, ut: Brukt, av: str) -> None:
    from kjerne.kjoring.kvitteringssteg import logg_lest, stans

    if ut.nye:
        if ut.stans:
            stans(conn, rom, ordning, ut)
        logg_lest(conn, rom, ut, av)
