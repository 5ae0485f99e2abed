"""A simulation as one HTML page: no script, nothing fetched, good on a phone and on paper."""

from __future__ import annotations

from markupsafe import Markup

from kjerne.drift import tall as skriv
from kjerne.styring.rapport import MALER, mal
from kjerne.styring.simuleringsdeler import deler, ingress, nokkeltall
from kjerne.styring.simuleringstall import MERKE, Simuleringstall
from kjerne.styring.simuleringsvern import UNDER


def skriv_simulering(t: Simuleringstall) -> str:
    """The page. The same figures give the same bytes."""
    return mal(MALER, "simulering.html").render(s={
        "css": Markup((MALER / "statisk" / "ordning.css").read_text("utf-8")),
        "navn": t.navn,
        "merke": MERKE,
        "laget": skriv.tidspunkt(t.laget),
        "ingress": ingress(t),
        "merknader": merknader(t),
        "nokkeltall": nokkeltall(t),
        "deler": deler(t),
        "om": om_tallene(t),
    })  # fmt: skip


def merknader(t: Simuleringstall) -> list[tuple[str, str]]:
    """What must be known before the figures are read."""
    ut = [("Simulering", "Ingen vedtak, ingen utbetaling. Ingenting er lagret i databasen.")]
    if t.satt:
        ut.append(("Satt", ". ".join(f"{navn} ({naar}) fra {foer} til {naa}" for navn, naar, foer, naa in t.satt) + "."))
    if t.gammel:
        ut.append(("Sammenlignet", f"«{t.ny.navn}» mot «{t.gammel.navn}», på de samme søknadene."))
    if t.ny.over_taket:
        ut.append(("Taket", f"{skriv.antall(t.ny.over_taket)} saker er over ordningens høyeste beløp i en sak; en kjøring stopper der."))
    if t.ikke_lest:
        ut.append(("Ikke lest", f"{skriv.antall(t.ikke_lest)} linjer i filen kunne ikke brukes og er ikke med."))
    if t.syntetisk:
        ut.append(("Syntetiske data", "Personene er oppdiktet. Kostnaden er for disse søknadene, ikke for landet."))
    if t.opphevet:
        ut.append(("Opphevet regelverk", "Reglene gjelder ikke lenger, og ordningen er vist som eksempel."))
    return ut


def om_tallene(t: Simuleringstall) -> list[str]:
    return [
        t.grunnlag,
        "Reglene er kjørt på hver søknad. Kvalitetskontrollen er ikke med; i en kjøring holder den noen saker tilbake.",
        "Fakta som registeret svarer på, er som for den som ikke har fått noe før. En søknad om det samme som alt er innvilget, er uklar.",
        f"Tall fra 1 til {UNDER - 1} er ikke vist, og heller ikke tall som kunne røpe dem. Der står det «skjult».",
    ]
