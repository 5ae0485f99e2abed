"""The parts of the report: for each, a heading, perhaps a chart, and its table. Bokmål."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from kjerne.drift.tall import antall, dato_kort, kroner, prosent, varighet
from kjerne.styring import diagram
from kjerne.styring.diagram import SKJULT
from kjerne.styring.rapporttall import Gruppe, Rapporttall
from kjerne.styring.rapporttekst import vis, vis_kr

BUNTTILSTAND = {
    "forberedt": "Forberedt", "kontrollert": "Kontrollert", "attestert": "Attestert", "disponert": "Disponert", "sendt": "Sendt",
    "kvittert": "Kvittert", "avstemt": "Avstemt", "avvist": "Avvist", "trukket": "Trukket tilbake", "stanset": "Stanset",
}  # fmt: skip
GRENSESTATUS = {"innenfor": "Innenfor", "naer": "Nær grensen", "over": "Over grensen"}
GRENSENAVN = {"maks_per_sak": "Høyeste beløp i en sak", "maks_per_bunt": "Største bunt"}
TIL = {"arbeidsgiver": "Arbeidsgivere", "person": "Søkere"}
FLEST_BUNTER = 20
KORT_HASH = 12


@dataclass(frozen=True, slots=True)
class Tabell:
    tittel: str
    hoder: tuple[str, ...]
    rader: list[tuple[str, ...]]
    hoyre: frozenset[int] = frozenset({1})
    fot: tuple[str, ...] | None = None
    under: list[str] | None = None  # a small line under the first cell of each row


@dataclass(frozen=True, slots=True)
class Del:
    id: str
    tittel: str
    tabeller: tuple[Tabell, ...]
    tekst: str = ""
    figur: Markup | None = None
    bredde: str = ""
    gjentar: bool = False  # the chart already says every number; paper need not repeat them


def deler(t: Rapporttall) -> list[Del]:
    """In the order of reading. A part without figures is left out."""
    alle = (_trakt, _utfall, _penger, _bunter, _avslag, _belop, _ventegrunner, _alder, _kvalitet, _sporsmal, _roller, _grenser,
            _kjoretid)  # fmt: skip
    return [d for d in (lag(t) for lag in alle) if d is not None]


def _trakt(t: Rapporttall) -> Del:
    trinn = (("Mottatt", t.mottatt, None), ("Avgjort", t.avgjort, None), ("Innvilget", t.innvilget, t.innvilget_ore),
             ("I bunt", t.i_bunt, t.i_bunt_ore), ("Sendt til banken", t.sendt, t.sendt_ore))  # fmt: skip
    rader = [
        (navn, vis(n), _andel(n, t.mottatt), "" if i < 2 else vis_kr(ore)) for i, (navn, n, ore) in enumerate(trinn)
    ]
    tabell = Tabell(
        "Saker og beløp i hvert trinn", ("Trinn", "Saker", "Av mottatte", "Beløp"), rader, frozenset({1, 2, 3})
    )
    vist = [(navn, n) for navn, n, _ in trinn if n is not None]
    figur = diagram.trakt(
        [n for n, _ in vist],
        [n for _, n in vist],
        "Fra søknad til utbetaling",
        "Antall saker som har nådd hvert trinn, og andelen av trinnet før.",
    )
    return Del("trakt", "Fra søknad til utbetaling", (tabell,), figur=Markup(figur), bredde="halv")


def _utfall(t: Rapporttall) -> Del | None:
    if not t.tilstander:
        return None
    grupper = [g for g in t.tilstander if g.antall != 0]
    rader = [(g.tekst, vis(g.antall), _andel(g.antall, t.mottatt)) for g in grupper]
    tabell = Tabell(
        "Saker etter tilstand",
        ("Tilstand", "Saker", "Av mottatte"),
        rader,
        frozenset({1, 2}),
        ("Mottatt", vis(t.mottatt), ""),
    )
    figur = _stolper(grupper, tabell.tittel)
    return Del("utfall", "Hvor sakene er nå", (tabell,), figur=figur, bredde="halv", gjentar=True)


def _avslag(t: Rapporttall) -> Del | None:
    tekst = "Vilkåret som ikke er oppfylt."
    return _antallsdel("avslag", "Hvorfor noen får avslag", "Avslag etter avgjørende vilkår", "Vilkår", t.avslag, tekst)


def _antallsdel(id: str, tittel: str, tabelltittel: str, hode: str, grupper: Sequence[Gruppe], tekst: str = "") -> Del | None:
    if not any(g.antall != 0 for g in grupper):
        return None
    rader = [(g.tekst, vis(g.antall)) for g in grupper]
    tabell = Tabell(tabelltittel, (hode, "Saker"), rader)
    return Del(id, tittel, (tabell,), tekst, _stolper(grupper, tabelltittel), "halv", gjentar=True)


def _stolper(grupper: Sequence[Gruppe], tittel: str) -> Markup:
    return Markup(
        diagram.stolper([g.tekst for g in grupper], [g.antall for g in grupper], tittel, "Antall saker i hver gruppe.")
    )


def _ventegrunner(t: Rapporttall) -> Del | None:
    if not t.ventegrunner:
        return None
    navn = {g.navn: g.tekst for g in t.tilstander}
    sortert = sorted(t.ventegrunner, key=lambda v: -(v.antall or 0))
    rader = [(v.grunn, vis(v.antall)) for v in sortert]
    tilstander = [navn.get(v.tilstand, v.tilstand) for v in sortert]
    tabell = Tabell("Saker som venter, etter grunn", ("Grunn", "Saker"), rader, under=tilstander)
    grunner, antallene = [v.grunn for v in sortert], [v.antall for v in sortert]
    figur = diagram.stolper(grunner, antallene, tabell.tittel, "Antall saker for hver grunn.")
    return Del("venter", "Hvorfor saker venter", (tabell,), figur=Markup(figur), bredde="halv", gjentar=True)


def _alder(t: Rapporttall) -> Del | None:
    tabelltittel = "Saker som venter, etter dager siden mottak"
    return _antallsdel("alder", "Hvor lenge de har ventet", tabelltittel, "Ventet", t.alder)


def _kvalitet(t: Rapporttall) -> Del | None:
    if not t.kvalitet:
        return None
    rader = [(k.hvorfor or k.kontroll, vis(k.saker), vis(k.holdt)) for k in t.kvalitet]
    tabell = Tabell(
        "Saker med funn, etter kontroll",
        ("Kontroll", "Saker", "Holdt tilbake"),
        rader,
        frozenset({1, 2}),
        under=[k.kontroll for k in t.kvalitet],
    )
    tekst = "En sak kan ha funn i flere kontroller. Ingen får avslag av en kontroll."
    return Del("kvalitet", "Hva kvalitetskontrollen fant", (tabell,), tekst)


def _sporsmal(t: Rapporttall) -> Del | None:
    if not t.sporsmal:
        return None
    rader = [(TIL[q.til], vis(q.besvart), vis(q.venter), vis(q.utlopt)) for q in t.sporsmal]
    hoder = ("Spurt", "Besvart", "Venter på svar", "Fristen er ute")
    tabeller = [Tabell("Spørsmål etter hvem som er spurt", hoder, rader, frozenset({1, 2, 3}))]
    if t.mangler:
        mangler = [(g.tekst, vis(g.antall)) for g in t.mangler]
        tabeller.append(Tabell("Ubesvarte spørsmål etter hva som mangler", ("Mangler", "Spørsmål"), mangler))
    return Del("sporsmal", "Spørsmål og svar", tuple(tabeller), bredde="halv")


def _belop(t: Rapporttall) -> Del | None:
    f = t.belop
    if f is None:
        return None
    rader = [(_intervall(f.grenser_ore, i), vis(n)) for i, n in enumerate(f.antall)]
    midt = f"Median {vis_kr(f.median_ore)}, 90-prosentil {vis_kr(f.p90_ore)}."
    figur = diagram.histogram(
        [g // 100 for g in f.grenser_ore],
        f.antall,
        "Innvilgede saker etter beløp",
        "Antall innvilgede saker i hver beløpsgruppe.",
        "kroner",
        "saker",
    )
    tabell = Tabell("Innvilgede saker etter beløp", ("Beløp", "Saker"), rader)
    return Del("belop", "Hvor mye de får", (tabell,), midt, Markup(figur), "halv")


def _intervall(grenser: tuple[int, ...], i: int) -> str:
    return f"{kroner(grenser[i]).removesuffix('kr').rstrip()}–{kroner(grenser[i + 1])}"


def _roller(t: Rapporttall) -> Del | None:
    if not t.roller:
        return None
    rader = [(g.tekst, vis(g.antall), vis_kr(g.belop_ore)) for g in t.roller]
    tabell = Tabell("Innvilgede betalinger etter mottaker", ("Mottaker", "Betalinger", "Sum"), rader, frozenset({1, 2}))
    return Del("roller", "Hvem som får pengene", (tabell,), bredde="halv")


def _penger(t: Rapporttall) -> Del | None:
    if not t.penger.grupper:
        return None
    rader = [(g.tekst, vis(g.antall), vis_kr(g.belop_ore)) for g in t.penger.grupper]
    tabell = Tabell("Betalinger og krav etter hvor de er", ("Hvor", "Antall", "Beløp"), rader, frozenset({1, 2}))
    return Del("penger", "Hvor pengene er", (tabell,), t.penger.avstemt, bredde="halv")


def _bunter(t: Rapporttall) -> Del | None:
    if not t.bunter:
        return None
    vist = t.bunter[:FLEST_BUNTER]
    rader = [(BUNTTILSTAND[b.tilstand], vis(b.antall), vis_kr(b.sum_ore)) for b in vist]
    under = [f"betales {dato_kort(b.betalingsdato)}, innhold {b.innhold_sha256[:KORT_HASH]}" for b in vist]
    eldre = len(t.bunter) - FLEST_BUNTER
    tekst = f"De {FLEST_BUNTER} nyeste. {antall(eldre)} eldre er ikke vist." if eldre > 0 else ""
    tabell = Tabell("Bunter, nyeste først", ("Bunt", "Betalinger", "Sum"), rader, frozenset({1, 2}), under=under)
    return Del("bunter", "Bunter", (tabell,), tekst, bredde="halv")


def _grenser(t: Rapporttall) -> Del | None:
    if not t.grenser:
        return None
    rader = [(GRENSENAVN[g.navn], vis_kr(g.hoyeste_ore), kroner(g.tak_ore)) for g in t.grenser]
    status = [GRENSESTATUS[g.status] for g in t.grenser]
    hoder = ("Grense", "Høyest så langt", "Tak")
    tabell = Tabell("Grenser i ordningen", hoder, rader, frozenset({1, 2}), under=status)
    return Del("grenser", "Grenser", (tabell,), bredde="halv")


def _kjoretid(t: Rapporttall) -> Del | None:
    if not t.steg:
        return None
    rader = [(s.steg.capitalize(), antall(s.biter), varighet(s.sekunder)) for s in t.steg]
    fot = ("Til sammen", antall(sum(s.biter for s in t.steg)), varighet(sum(s.sekunder for s in t.steg)))
    tabell = Tabell("Tid per steg i nyeste kjøring", ("Steg", "Biter", "Tid"), rader, frozenset({1, 2}), fot)
    return Del("kjoretid", "Kjøretid", (tabell,), bredde="halv")


def _andel(n: int | None, av: int | None) -> str:
    return SKJULT if n is None or av is None else prosent(n / av) if av else ""
