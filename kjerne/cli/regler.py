"""Commands for those who write a scheme: eksempler, sjekk, dok."""

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


def eksempler(ordning: str = VALGFRI, som_json: bool = JSON) -> None:
    """Kjør eksemplene hver for seg, sammen og stokket, og mål dekningen."""
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
                tabell("Avvik", ["Sak", "Linje", "Hva", "Skal være", "Er"], [[a.sak, str(a.linje), a.hva, a.ventet, a.fikk] for a in avvik])
            if hull:
                tabell("Hull: ingen eksempler merker dette", ["Navn", "Endring", "Hvor"], [[h.navn, h.endring, h.hvor] for h in hull])
    if som_json:
        skriv_json(ut + [{"ordning": u.id, "ute_av_drift": u.grunn.som_dict()} for u in ute])
    else:
        si_ute_av_drift(ute)
    if feil or ute:
        raise typer.Exit(1)


def sjekk(ordning: str = VALGFRI, som_json: bool = JSON) -> None:
    """Gå gjennom ordningen og si hva som mangler, hvor, hvorfor og hvordan det rettes."""
    from kjerne.regelmotor.oppdagelse import mapper
    from kjerne.sjekk import sjekk_ordning

    funn = {m.name: sjekk_ordning(m) + _flytfunn(m) for m in mapper() if not ordning or m.name == ordning}
    if ordning and not funn:
        _valgte(ordning)  # raises with the known schemes
    if som_json:
        skriv_json({o: [f.som_dict() for f in liste] for o, liste in funn.items()})
    else:
        ut = konsoll()
        for navn, liste in funn.items():
            ut.print(f"[bold]{navn}[/]: " + (f"{len(liste)} ting å rette" if liste else "i orden"))
            for nr, f in enumerate(liste, 1):
                ut.print(
                    f"  {nr}. {f.hva}\n     Hvor: {f.hvor}\n     Hvorfor: {f.hvorfor}\n     Slik retter du: {f.gjor_dette}", markup=False
                )
    if any(funn.values()):
        raise typer.Exit(1)


def _flytfunn(mappe: Path) -> list:
    """What is wrong with flyt.py; that it is missing is found elsewhere."""
    from kjerne.kjoring.flytfil import les_flyt
    from kjerne.kontrakt.feil import Ordningsfeil
    from kjerne.sjekk.funn import Funn

    try:
        if (mappe / "flyt.py").exists():
            les_flyt(mappe)
    except Ordningsfeil as feil:
        return [Funn(feil.hva, feil.hvor, "Ordningen kan ikke kjøres før dette er rettet.", feil.gjor_dette)]
    return []


def dok(ordning: str = VALGFRI, som_json: bool = JSON) -> None:
    """Skriv REGLER.md, siden juristen godkjenner."""
    from kjerne.regelmotor.regeldok import skriv_regeldok

    valgte, ute = _valgte(ordning)
    skrevet = [str(skriv_regeldok(verk)) for verk in valgte]
    if som_json:
        skriv_json({"filer": skrevet, "ute_av_drift": [{"id": u.id} | u.grunn.som_dict() for u in ute]})
    else:
        for sti in skrevet:
            konsoll().print(f"Skrev {sti}", markup=False)
        si_ute_av_drift(ute)
    if ute:
        raise typer.Exit(1)
