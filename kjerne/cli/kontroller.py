"""What the controls before payment found, and what is decided about it."""

from __future__ import annotations

import typer

from kjerne.cli.drift import BRUKER, _bruker, _rom
from kjerne.cli.regler import ORDNING
from kjerne.cli.skjerm import JSON, konsoll, skriv_json, tabell

VIST = 30
_TELT = {"STIKK": "til stikkprøve", "ETTER": "til etterkontroll"}
_I_SKYGGE = {n: f"skygge, ville {hva}" for n, hva in (("STOPP", "stanset linjen"), ("STOPP_BUNT", "stanset bunten"),
                                                      ("STIKK", "vært til stikkprøve"), ("ETTER", "vært til etterkontroll"))}  # fmt: skip


def kontroller(
    ordning: str = ORDNING,
    slipp: list[str] = typer.Option([], "--slipp", help="Slipp en gruppe eller et funn: minst 8 tegn av navnet. Kan gjentas."),
    hold: list[str] = typer.Option([], "--hold", help="Hold en gruppe eller et funn tilbake. Kan gjentas."),
    grunn: str = typer.Option("", "--grunn", help="Hvorfor. En hel setning."),
    alle: bool = typer.Option(False, "--alle", help="Vis hvert funn, også det som er avgjort, og det som bare telles."),
    katalog: bool = typer.Option(
        False, "--katalog", help="Vis hvilke kontroller ordningen har, med formål, hjemmel, grenser og siste dag."
    ),
    bruker: str = BRUKER,
    som_json: bool = JSON,
) -> None:
    """Hva kontrollene før utbetaling har stanset, og avgjørelsen av det. En kontroll avslår aldri: et menneske ser på linjen."""
    from kjerne.kjoring.kontrollsteg import funn_som_venter
    from kjerne.kjoring.kontrollvisning import katalogside, oversikt
    from kjerne.kjoring.visning import foer_visning, krev_innsyn, saker_bak
    from kjerne.regelmotor.oppdagelse import finn

    verk = finn(ordning)
    if katalog:
        side = katalogside(verk)
        return skriv_json(side) if som_json else _katalog(side)
    rom, hvem = _rom(), _bruker(bruker)
    if slipp or hold:
        return _avgjor(rom, ordning, slipp, hold, grunn, hvem, som_json)
    krev_innsyn(rom, hvem, "se_liste")
    liste = funn_som_venter(rom, ordning, alle=alle)
    vist = liste.head(VIST) if alle and not som_json else liste
    foer_visning(rom, ordning, saker_bak(rom, vist["linje_id"].dropna()).values(), hvem, "kontroll", "kontroll", "se_liste")
    if alle:
        return skriv_json(_rader(liste)) if som_json else _alle(liste)
    ut = oversikt(rom, verk)
    return skriv_json(ut) if som_json else _oversikt(ut)


def _avgjor(rom, ordning: str, slipp: list[str], hold: list[str], grunn: str, hvem: str, som_json: bool) -> None:
    from kjerne.kjoring.kontrollsteg import avgjor

    svar = [avgjor(rom, ordning, ider, beslutning, grunn, hvem) for ider, beslutning in ((slipp, "slipp"), (hold, "hold")) if ider]
    if som_json:
        return skriv_json([{"beslutning": s.beslutning, "funn": list(s.funn), "bunter": list(s.bunter)} for s in svar])
    for s in svar:
        if s.beslutning == "hold":
            konsoll().print(f"{len(s.funn)} funn er holdt tilbake.")
        elif s.bunter:
            konsoll().print(f"{len(s.funn)} funn er sluppet. Bunten er kontrollert, og venter på attestering: ordning godkjenn {ordning}")
        else:
            konsoll().print(
                f"{len(s.funn)} funn er sluppet. Linjer som ingen annen kontroll holder, er med i neste bunt: ordning kjor {ordning}"
            )
    return None


def _rader(liste) -> list[dict]:
    """Findings as plain values: what is missing is null, and the evidence an object."""
    import json

    rader = liste.drop(columns=["funnet_tid"]).astype(object).where(liste.notna(), None).to_dict("records")
    return [r | {"bevis": json.loads(r["bevis"]), "over": bool(r["over"])} for r in rader]


def _alle(liste) -> None:
    rader = [[r.kontroll, r.funn_id[:8], r.modus, r.grunn, r.gruppe[:12], r.beslutning or "venter"] for r in liste.head(VIST).itertuples()]
    tittel = f"{len(liste)} funn" + (f", de {VIST} første" if len(liste) > VIST else "")
    tabell(tittel, ["Kontroll", "Funn", "Modus", "Hvorfor", "Gruppe", ""], rader)


def _kr(ore: int) -> str:
    return f"{ore // 100:,} kr".replace(",", " ")


def _oversikt(o: dict) -> None:
    ut, s = konsoll(), o["stanset"]
    if not o["grupper"]:
        ut.print("Ingen kontroll holder noe tilbake.")
    else:
        bunter = f", og {s['bunter']} bunt(er)" if s["bunter"] else ""
        ut.print(f"Stanset: {s['linjer']} linjer på {_kr(s['belop_ore'])}{bunter}, av {len(o['grupper'])} årsaker.")
    forrige = ""
    for g in o["grupper"][:VIST]:
        if g["kontroll"] != forrige:
            ut.print(f"\n{g['kontroll']} {g['navn']}. {g['uskyldig']}", markup=False)
        forrige = g["kontroll"]
        hva = f"bunt {g['bunt_id'][:8]}" if g["bunt_id"] else f"{g['antall']} linjer, {_kr(g['belop_ore'])}"
        ut.print(f"  {g['gruppe']}  {hva}  ({g['beslutning']})  {g['grunn']}", markup=False)
        ut.print(f"    Bygger på: {g['bevis']}.", markup=False)
        if g["saker"]:
            flere = f" og {g['antall_saker'] - len(g['saker'])} til" if g["antall_saker"] > len(g["saker"]) else ""
            ut.print(f"    Saker: {', '.join(g['saker'])}{flere}", markup=False)
    if len(o["grupper"]) > VIST:
        ut.print(f"\nog {len(o['grupper']) - VIST} årsaker til; alle står med --json.")
    if o["grupper"]:
        g = o["grupper"][0]
        ut.print("\nSe på sakene med ordning forklar. Avgjør så hver gruppe, av en annen enn den som kjørte:", markup=False)
        ut.print(f"  {g['slipp']}\n  {g['hold']}", markup=False)
    for b in o["bare_talt"]:
        hvorfor = _I_SKYGGE[b["handling"]] if b["modus"] == "skygge" else _TELT[b["handling"]]
        ut.print(f"Telt: {b['kontroll']} {b['navn']}: {b['antall']} ({hvorfor}).", markup=False)
    _sist(o["sist"].get("kontroller", {}))


def _sist(tall: dict[str, dict]) -> None:
    """What the last run did not control: never a silent pass."""
    ikke = [f"{id_.upper()} ({t['ikke_kjort'].replace('_', ' ')})" for id_, t in sorted(tall.items()) if "ikke_kjort" in t]
    if ikke:
        konsoll().print("Ikke kjørt sist: " + ", ".join(ikke) + ".", markup=False)
    if delvis := [f"{id_.upper()} {t['ukjent']} linjer" for id_, t in sorted(tall.items()) if t.get("ukjent")]:
        konsoll().print("Noe manglet, så dette ble sluppet gjennom uten å være kontrollert: " + ", ".join(delvis) + ".", markup=False)


def _katalog(side: list[dict]) -> None:
    for k in side:
        status = k["ikke_kjort"] or ("bare telt (skygge)" if k["modus"] == "skygge" else k["handling"])
        grenser = ", ".join(f"{n.replace('_', ' ')} {v}" for n, v in k["grenser"].items()) or "ingen"
        konsoll().print(f"{k['kontroll']} {k['navn']}: {status}", markup=False)
        for ledetekst, tekst in (("Formål", k["formaal"]), ("Hjemmel", k["hjemmel"]), ("Leser", ", ".join(k["leser"])),
                                 ("Grenser", grenser),
                                 ("Kan være uskyldig", k["uskyldig"]), ("Kjøres til og med", k["avsluttes"])):  # fmt: skip
            konsoll().print(f"  {ledetekst}: {tekst}", markup=False)
