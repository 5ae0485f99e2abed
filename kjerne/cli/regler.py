"""Commands for those who write a scheme: eksempler, dok."""

from __future__ import annotations

from pathlib import Path

import typer

from kjerne.cli.skjerm import JSON, konsoll, skriv_json, tabell

ORDNING = typer.Argument(help="Ordningens id, som er navnet på mappen.")
VALGFRI = typer.Argument("", help="Ordningens id. Tomt: alle.")


def _valgte(ordning: str):
    from kjerne.regelmotor.oppdagelse import finn, oppdag

    if ordning:
        return [finn(ordning)], []
    verk, ute = oppdag()
    return list(verk.values()), ute


def si_ute_av_drift(ute) -> None:
    """Schemes that cannot be read, on stderr."""
    for u in ute:
        konsoll(feil=True).print(f"Ute av drift: {u.id}\n{u.grunn}", markup=False)


def eksempler(
    ordning: str = VALGFRI,
    til_excel: Path = typer.Option(None, "--til-excel", help="Skriv eksemplene som regneark til denne filen, for juristen."),
    fra_excel: Path = typer.Option(None, "--fra-excel", help="Les regnearket inn igjen i eksempler/. Er noe galt, endres ingenting."),
    som_json: bool = JSON,
) -> None:
    """Kjør eksemplene hver for seg, sammen og stokket, og mål dekningen. Eller bytt dem med et regneark."""
    if til_excel or fra_excel:
        return _regneark(ordning, til_excel, fra_excel, som_json)
    from kjerne.regelmotor.dekning import maal_dekning
    from kjerne.regelmotor.eksempler import les_eksempler, prov_eksempler

    feil = 0
    ut = []
    valgte, ute = _valgte(ordning)
    for verk in valgte:
        sett = les_eksempler(verk)
        avvik = prov_eksempler(sett)
        hull, provd = maal_dekning(sett)
        feil += len(avvik)
        ut.append(
            {
                "ordning": verk.id,
                "eksempler": len(sett),
                "avvik": [vars(a) for a in avvik],
                "endringer_provd": provd,
                "hull": [vars(h) for h in hull],
            }
        )
        if not som_json:
            konsoll().print(
                f"[bold]{verk.id}[/]: {len(sett)} eksempler, {len(avvik)} avvik. {provd} endringer prøvd, {len(hull)} hull i dekningen."
            )
            if avvik:
                rader = [[a.sak, str(a.linje), a.hva, a.ventet_vist, a.fikk_vist] for a in avvik]
                tabell("Avvik", ["Sak", "Linje", "Hva", "Skal være", "Er"], rader)
            if hull:
                rader = [[h.navn, h.endring, h.hvor, h.gjor_dette] for h in hull]
                tabell("Hull: ingen eksempler merker dette", ["Navn", "Endring", "Hvor", "Gjør dette"], rader)
    if som_json:
        skriv_json(ut + [{"ordning": u.id, "ute_av_drift": u.grunn.som_dict()} for u in ute])
    else:
        si_ute_av_drift(ute)
    if feil or ute:
        raise typer.Exit(1)
    return None


def _regneark(ordning: str, til: Path | None, fra: Path | None, som_json: bool) -> None:
    from kjerne.kontrakt.feil import Ordningsfeil
    from kjerne.regelmotor.eksempelark import skriv_ark
    from kjerne.regelmotor.eksempelark_les import les_ark
    from kjerne.regelmotor.oppdagelse import finn

    if not ordning or (til and fra):
        raise Ordningsfeil("Et regneark er for én ordning, og én vei om gangen.", "--til-excel, --fra-excel",
                           "Skriv for eksempel: ordning eksempler ID --til-excel FIL.", "Ingenting er skrevet.", kode=2)
    verk = finn(ordning)
    if til:
        antall = skriv_ark(verk, til)
        if som_json:
            return skriv_json({"fil": str(til), "saker": antall})
        return konsoll().print(f"Skrev {antall} saker til {til}", markup=False)
    lest = les_ark(verk, fra)
    if som_json:
        return skriv_json(vars(lest) | {"skrevet": [str(f) for f in lest.skrevet]})
    for fil in lest.skrevet:
        konsoll().print(f"Skrev {fil}", markup=False)
    hva = f"{lest.saker} saker: {lest.endret} endret, {lest.nye} nye, {lest.borte} fjernet."
    return konsoll().print(hva + (f" Neste: ordning eksempler {ordning}" if lest.skrevet else " Ingenting å skrive."), markup=False)


def dok(
    ordning: str = VALGFRI,
    folg: bool = typer.Option(False, "--folg", help="Skriv på nytt hver gang en fil i mappen lagres. Avslutt med Ctrl-C."),
    som_json: bool = JSON,
) -> None:
    """Skriv REGLER.md, siden juristen godkjenner. Uten id: for alle ordningene, og OVERSIKT.md over dem."""
    from kjerne.regelmotor.oversikt import skriv_oversikt

    if folg:
        return _folg(ordning)
    valgte, ute = _valgte(ordning)
    skrevet, ikke = _skriv_regeldok(valgte, bare_en=bool(ordning))
    ute = [*ute, *ikke]
    side = None if ordning else str(skriv_oversikt())  # one scheme's page touches nothing outside its folder
    if som_json:
        skriv_json({"filer": skrevet, "oversikt": side, "ute_av_drift": [{"id": u.id} | u.grunn.som_dict() for u in ute]})
    else:
        for sti in filter(None, (*skrevet, side)):
            konsoll().print(f"Skrev {sti}", markup=False)
        si_ute_av_drift(ute)
    if ute:
        raise typer.Exit(1)
    return None


def _skriv_regeldok(valgte, bare_en: bool):
    """(pages written, schemes whose page cannot be made). One broken scheme stops no other."""
    from kjerne.kontrakt.feil import Ordningsfeil
    from kjerne.regelmotor.oppdagelse import UteAvDrift
    from kjerne.regelmotor.regeldok import skriv_regeldok

    skrevet, ute = [], []
    for verk in valgte:
        try:
            skrevet.append(str(skriv_regeldok(verk)))
        except Ordningsfeil as grunn:
            if bare_en:
                raise
            ute.append(UteAvDrift(verk.id, verk.mappe, grunn))
    return skrevet, ute


def _folg(ordning: str) -> None:
    """Until Ctrl-C: one line for each page."""
    import time

    from kjerne.regelmotor.folg import folg, lag
    from kjerne.regelmotor.oppdagelse import mapper

    ut = konsoll()
    valgte = [m for m in mapper() if not ordning or m.name == ordning]
    if not valgte:
        _valgte(ordning)  # raises with the known schemes
    try:
        linjer = folg(lambda: time.sleep(0.3), ordning)  # looks before it writes: what is saved meanwhile is seen
        for mappe in valgte:
            ut.print(f"{time.strftime('%H.%M.%S')}  {lag(mappe)}", markup=False)
        ut.print("Følger med. Avslutt med Ctrl-C.")
        for linje in linjer:
            ut.print(f"{time.strftime('%H.%M.%S')}  {linje}", markup=False)
    except KeyboardInterrupt:
        ut.print("Avsluttet.")
