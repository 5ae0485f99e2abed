"""The deadline for an appeal has a source, when it is not the general one."""

from __future__ import annotations

from kjerne.brev.lov import les_lov
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.sjekk.funn import Funn

HVORFOR = "Et vedtak skal si hvor lenge en kan klage. En frist som ikke står i loven, kan koste noen retten til å klage."


def sjekk(verk: Regelverk) -> list[Funn]:
    klage, vanlig = verk.manifest.klage, les_lov()[0]
    if klage.frist_uker == vanlig.frist_uker or klage.hjemmel or klage.kilde.strip():
        return []
    vanlig_frist = f"{vanlig.tekst['nb'].frist} gir {vanlig.frist_uker}".replace("\u00a0", " ")
    hva = f"Klagefristen er {klage.frist_uker} uker, og verken hjemmel eller kilde er oppgitt. {vanlig_frist}."
    gjor = 'Skriv hjemmel = { nb = "… § …", nn = "… § …" } i [klage], som brevet viser, eller kilde = "…" når paragrafen ikke er funnet.'
    return [Funn(hva, str(verk.mappe / "ordning.toml"), HVORFOR, gjor)]
