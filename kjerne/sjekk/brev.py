"""The letters can say why, in both written forms, for every condition."""

from __future__ import annotations

from kjerne.brev import Brevmal
from kjerne.regelmotor.regelverk import PERIODE, Regelverk
from kjerne.sjekk.funn import Funn

HVORFOR = "Et avslag må si hvilket vilkår som avgjorde og hvilke opplysninger det bygger på (begrunnelse), på søkerens målform."


def sjekk(verk: Regelverk) -> list[Funn]:
    mal = Brevmal.les(verk.mappe / "brev")
    sti = str(verk.mappe / "brev")
    funn = [
        Funn(f"Ingen blokk i brevet forklarer vilkåret {n}.", sti, HVORFOR, f"Skriv {{% block {n} %}} i vedtak.nb.html og vedtak.nn.html.")
        for n in mal.mangler_blokker(r.navn for r in verk.regelsett.av_art("vilkår"))
    ]
    funn += [
        Funn(f"Blokken {n} forklarer ingen regel.", sti, HVORFOR, "Gi den navnet til en regel, eller slett den.")
        for n in mal.ukjente_blokker(verk.regler)
    ]
    kjente = [*verk.manifest.fakta, *verk.parameternavn, *verk.regler, *PERIODE]
    return funn + [Funn(f"Brevet bruker et navn som ikke finnes: {n}.", sti, HVORFOR, "Rett navnet.") for n in mal.ukjente_verdier(kjente)]
