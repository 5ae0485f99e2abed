"""The letters can say why, in both written forms, for every condition."""

from __future__ import annotations

from difflib import get_close_matches

from kjerne.brev import Brevmal
from kjerne.kontrakt.regel import Regel
from kjerne.regelmotor.regelverk import PERIODE, Regelverk
from kjerne.sjekk.funn import Funn

HVORFOR = "Et avslag må si hvilket vilkår som avgjorde og hvilke opplysninger det bygger på (begrunnelse), på søkerens målform."


def sjekk(verk: Regelverk) -> list[Funn]:
    mal = Brevmal.les(verk.mappe / "brev")
    sti = str(verk.mappe / "brev")
    kjente = [*verk.fakta, *verk.parameternavn, *verk.regler, *PERIODE]
    funn = [
        Funn(f"Ingen blokk i brevet forklarer vilkåret {n}.", sti, HVORFOR, f"Skriv i begge målformer: {_blokk(verk.regler[n], kjente)}")
        for n in mal.mangler_blokker(r.navn for r in verk.regelsett.av_art("vilkår"))
    ]
    funn += [
        Funn(f"Blokken {n} forklarer ingen regel.", sti, HVORFOR, "Gi den navnet til en regel, eller slett den.")
        for n in mal.ukjente_blokker(verk.regler)
    ]
    funn += [
        Funn(f"Brevet viser valget {f.navn}, men valgene har ingen tekst på nynorsk.", str(verk.mappe / "ordning.toml"), HVORFOR,
             f'Skriv valgtekst = {{ "{f.valg[0]}" = {{ nb = "…", nn = "…" }}, … }} på feltet {f.navn}.')
        for f in verk.manifest.felt if f.valg and not f.valgtekst and f.navn in mal.brukte_navn
    ]
    steder: dict[str, list[str]] = {}
    for sted in mal.ukjente_verdier(kjente):
        fil, navn = sted.split(": ")
        steder.setdefault(navn, []).append(fil)
    return funn + [Funn(f"Brevet bruker et navn som ikke finnes: {n} ({' og '.join(filer)}).", sti, HVORFOR, _nesten(n, kjente))
                   for n, filer in steder.items()]  # fmt: skip


def _blokk(regel: Regel, kjente: list[str]) -> str:
    """The block to begin with: it shows what the condition stands on."""
    viser = " ".join(f"{{{{ {a} }}}}" for a in regel.argumenter if a in kjente)
    return f"{{% block {regel.navn} %}}… {viser} …{{% endblock %}}"


def _nesten(navn: str, kjente: list[str]) -> str:
    like = get_close_matches(navn, kjente, 3)
    return f"Mente du {' eller '.join(like)}?" if like else "Bruk navnet på et felt, en parameter eller en regel, eller ta det ut."
