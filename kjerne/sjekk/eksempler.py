"""Every example has a name and a known outcome, and comes out as written: alone, together and shuffled."""

from __future__ import annotations

from kjerne.kontrakt.identer import er_orgnr
from kjerne.regelmotor.eksempler import Eksempler, prov_eksempler
from kjerne.regelmotor.sporing import UTFALL
from kjerne.sjekk.funn import Funn

HVORFOR = "Eksemplene er juristens fasit. Er de røde, vet ingen hva reglene gir."
KJENTE = UTFALL[:3]  # held back is what happens to a case, not what the rules say of it


def sjekk(sett: Eksempler) -> list[Funn]:
    if not len(sett):
        return [Funn("Ordningen har ingen eksempler.", str(sett.sti), HVORFOR, "Skriv ett for hvert vilkår, på hver side av grensen.")]
    funn = _uten_fasit(sett) + _uten_orgnr(sett)
    ukjente = {f.hvor for f in funn}
    feil = (a.som_feil(sett.sti) for a in prov_eksempler(sett))
    return funn + [Funn(f.hva, f.hvor, HVORFOR, f.gjor_dette) for f in feil if f.hvor not in ukjente]


def _uten_fasit(sett: Eksempler) -> list[Funn]:
    funn = []
    for kolonne in ("sak", "forventet"):
        if kolonne not in sett.tabell:
            return [Funn(f"Kolonnen {kolonne} mangler.", f"{sett.sti}, linje 1", HVORFOR, "Legg den til.")]
    for linje, sak, forventet in zip(sett.tabell.index, sett.tabell["sak"], sett.tabell["forventet"].str.strip(), strict=True):
        if not sak:
            funn.append(Funn("Eksemplet har ikke navn.", f"{sett.sti}, linje {linje}", HVORFOR, "Skriv et navn i kolonnen sak."))
        if forventet not in KJENTE:
            hva = f"{sak}: «{forventet[:40]}» er ikke et utfall." if forventet else f"{sak}: utfallet mangler."
            funn.append(Funn(hva, f"{sett.sti}, linje {linje}", HVORFOR, f"Skriv {', '.join(KJENTE[:2])} eller {KJENTE[2]} i forventet."))
    return funn


def _uten_orgnr(sett: Eksempler) -> list[Funn]:
    """Income rows from an employer that cannot exist."""
    rader = sett.inntekter
    feil = {v: n for v, n in zip(rader["virksomhet"].dropna(), rader["kilde_linje"], strict=False) if not er_orgnr(str(v))}
    sti = sett.sti.with_name("inntekter.csv")
    return [Funn("Virksomheten er ikke et gyldig organisasjonsnummer.", f"{sti}, linje {linje}", HVORFOR, "Rett nummeret.")
            for linje in feil.values()]
