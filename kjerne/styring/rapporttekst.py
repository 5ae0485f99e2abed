"""The sentences of the report: the headline, the five figures, and what somebody must decide. Bokmål."""

from __future__ import annotations

from dataclasses import dataclass

from kjerne.drift.tall import antall, dato, klokkeslett, kort, kroner, prosent
from kjerne.styring.diagram import SKJULT
from kjerne.styring.rapporttall import Rapporttall, Tall


@dataclass(frozen=True, slots=True)
class Nokkeltall:
    navn: str
    tall: str
    under: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gjoremaal:
    art: str  # stopp, naa, info, ok: colour only; `merke` says it in words
    merke: str
    tekst: str


def vis(n: Tall) -> str:
    return SKJULT if n is None else antall(n)


def vis_kr(ore: Tall) -> str:
    return SKJULT if ore is None else kroner(ore)


def mange(n: Tall, en: str, flere: str) -> str:
    """«1 sak», «12 saker», and «noen saker» when the number is hidden."""
    return f"noen {flere}" if n is None else f"{antall(n)} {en if n == 1 else flere}"


def stor(ore: int) -> str:
    """An amount in a sentence: «261 mill. kroner», «6 000 kroner»."""
    return f"{kort(ore // 100)} kroner"


def ingress(t: Rapporttall) -> str:
    if not t.mottatt:
        return "Ingen søknader er mottatt ennå."
    setninger = [f"{_stor_forbokstav(mange(t.avgjort, 'søknad', 'søknader'))} av {vis(t.mottatt)} er avgjort."]
    if t.mottatt is None:
        setninger = ["Noen søknader er mottatt."]
    if t.sendt_ore:
        setninger.append(
            f"{_stor_forbokstav(stor(t.sendt_ore))} er sendt til banken i {mange(t.sendt, 'sak', 'saker')}."
        )
    elif t.sendt == 0:
        setninger.append("Ingen penger er sendt.")
    setninger.append(_siden_sist(t))
    if t.venter:
        setninger.append(f"{_stor_forbokstav(mange(t.venter, 'sak', 'saker'))} venter.")
    return " ".join(s for s in setninger if s)


def _siden_sist(t: Rapporttall) -> str:
    e = t.endring
    if e is None:
        return ""
    fra = f"Siden {dato(e.siden)} {klokkeslett(e.siden)}"
    if e.avgjort == 0 and e.sendt == 0:
        return f"{fra} er ingenting avgjort eller sendt."
    deler = [f"{mange(e.avgjort, 'ny søknad', 'nye søknader') if e.avgjort != 0 else 'ingen nye søknader'} avgjort"]
    if e.sendt_ore:
        deler.append(f"{stor(e.sendt_ore)} sendt")
    return f"{fra} er {' og '.join(deler)}."


def _stor_forbokstav(tekst: str) -> str:
    return tekst[:1].upper() + tekst[1:]


def nokkeltall(t: Rapporttall) -> list[Nokkeltall]:
    e = t.endring

    def nye(n: Tall) -> str:
        return "" if e is None else "uendret siden sist" if n == 0 else f"+ {vis(n)} siden sist"

    def andel(n: Tall) -> str:
        return f"{prosent(n / t.mottatt)} av mottatte" if n and t.mottatt else ""

    dager = t.behandlingstid
    rader = (
        ("Mottatt", t.mottatt, (nye(e and e.mottatt),)),
        ("Avgjort", t.avgjort, (andel(t.avgjort), nye(e and e.avgjort),
                                f"median {mange(dager.median_dager, 'dag', 'dager')}" if dager else "")),
        ("Innvilget", t.innvilget, (_i_kroner(t.innvilget_ore), nye(e and e.innvilget))),
        ("Sendt til banken", t.sendt, (_i_kroner(t.sendt_ore), nye(e and e.sendt))),
        ("Venter", t.venter, (andel(t.venter),
                              f"eldste {mange(t.eldste_dager, 'dag', 'dager')}" if t.eldste_dager else "")),
    )  # fmt: skip
    return [Nokkeltall(navn, vis(n), tuple(u for u in under if u)) for navn, n, under in rader]


def _i_kroner(ore: Tall) -> str:
    return stor(ore) if ore else ""


def gjoremaal(t: Rapporttall) -> list[Gjoremaal]:
    """The most urgent first."""
    ut = [Gjoremaal(h.art, h.merke, h.tekst) for h in t.penger.hindre if h.art == "stopp"]
    if t.avvik:
        ut.append(
            Gjoremaal(
                "stopp",
                "Feil i tallene",
                "Mottatt er ikke summen av avgjort og venter. Finn årsaken før noe blir sendt.",
            )
        )
    if t.kjoring_tilstand in ("stanset", "pauset"):
        ut.append(
            Gjoremaal(
                "stopp",
                "Kjøring",
                f"Nyeste kjøring er {t.kjoring_tilstand}. Se på den, og start den igjen når årsaken er rettet.",
            )
        )
    for g in t.grenser:
        if g.status != "innenfor":
            hva = "Høyeste beløp i en sak" if g.navn == "maks_per_sak" else "Største bunt"
            hvor = "over grensen" if g.status == "over" else "nær grensen"
            ut.append(
                Gjoremaal(
                    "stopp" if g.status == "over" else "naa", "Grense", f"{hva} er {hvor} på {kroner(g.tak_ore)}."
                )
            )
    for tilstand, merke, hva in (
        ("stanset", "Stanset", "er stanset. Finn ut hvorfor, og trekk {} tilbake"),
        ("forberedt", "Kontroll", "er stanset av en kontroll"),
        ("kontrollert", "Godkjenning", "venter på attestasjon av en annen enn den som laget {}"),
        ("attestert", "Godkjenning", "er attestert, og venter på at en tredje person disponerer"),
        ("disponert", "Sending", "er disponert og kan sendes"),
    ):
        bunter = [b for b in t.bunter if b.tilstand == tilstand]
        if bunter:
            sum_ore = None if any(b.sum_ore is None for b in bunter) else sum(b.sum_ore for b in bunter)
            om = f" på til sammen {stor(sum_ore)}" if sum_ore is not None else ""
            hva = hva.format("den" if len(bunter) == 1 else "dem")
            ut.append(Gjoremaal("naa", merke, f"{_stor_forbokstav(mange(len(bunter), 'bunt', 'bunter'))}{om} {hva}."))
    ut += [Gjoremaal(h.art, h.merke, h.tekst) for h in t.penger.hindre if h.art != "stopp"]
    if any(q.utlopt is None or q.utlopt for q in t.sporsmal):
        utlopt = None if any(q.utlopt is None for q in t.sporsmal) else sum(q.utlopt for q in t.sporsmal)
        if utlopt:
            ut.append(
                Gjoremaal(
                    "naa",
                    "Frist",
                    f"{_stor_forbokstav(mange(utlopt, 'spørsmål', 'spørsmål'))} er ikke besvart innen fristen.",
                )
            )
    manuell = next((g.antall for g in t.tilstander if g.navn == "manuell"), 0)
    if manuell != 0:
        ut.append(
            Gjoremaal(
                "info",
                "Saksbehandler",
                f"{_stor_forbokstav(mange(manuell, 'sak', 'saker'))} må vurderes av en saksbehandler.",
            )
        )
    return ut or [Gjoremaal("ok", "I rute", "Ingenting venter på en avgjørelse i dag.")]
