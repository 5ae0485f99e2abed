"""The daily report: one HTML page that a manager reads in two minutes, on a phone or on paper.

Self-contained: no script, no font and no request leaves the page. Every chart stands above a table with its figures.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from kjerne.drift import tall as skriv
from kjerne.styring.diagram import SKJULT
from kjerne.styring.rapportdeler import deler
from kjerne.styring.rapporttall import Rapporttall
from kjerne.styring.rapporttekst import gjoremaal, ingress, nokkeltall
from kjerne.styring.undertrykk import aapen

_KJERNE = Path(__file__).parents[1]
MALER = next((m for m in (_KJERNE / "templates",) if m.is_dir()), _KJERNE.parent / "templates")  # wheel, or source tree
DEFINISJONER = (
    ("Mottatt", "Søknader som er lagret i løsningen."),
    ("Avgjort", "Søknader med et vedtak: innvilget eller avslått. Er et vedtak endret, teller det nyeste."),
    ("I bunt", "Saker med minst én betaling i en bunt, som to personer skal stå bak før den blir sendt."),
    ("Sendt", "Saker med minst én betaling i en bunt som er sendt til banken. Banken kan fortsatt avvise en betaling."),
    ("Venter", "Søknader uten vedtak: hos en saksbehandler, på svar, på data eller holdt tilbake av en kontroll."),
    ("Avgjørende vilkår", "Vilkåret som er kjent og ikke oppfylt. Et avslag med to slike vilkår teller ved begge."),
    (
        "Holdt tilbake",
        "Saker som en kontroll lot vente, spurte om, satte i karantene eller stanset. Ingen får avslag av en kontroll.",
    ),
    (
        "Median",
        "Halvparten av sakene ligger under, halvparten over. Ni av ti saker ligger på eller under 90-prosentilen.",
    ),
)


def skriv_rapport(tall: Rapporttall, *, undertrykk_under: int = 5, maler: Path = MALER, revisjon: str = "") -> str:
    """The report as one page. Counts from 1 to `undertrykk_under` − 1 are hidden, and what would give them away; 0
    keeps all of them (for use inside the agency). `revisjon` is the head of the event log, printed so that whoever keeps a
    report can prove the log by it. The same figures give the same bytes."""
    t = aapen(tall, undertrykk_under)
    return mal(maler, "dag.html").render(s={
        "css": Markup((maler / "statisk" / "ordning.css").read_text("utf-8")),
        "navn": t.navn,
        "dato": skriv.dato(t.idag),
        "laget": skriv.tidspunkt(t.laget),
        "aapen": undertrykk_under > 1,
        "ingress": ingress(t),
        "merknader": _merknader(t),
        "nokkeltall": nokkeltall(t),
        "gjoremaal": gjoremaal(t),
        "deler": deler(t),
        "kjoring": t.kjoring_id,
        "revisjon": revisjon,
        "datagrunnlag": "Tallene er laget av syntetiske data." if t.syntetisk else "",
        "undertrykk": _forklar_undertrykking(undertrykk_under) if undertrykk_under > 1 else "",
        "definisjoner": DEFINISJONER,
    })  # fmt: skip


def _merknader(t: Rapporttall) -> list[tuple[str, str]]:
    ut = []
    if t.syntetisk:
        ut.append(("Syntetiske data", "Personene er oppdiktet, og ingen penger er betalt ut."))
    if t.opphevet:
        ut.append(("Opphevet regelverk", "Reglene gjelder ikke lenger, og ordningen er vist som eksempel."))
    return ut


def _forklar_undertrykking(under: int) -> str:
    return (
        f"Tall fra 1 til {under - 1} er ikke vist, og heller ikke tall som kunne røpe dem. Der står det «{SKJULT}»."
    )


@lru_cache(maxsize=4)
def mal(maler: Path, navn: str) -> Template:
    """A page's template; a name that is not given is a fault, never an empty place."""
    miljø = Environment(
        loader=FileSystemLoader(maler / "rapport"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    return miljø.get_template(navn)
