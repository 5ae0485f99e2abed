"""REGLER.md: the page that a jurist approves, made from the folder and nothing else. Same folder, same bytes."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from kjerne.kontrakt.manifest import Registeroppslag, Soknadsfelt
from kjerne.kontrakt.parameter import Parameterrad
from kjerne.kontrakt.utbetalingsvalg import Utbetaling
from kjerne.regelmotor.dekning import maal_dekning, skriv
from kjerne.regelmotor.eksempler import Eksempler, les_eksempler
from kjerne.regelmotor.hullfil import les_godtatte
from kjerne.regelmotor.regelverk import Regelverk

MALER = Path(__file__).resolve().parents[2] / "templates" / "regler"
FILNAVN = "REGLER.md"
MOTORTEKST = {"fødselsdato": "*Leses av fødselsnummeret; ingen blir spurt.*"}
_HENTER = {"finnes": "om det finnes et", "antall": "hvor mange", "sum": "summen", "høyest": "det høyeste", "siste": "det siste"}


def regeldok(verk: Regelverk) -> str:
    """The text of REGLER.md. Raises Ordningsfeil when the examples cannot be read."""
    import jinja2

    eksempler = les_eksempler(verk)
    hull, provd = maal_dekning(eksempler)
    miljo = jinja2.Environment(loader=jinja2.FileSystemLoader(MALER), undefined=jinja2.StrictUndefined, keep_trailing_newline=True,
                               autoescape=False)  # Markdown, not HTML: a page from our own folder
    miljo.filters["kode"] = lambda navn: f"`{navn}`"
    regler = sorted(verk.regler.values(), key=lambda r: r.hjemmel.sortering)
    return miljo.get_template(FILNAVN).render(
        m=verk.manifest, fingeravtrykk=verk.fingeravtrykk[:16], d=_dato,
        vilkaar=[r for r in regler if r.art == "vilkår"], resten=[r for r in verk.regler.values() if r.art != "vilkår"],
        parametre=[_parameter(p) for rader in verk.parameternavn.values() for p in rader], valg=_valg(verk),
        uten_paragraf=[r.navn for r in verk.regler.values() if not r.hjemmel.kjent],
        hentes=hentes, valgene=valgene, motorfakta={n: t for n, t in MOTORTEKST.items() if n in verk.fakta},
        standardformat=Utbetaling.model_fields["format"].default, piler=piler(verk), eksempler=_eksempler(eksempler), hull=hull,
        provd=provd, godtatte=les_godtatte(verk.mappe),
    )


def hentes(oppslag: Registeroppslag) -> str:
    """Where a register fact comes from, in words."""
    nokkel = ", ".join(f"`{n}`" for n in oppslag.nokkel)
    regel = f" av `{oppslag.regel}`" if oppslag.regel else ""
    return f"*Fra tidligere innvilgede vedtak i ordningen med samme {nokkel}: {_HENTER[oppslag.hent]}{regel}.*"


def valgene(felt: Soknadsfelt) -> str:
    """The answers that may be chosen, with what a letter calls them where that differs."""
    return ", ".join(v + (f" (i brevet: {felt.valgtekst[v].nb})" if v in felt.valgtekst else "") for v in felt.valg)


def er_fersk(verk: Regelverk) -> bool:
    """Whether the REGLER.md in the folder is the one the folder gives."""
    sti = verk.mappe / FILNAVN
    return sti.exists() and sti.read_text("utf-8") == regeldok(verk)


def skriv_regeldok(verk: Regelverk) -> Path:
    """Writes REGLER.md whole or not at all."""
    sti = verk.mappe / FILNAVN
    midlertidig = sti.with_suffix(".tmp")
    midlertidig.write_text(regeldok(verk), "utf-8")
    os.replace(midlertidig, sti)
    return sti


def piler(verk: Regelverk) -> list[str]:
    """The dependency picture: rules only, from what is needed to what needs it; facts and parameters are in the tables."""
    nummer = {n: f"r{i}" for i, n in enumerate(verk.regler)}
    form = {"vilkår": '{navn}{{"{tekst}"}}', "rett": '{navn}(["{tekst}"])', "beløp": '{navn}[["{tekst}"]]'}
    ut = []
    for regel in verk.regler.values():
        mal = form.get(regel.art, '{navn}["{tekst}"]')
        ut.append(mal.replace("{navn}", nummer[regel.navn]).replace("{tekst}", regel.navn.replace("_", " ")))
    for regel in verk.regler.values():
        ut += [f"{nummer[a]} --> {nummer[regel.navn]}" for a in regel.argumenter if a in nummer]
    return ut


def _dato(dag: dt.date) -> str:
    return f"{dag:%d.%m.%Y}"


def _parameter(p: Parameterrad) -> dict:
    if isinstance(p.verdi, dt.date):
        vist = _dato(p.verdi)
    elif isinstance(p.verdi, str):
        vist = ", ".join(p.verdi.split("|"))
    else:
        vist = f"{skriv(p.verdi * 100 if p.enhet == '%' else p.verdi)} {p.enhet}"
    return {"navn": p.navn, "vist": vist, "fra": p.fra, "til": p.til, "klokke": p.klokke, "hjemmel": p.hjemmel, "kilde": p.kilde,
            "merknad": p.merknad}


def _valg(verk: Regelverk) -> list[dict]:
    fra_regler = [{"navn": r.navn, "valg": r.valg} for r in verk.regler.values() if r.valg]
    fra_parametre = [{"navn": p.navn, "valg": p.merknad.removeprefix("VALG: ")}
                     for rader in verk.parameternavn.values() for p in rader if p.merknad.startswith("VALG")]
    return fra_regler + fra_parametre


def _eksempler(eksempler: Eksempler) -> list[dict]:
    ut = []
    for rad in eksempler.tabell.to_dict("records"):
        grunn = rad.get("avgjørende") or rad.get("mangler") or ""
        ut.append({n: rad.get(n, "") for n in ("sak", "hjemmel", "beskrivelse", "forventet")}
                  | {"belop": rad.get("beløp", ""), "grunn": ", ".join(f"`{g}`" for g in grunn.split("|") if g)})
    return ut


