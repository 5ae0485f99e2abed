"""Nothing of the template's examples is left when a scheme asks for more than `utkast`."""

from __future__ import annotations

from pathlib import Path

from kjerne.regelmotor.regelverk import Regelverk
from kjerne.sjekk.funn import Funn

KILDE = "mal"  # the source that the template gives its examples
MERKNAD, KLAGE, MALMAPPE = "EKSEMPEL fra malen", "Malens eksempel", ".mal"
SIDER = {  # pages that are right in no scheme as they come
    "README.md": ("Den som overtar ordningen, begynner her.", "Skriv hva ordningen er, for hvem, og lenken til forskriften."),
    "runbook.md": ("Den som kjører ordningen kl. 06.30, er ikke den som laget den.", "Skriv hvem som har vakt, hvor filene kommer fra, "
                   "og hva dere gjør når noe er galt."),
}  # fmt: skip
HVORFOR = "Malens vilkår og satser er eksempler, ikke rett. Ingen skal få eller nektes penger etter dem."


def sjekk(verk: Regelverk) -> list[Funn]:
    return [] if verk.manifest.tilstand == "utkast" else rester(verk)


def rester(verk: Regelverk) -> list[Funn]:
    """What the template gave and nobody has replaced: rules, parameters, the deadline for appeals, and the pages about the scheme."""
    funn = []
    deler = (("regler.py", "regler", verk.regler.values()), ("parametre.csv", "parametre", verk.parametre))
    for fil, hva, alle in deler:
        if navn := sorted({x.navn for x in alle if KILDE in (k.strip() for k in x.kilde.split(","))}):
            funn.append(Funn(f"{len(navn)} {hva} er fortsatt malens eksempler: {', '.join(navn)}.", str(verk.mappe / fil), HVORFOR,
                             f"Skriv det forskriften sier, med hjemmel, og bytt kilden {KILDE} med stedet det er lest."))  # fmt: skip
    if navn := sorted({p.navn for p in verk.parametre if p.merknad.startswith(MERKNAD) and p.kilde != KILDE}):
        funn.append(Funn(f"Merknaden sier fortsatt «{MERKNAD}»: {', '.join(navn)}.", str(verk.mappe / "parametre.csv"), HVORFOR,
                         "Skriv en egen merknad, eller la den stå tom."))  # fmt: skip
    if verk.manifest.klage.kilde.startswith(KLAGE):
        funn.append(Funn("Kilden til klagefristen er fortsatt malens.", str(verk.mappe / "ordning.toml"), HVORFOR,
                         "Skriv i [klage] hvor fristen står, og hjemmel når den ikke er forvaltningslovens tre uker."))  # fmt: skip
    return funn + [Funn(f"{fil} er fortsatt malens.", str(verk.mappe / fil), hvorfor, gjor)
                   for fil, (hvorfor, gjor) in SIDER.items() if _uendret(verk.mappe, fil)]  # fmt: skip


def _uendret(mappe: Path, fil: str) -> bool:
    mal = mappe / MALMAPPE / f"{fil}.mal"
    return mal.exists() and (mappe / fil).exists() and (mappe / fil).read_bytes() == mal.read_bytes()
