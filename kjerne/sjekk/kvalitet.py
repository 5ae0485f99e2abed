"""kvalitet.toml can be read, names only what exists, and guards every income field that the rules use."""

from __future__ import annotations

from kjerne.kontrakt.kodeverk import INNTEKT_TYPE
from kjerne.kvalitet import les_kvalitet
from kjerne.kvalitet.plan import Kvalitetsplan
from kjerne.regelmotor.ordhjelp import mente
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.sjekk.funn import Funn

HVORFOR = "Opplysninger i tvil skal føre til et spørsmål eller et menneske, aldri til feil beløp."

# What each word of the vocabulary reads of an income row.
_LESER = {
    "maaned": ("siste_måneder", "siste_måneder_uten", "måneder_uten", "mellom_måneder", "første_måned_av", "antall_måneder_av", "snitt_av"),
    "beloep": ("sum_av", "snitt_av"),
    "virksomhet": ("hos_arbeidsgiver",),
    "inntekt_type": ("av_type",),
    "beskrivelse": ("med_beskrivelse",),
    "arbeidsforhold_type": ("ansatt_som",),
}
# The checks of which one must be there for the field to be guarded.
VERN = {
    "maaned": ("inn_vindu_komplett", "inn_arbeidsgiver_mangler_mnd", "inn_maaned_ferdig"),
    "beloep": ("inn_beloep_satt",),
    "virksomhet": ("inn_virksomhet_gyldig", "inn_arbeidsgiver_mangler_mnd", "inn_flere_arbeidsgivere", "inn_schema_kjent"),
    "inntekt_type": ("inn_naering_frilans", "inn_schema_kjent"),
    "beskrivelse": ("inn_beskrivelse_kjent", "inn_schema_kjent"),
    "arbeidsforhold_type": ("arb_dekker_inntekt", "arb_periode_gyldig"),
}


def sjekk(verk: Regelverk) -> list[Funn]:
    plan = les_kvalitet(verk.mappe / "kvalitet.toml", set(verk.manifest.fakta) | set(verk.regler))
    sti = str(verk.mappe / "kvalitet.toml")
    funn = [
        Funn(f"Spørsmålet i {k.navn} går til personen, og har ikke nynorsk.", sti, "Et spørsmål skal være på målformen personen har valgt.",
             'Skriv sporsmal = { nb = "…", nn = "…" }.')
        for k in plan.kontroll if k.sporsmal_til == "person" and k.sporsmal and not k.sporsmal.nn
    ]
    funn += _vinduet(verk, plan, sti)
    har = {k.navn for k in plan.kontroll}
    vernet = har | {f"{k.tabell}.{k.kolonne}" for k in plan.kontroll if k.forventning}
    return funn + [
        Funn(f"Reglene bruker {felt} i inntekten, men ingen kontroll vokter det.", sti, HVORFOR,
             f"Legg til en av kontrollene {', '.join(VERN[felt])}.")
        for felt, ordene in _LESER.items()
        if any(verk.bruker(o) for o in ordene) and not vernet & {*VERN[felt], f"inntekt.{felt}", f"inntekt.{felt}_ore"}
    ]


def _vinduet(verk: Regelverk, plan: Kvalitetsplan, sti: str) -> list[Funn]:
    """Answers and income types that [vindu] names, and that do not exist."""
    if plan.vindu is None:
        return []
    ukjente = [(t, INNTEKT_TYPE) for t in plan.vindu.typer if t not in INNTEKT_TYPE]
    naar = plan.vindu.naar
    valg = next((f.valg for f in verk.manifest.felt if naar and f.navn == naar.felt), ())
    ukjente += [(str(v), valg) for v in (naar.er if naar else ()) if valg and v not in valg]
    return [Funn(f"«{v[:60]}» i [vindu] finnes ikke.", sti, HVORFOR, mente(v, kjente) or f"Velg blant: {', '.join(kjente)}.")
            for v, kjente in ukjente]
