"""The examples of a scheme: cases that a jurist writes, run alone, together and shuffled.

eksempler/saker.csv: sak;hjemmel;beskrivelse;<facts>;forventet;beløp;avgjørende;mangler;<names of rules>
`forventet` is innvilget, avslag or til manuell; `beløp` the sum in kroner; a column with the name of a rule holds its expected value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from kjerne.kontrakt import verdier
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.kolonne import Kolonne
from kjerne.kontrakt.manifest import MOTORFAKTA
from kjerne.regelmotor.evaluering import kjor
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.regelmotor.saksfil import krev_kjente, les_inntekter, les_tabell, typede_fakta
from kjerne.regelmotor.sporing import UTFALL, Sporing

_ISO, _TALL = re.compile(r"(\d{4})-(\d\d)-(\d\d)"), re.compile(r"-?\d+\.\d+")
FASTE = ("sak", "hjemmel", "beskrivelse", "forventet", "beløp", "avgjørende", "mangler")


@dataclass(frozen=True)
class Eksempler:
    """`tabell` as written; `fakta` typed; `inntekter` canonical with sak_nr."""

    verk: Regelverk
    sti: Path
    tabell: pd.DataFrame
    fakta: pd.DataFrame
    inntekter: pd.DataFrame

    def __len__(self) -> int:
        return len(self.tabell)

    def kjor(self, verk: Regelverk | None = None, utvalg: np.ndarray | None = None) -> Sporing:
        """The trace of the chosen examples (all of them by default), in the chosen order."""
        verk = verk or self.verk
        if utvalg is None:
            return kjor(verk, self.fakta, {"inntekter": self.inntekter})
        ny_plass = np.full(len(self), -1)
        ny_plass[utvalg] = np.arange(len(utvalg))
        nr = ny_plass[self.inntekter["sak_nr"].to_numpy()]
        rader = self.inntekter.assign(sak_nr=nr)[nr >= 0]
        return kjor(verk, self.fakta.iloc[utvalg], {"inntekter": rader})


@dataclass(frozen=True)
class Avvik:
    """An example that does not come out as written, or not the same way each time."""

    sak: str
    linje: int
    hva: str
    ventet: str
    fikk: str
    grunn: str = ""  # why the value is unknown

    @property
    def fikk_vist(self) -> str:
        return norsk(self.fikk) or (f"ukjent ({self.grunn})" if self.grunn else "tomt")

    @property
    def ventet_vist(self) -> str:
        return norsk(self.ventet) or "tomt"

    def som_feil(self, sti: Path) -> Ordningsfeil:
        return Ordningsfeil(f"{self.sak}: {self.hva} er {self.fikk_vist}, skal være {self.ventet_vist}.",
                            f"{sti}, linje {self.linje}", "Rett regelen, eller eksempelet hvis det er feil.",
                            "Reglene er ikke godkjent.")


def les_eksempler(verk: Regelverk) -> Eksempler:
    """Raises Ordningsfeil/Samlefeil for a file that cannot be read."""
    sti = verk.mappe / "eksempler" / "saker.csv"
    return les_saker(verk, sti, verk.mappe / "eksempler" / "inntekter.csv")


def les_saker(verk: Regelverk, sti: Path, inntekter: Path | None) -> Eksempler:
    tabell = les_tabell(sti)
    krev_kjente(tabell.columns, [*FASTE, *verk.manifest.fakta, *MOTORFAKTA, *verk.regler], sti)
    if "sak" not in tabell:
        tabell.insert(0, "sak", [f"{n}" for n in range(1, len(tabell) + 1)])
    tabell["sak"] = tabell["sak"].str.strip()
    if (dobbelt := tabell["sak"].duplicated()).any():
        raise Ordningsfeil(f"Saken «{tabell['sak'][dobbelt].iloc[0]}» står to ganger.",
                           f"{sti}, linje {tabell.index[dobbelt][0]}", "Gi hver sak sitt eget navn.", "Ingen saker i filen er vurdert.")
    return Eksempler(verk, sti, tabell, typede_fakta(tabell, verk.manifest, sti), les_inntekter(inntekter, tabell["sak"]))


def prov_eksempler(eksempler: Eksempler, fro: int = 1) -> list[Avvik]:
    """Runs every example alone, together and shuffled. Empty = all come out as written each time."""
    alle = np.arange(len(eksempler))
    sporing = eksempler.kjor()
    sammen = svar(sporing)
    stokket_orden = np.random.default_rng(fro).permutation(alle)
    stokket = svar(eksempler.kjor(utvalg=stokket_orden)).iloc[np.argsort(stokket_orden)].reset_index(drop=True)
    avvik = []
    for nr in alle:
        linje, sak = int(eksempler.tabell.index[nr]), eksempler.tabell["sak"].iloc[nr]
        alene = svar(eksempler.kjor(utvalg=np.array([nr]))).iloc[0]
        for navn, verdi in sammen.iloc[nr].items():
            for hvordan, annen in (("alene", alene[navn]), ("stokket", stokket.iloc[nr][navn])):
                if annen != verdi:
                    avvik.append(Avvik(sak, linje, f"{navn} ({hvordan})", verdi, annen))
        avvik += [replace(a, grunn=_hvorfor_ukjent(sporing, a, nr)) for a in _mot_fasit(eksempler, nr, sammen.iloc[nr], sak, linje)]
    return avvik


def _hvorfor_ukjent(sporing: Sporing, avvik: Avvik, nr: int) -> str:
    """What the value lacks; nothing when it is known."""
    if avvik.fikk or avvik.hva not in sporing.verk.regler:
        return ""
    grunner = [f"{n} kan ikke regnes ut" if n in sporing.verk.regler else f"{n} mangler" for n in sporing.rot_til_ukjent(avvik.hva, nr)]
    return ", ".join(dict.fromkeys(grunner))


def _mot_fasit(eksempler: Eksempler, nr: int, fikk: pd.Series, sak: str, linje: int) -> list[Avvik]:
    ut = []
    for navn in eksempler.tabell.columns:
        if navn not in fikk.index:
            continue
        ventet = eksempler.tabell[navn].iloc[nr].strip()
        if ventet == "" and navn not in ("avgjørende", "mangler"):
            continue
        if not _likt(ventet, fikk[navn], navn):
            ut.append(Avvik(sak, linje, navn, ventet, fikk[navn]))
    return ut


def _likt(ventet: str, fikk: str, navn: str) -> bool:
    if ventet == fikk:
        return True
    if navn in ("avgjørende", "mangler"):
        return set(verdier.nfc(ventet).split("|")) == set(fikk.split("|"))
    for les in (verdier.desimal, verdier.dato, verdier.ja_nei, verdier.prosent):
        try:
            if les(ventet) is not None and les(ventet) == les(fikk):
                return True
        except ValueError:
            continue
    return False


def svar(sporing: Sporing) -> pd.DataFrame:
    """The answer as text, in one spelling: outcome, amount, deciding conditions, missing facts, and every rule's value."""
    ut = {
        "forventet": [UTFALL[u] for u in sporing.utfall],
        "beløp": [skriv_tall(b / 100) for b in sporing.sum_ore.tolist()],
        "avgjørende": list(sporing.avgjorende_tekst),
        "mangler": list(sporing.mangler),
    }
    for navn, verdi in sporing.verdier.items():
        if navn in sporing.verk.regler and isinstance(verdi, Kolonne):
            ut[navn] = skriv_kolonne(verdi.til_lengde(sporing.antall))
    return pd.DataFrame(ut, dtype=object)


def skriv_kolonne(kolonne: Kolonne) -> list[str]:
    """Values as text in one spelling: ja/nei, 2020-03-20, 1234.5; unknown is empty."""
    skriv = {"ja_nei": lambda v: "ja" if v else "nei", "dato": str, "kode": lambda v: str(kolonne.koder[v])}.get(kolonne.art, skriv_tall)
    return [skriv(v) if kjent else "" for v, kjent in zip(kolonne.data, kolonne.kjentmaske, strict=True)]


def norsk(tekst: str) -> str:
    """A value as people write it: 2020-03-20 is 20.03.2020, 0.5 is 0,5. Anything else is as it is."""
    if treff := _ISO.fullmatch(tekst):
        return ".".join(reversed(treff.groups()))
    return tekst.replace(".", ",") if _TALL.fullmatch(tekst) else tekst


def skriv_tall(verdi: float) -> str:
    """The shortest spelling that is exact to 8 decimals."""
    return f"{verdi:.8f}".rstrip("0").rstrip(".")
