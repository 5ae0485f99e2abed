"""Nothing of the template's examples is left when a scheme asks for more than `utkast`."""

from __future__ import annotations

from kjerne.regelmotor.regelverk import Regelverk
from kjerne.sjekk.funn import Funn

KILDE = "mal"  # the source that the template gives its examples
HVORFOR = "Malens vilkår og satser er eksempler, ikke rett. Ingen skal få eller nektes penger etter dem."


def sjekk(verk: Regelverk) -> list[Funn]:
    return [] if verk.manifest.tilstand == "utkast" else rester(verk)


def rester(verk: Regelverk) -> list[Funn]:
    """What the template gave and nobody has replaced: rules, parameters and the README."""
    funn = []
    deler = (("regler.py", "regler", verk.regler.values()), ("parametre.csv", "parametre", verk.parametre))
    for fil, hva, alle in deler:
        if navn := sorted({x.navn for x in alle if KILDE in (k.strip() for k in x.kilde.split(","))}):
            funn.append(Funn(f"{len(navn)} {hva} er fortsatt malens eksempler: {', '.join(navn)}.", str(verk.mappe / fil), HVORFOR,
                             f"Skriv det forskriften sier, med hjemmel, og bytt kilden {KILDE} med stedet det er lest."))  # fmt: skip
    readme, mal = verk.mappe / "README.md", verk.mappe / ".mal" / "README.md.mal"
    if mal.exists() and readme.exists() and readme.read_bytes() == mal.read_bytes():
        funn.append(Funn("README.md er fortsatt malens.", str(readme), "Den som overtar ordningen, begynner her.",
                         "Skriv hva ordningen er, for hvem, og lenken til forskriften."))  # fmt: skip
    return funn
