"""Every example comes out as written: alone, together and shuffled."""

from __future__ import annotations

from kjerne.regelmotor.eksempler import les_eksempler, prov_eksempler
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.sjekk.funn import Funn

HVORFOR = "Eksemplene er juristens fasit. Er de røde, vet ingen hva reglene gir."


def sjekk(verk: Regelverk) -> list[Funn]:
    sett = les_eksempler(verk)
    feil = (a.som_feil(sett.sti) for a in prov_eksempler(sett))
    return [Funn(f.hva, f.hvor, HVORFOR, f.gjor_dette) for f in feil]
