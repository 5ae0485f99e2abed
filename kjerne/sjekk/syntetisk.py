"""Synthetic applications can be made: what `syntetisk` says of a field is something that an applicant could have answered."""

from __future__ import annotations

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.sjekk.funn import Funn
from kjerne.syntetisk.feltfylling import krev_brukbar

HVORFOR = "Demo og simulering lages av dette. Et svar ingen kan gi, blir avvist i mottaket eller gir en kostnad som ikke finnes."


def sjekk(verk: Regelverk) -> list[Funn]:
    funn = []
    for f in verk.manifest.felt:
        if f.kilde != "soknad":
            continue
        try:
            krev_brukbar(f)
        except Ordningsfeil as feil:
            funn.append(Funn(feil.hva, str(verk.mappe / "ordning.toml"), HVORFOR, feil.gjor_dette))
    return funn
