"""What a simulation says: its sentences, key figures and tables with charts, for the page and the terminal. Bokmål."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from kjerne.drift.tall import antall, kort, kroner, prosent
from kjerne.styring import diagram
from kjerne.styring.diagram import SKJULT
from kjerne.styring.rapportdeler import Del, Tabell
from kjerne.styring.rapporttall import Gruppe, Tall
from kjerne.styring.rapporttekst import Nokkeltall, mange, stor, vis, vis_kr
from kjerne.styring.simuleringstall import (
    FORTSATT,
    KLAR,
    LIK,
    MER,
    MINDRE,
    MISTER,
    NY,
    UKLAR,
    Hvem,
    Klasser,
    Simuleringstall,
    Utgavetall,
)  # fmt: skip

GRUNNTITTEL = {
    MER: "Får mer, etter mottaker",
    MINDRE: "Får mindre, etter mottaker",
    NY: "Får ja: vilkåret som ga avslag før",
    MISTER: "Får avslag: vilkåret som avgjør nå",
    UKLAR: "Blir uklare: hva som mangler nå",
    KLAR: "Blir avklart: hva som manglet før",
}


def ingress(t: Simuleringstall) -> str:
    """The headline: cost, reach, and the difference."""
    ny = t.ny
    if ny.kostnad_ore is None or ny.innvilget is None:
        return f"Av {mange(t.antall, 'søknad', 'søknader')} er det så få innvilgede at tallene ikke er vist."
    ut = [f"{_stor_bokstav(stor(ny.kostnad_ore))} til {mange(ny.innvilget, 'innvilget søknad', 'innvilgede søknader')} av "
          f"{antall(t.antall)}."]  # fmt: skip
    if t.endring:
        ut.append(_endret(t))
    return " ".join(ut)


def _endret(t: Simuleringstall) -> str:
    if t.gammel.kostnad_ore is None:
        return "Forskjellen mellom utgavene gjelder så få at den ikke er vist."
    forskjell = t.ny.kostnad_ore - t.gammel.kostnad_ore
    if not forskjell and all(g.antall == 0 for g in t.endring.grupper if g.navn not in (LIK, FORTSATT)):
        return f"Ingen får noe annet enn med «{t.gammel.navn}»."
    hva = "mer" if forskjell > 0 else "mindre"
    kostnad = f"Det er {stor(abs(forskjell))} {hva} enn «{t.gammel.navn}»." if forskjell else f"Kostnaden er som i «{t.gammel.navn}»."
    n = {g.navn: g.antall for g in t.endring.grupper}
    return f"{kostnad} {_sum(n, MER, NY)} vinner, {_sum(n, MINDRE, MISTER)} taper."


def _sum(n: dict[str, Tall], *navn: str) -> str:
    tall = [n[x] for x in navn]
    return SKJULT if None in tall else antall(sum(tall)) if sum(tall) else "Ingen" if navn[0] == MER else "ingen"


def nokkeltall(t: Simuleringstall) -> list[Nokkeltall]:
    ny, gml = t.ny, t.gammel
    midt = () if len(ny.desiler_ore) != 9 else (f"median {kroner(ny.desiler_ore[4])}",)
    snitt = f"snitt {kroner(_snitt(ny))}" if ny.innvilget and ny.kostnad_ore is not None else ""
    endret = _fra(ny.kostnad_ore, gml and gml.kostnad_ore, gml, kr=True)
    tall = [
        ("Kostnad, kroner", _kort(ny.kostnad_ore), (*endret, snitt, *midt)),
        ("Innvilget", vis(ny.innvilget), (_andel(ny.innvilget, t.antall), *_fra(ny.innvilget, gml and gml.innvilget, gml))),
        ("Avslag", vis(ny.avslag), (_andel(ny.avslag, t.antall), *_fra(ny.avslag, gml and gml.avslag, gml))),
        ("Uklare", vis(ny.uklar), (_andel(ny.uklar, t.antall), *_fra(ny.uklar, gml and gml.uklar, gml))),
    ]
    return [Nokkeltall(navn, verdi, tuple(u for u in under if u)) for navn, verdi, under in tall]


def _kort(ore: Tall) -> str:
    return SKJULT if ore is None else kort(ore // 100)


def _snitt(u: Utgavetall) -> int:
    """Mean in whole kroner, half up."""
    return (2 * u.kostnad_ore + 100 * u.innvilget) // (200 * u.innvilget) * 100


def _fra(ny: Tall, gammel: Tall, utgave: Utgavetall | None, kr: bool = False) -> tuple[str, ...]:
    if utgave is None or ny is None or gammel is None:
        return ()
    if ny == gammel:
        return ("som før",)
    tegn = "+" if ny > gammel else ""
    return (f"{tegn}{kroner(ny - gammel) if kr else antall(ny - gammel)} mot før",)


def deler(t: Simuleringstall) -> list[Del]:
    """In the order of reading. A part without figures is left out."""
    alle = [_belop(t), _grunner("avslag", "Hvem som får avslag, og hvorfor", "Avslag etter avgjørende vilkår", "Vilkår", t, "avslag_etter"),
            _grunner("mangler", "Hvem som er uklare, og hva som mangler", "Uklare etter hva som mangler", "Mangler", t, "mangler"),
            _roller(t), _endring(t), _endringsfordeling(t), _desiler(t), _hvem(t)]  # fmt: skip
    return [d for d in alle if d is not None]


def _belop(t: Simuleringstall) -> Del | None:
    if t.ny.belop is None:
        return None
    return _klassedel("belop", "Hvor mye de får", "Innvilgede søknader etter beløp", t.ny.belop, "Antall innvilgede i hver beløpsgruppe.")


def _klassedel(id: str, tittel: str, tabelltittel: str, k: Klasser, beskrivelse: str, tekst: str = "") -> Del:
    rader = [(_intervall(fra, til), vis(n)) for fra, til, n in zip(k.grenser_ore, k.grenser_ore[1:], k.antall, strict=False)]
    figur = diagram.histogram([g // 100 for g in k.grenser_ore], k.antall, tabelltittel, beskrivelse, "kroner", "søknader")
    return Del(id, tittel, (Tabell(tabelltittel, ("Beløp", "Søknader"), rader),), tekst, Markup(figur), "halv")


def _intervall(fra: int, til: int) -> str:
    bare = kroner(fra).removesuffix("kr").rstrip()
    return f"{bare}–{kroner(til)}" if fra >= 0 else f"{bare} til {kroner(til)}"


def _grunner(id: str, tittel: str, tabelltittel: str, hode: str, t: Simuleringstall, felt: str) -> Del | None:
    ny, gml = getattr(t.ny, felt), {g.navn: g.antall for g in getattr(t.gammel, felt)} if t.gammel else None
    gamle_bare = [g for g in (getattr(t.gammel, felt) if t.gammel else ()) if g.navn not in {n.navn for n in ny}]
    if not ny and not gamle_bare:
        return None
    hoder = (hode, "Søknader") if gml is None else (hode, "Søknader", "Før")
    rader = [(g.tekst, vis(g.antall), *(() if gml is None else (vis(gml.get(g.navn, 0)),))) for g in ny]
    rader += [(g.tekst, "0", vis(g.antall)) for g in gamle_bare]
    tabell = Tabell(tabelltittel, hoder, rader, frozenset({1, 2}))
    figur = diagram.stolper([g.tekst for g in ny], [g.antall for g in ny], tabelltittel, "Antall søknader for hver grunn.") if ny else ""
    return Del(id, tittel, (tabell,), "En søknad kan ha flere grunner.", Markup(figur) if figur else None, "halv", gjentar=gml is None)


def _roller(t: Simuleringstall) -> Del | None:
    gml = {g.navn: g for g in t.gammel.roller} if t.gammel else None
    alle = (*t.ny.roller, *(Gruppe(g.navn, g.tekst, 0, 0) for g in (gml or {}).values() if g.navn not in {r.navn for r in t.ny.roller}))
    if not alle:
        return None
    rader = []
    for g in alle:
        foer = () if gml is None else (vis_kr(gml[g.navn].belop_ore) if g.navn in gml else kroner(0),)
        rader.append((g.tekst, vis(g.antall), vis_kr(g.belop_ore), *foer))
    hoder = ("Mottaker", "Søknader", "Sum") if gml is None else ("Mottaker", "Søknader", "Sum", "Sum før")
    fot = ("Til sammen", vis(t.ny.innvilget), vis_kr(t.ny.kostnad_ore), *(() if gml is None else (vis_kr(t.gammel.kostnad_ore),)))
    tabell = Tabell("Kostnad etter mottaker", hoder, rader, frozenset({1, 2, 3}), fot)
    return Del("roller", "Hvem som får pengene", (tabell,), "En søknad kan gi penger til flere.", bredde="halv")


def _endring(t: Simuleringstall) -> Del | None:
    if t.endring is None:
        return None
    grupper = [g for g in t.endring.grupper if g.antall != 0]
    rader = [(g.tekst, vis(g.antall), "" if g.navn in (LIK, FORTSATT) else _pluss(g.belop_ore)) for g in grupper]
    fot = ("Til sammen", antall(t.antall), _pluss(_forskjell(t)))
    tabeller = [_utfall(t), Tabell(f"Med «{t.ny.navn}» mot «{t.gammel.navn}»", ("Hva som skjer", "Søknader", "Endring"), rader,
                                   frozenset({1, 2}), fot)]  # fmt: skip
    for gruppe, grunner in t.endring.grunner:
        med_sum = any(g.belop_ore is not None for g in grunner)
        rader = [(g.tekst, vis(g.antall), *((_pluss(g.belop_ore),) if med_sum else ())) for g in grunner]
        hoder = ("Grunn", "Søknader", "Endring") if med_sum else ("Grunn", "Søknader")
        tabeller.append(Tabell(GRUNNTITTEL[gruppe], hoder, rader, frozenset({1, 2})))
    tekst = "Den som er uklar, har verken vunnet eller tapt før det som mangler er kjent."
    return Del("endring", "Hvem som vinner og taper", tuple(tabeller), tekst)


def _utfall(t: Simuleringstall) -> Tabell:
    rader = [(navn, vis(getattr(t.ny, felt)), vis(getattr(t.gammel, felt)))
             for navn, felt in (("Innvilget", "innvilget"), ("Avslag", "avslag"), ("Uklare", "uklar"))]  # fmt: skip
    rader.append(("Kostnad", vis_kr(t.ny.kostnad_ore), vis_kr(t.gammel.kostnad_ore)))
    return Tabell("Utfall i de to utgavene", ("Utfall", t.ny.navn, t.gammel.navn), rader, frozenset({1, 2}))


def _forskjell(t: Simuleringstall) -> Tall:
    begge = (t.ny.kostnad_ore, t.gammel.kostnad_ore)
    return None if None in begge else begge[0] - begge[1]


def _pluss(ore: Tall) -> str:
    return SKJULT if ore is None else f"{'+' if ore > 0 else ''}{kroner(ore)}"


def _endringsfordeling(t: Simuleringstall) -> Del | None:
    if t.endring is None or t.endring.fordeling is None:
        return None
    return _klassedel("endringsfordeling", "Hvor mye det endrer for hver", "Søknader etter endring i beløp", t.endring.fordeling,
                      "Antall søknader for hver endring; til venstre for null er tap.", "Bare de som er avgjort i begge og får noe annet.")


def _desiler(t: Simuleringstall) -> Del | None:
    if not t.ny.desiler_ore:
        return None
    gml = t.gammel.desiler_ore if t.gammel else ()
    hoder = ("Andel", "Får høyst") if not gml else ("Andel", "Får høyst", "Før")
    rader = [(f"{10 * n} %", kroner(v), *((kroner(gml[n - 1]),) if gml else ())) for n, v in enumerate(t.ny.desiler_ore, 1)]
    return Del("desiler", "Desiler", (Tabell("Beløp som så mange får høyst", hoder, rader, frozenset({1, 2})),), bredde="halv")


def _hvem(t: Simuleringstall) -> Del | None:
    tabeller = []
    for felt in dict.fromkeys(h.felt for h in t.ny.hvem):
        egne = [h for h in t.ny.hvem if h.felt == felt]
        if len(egne) > 1:
            tabeller.append(_svartabell(felt, egne))
    tekst = "Etter hva de svarte i søknaden."
    return Del("hvem", "Hvem ordningen når", tuple(tabeller), tekst) if tabeller else None


def _svartabell(felt: str, rader: Sequence[Hvem]) -> Tabell:
    celler = [(h.svar, vis(h.soknader), vis(h.innvilget), _andel(h.innvilget, h.soknader), vis_kr(h.belop_ore)) for h in rader]
    return Tabell(felt, ("Svar", "Søknader", "Innvilget", "Andel", "Sum"), celler, frozenset({1, 2, 3, 4}))


def _andel(n: Tall, av: Tall) -> str:
    return "" if n is None or not av else prosent(n / av)


def _stor_bokstav(tekst: str) -> str:
    return tekst[:1].upper() + tekst[1:]


