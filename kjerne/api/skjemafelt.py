"""The manifest as the fields of a form, in bokmål and nynorsk: one question each, with the kind of field that fits the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from kjerne.api.skjematekst import KONVOLUTT, MAALFORM, TEKST, til_nynorsk
from kjerne.mottak import Soknadsform
from kjerne.mottak.form import Avvik
from kjerne.mottak.skjema import Kolonne

Maalform = Literal["nb", "nn"]


@dataclass(frozen=True)
class Felt:
    """What the page shows of one question. `valg`: (value, text) where there are alternatives to choose among."""

    navn: str
    tekst: str
    paakrevd: bool
    hjelp: str
    verdi: str
    feil: str
    valg: tuple[tuple[str, str], ...] = ()
    enhet: str = ""
    tastatur: str = ""  # inputmode
    bredde: str = ""
    utfylling: str = ""  # autocomplete

    @property
    def id(self) -> str:
        return f"felt-{self.navn}"

    @property
    def beskrevet_av(self) -> str:
        return " ".join([f"{self.id}-hjelp"] * bool(self.hjelp) + [f"{self.id}-feil"] * bool(self.feil))

    @property
    def forste_id(self) -> str:
        """Where a link from the summary of errors leads: the field, or the first alternative."""
        return f"{self.id}-1" if self.valg else self.id


_FORM = {  # type → (inputmode, width class, unit)
    "dato": ("", "kort-felt", ""), "heltall": ("numeric", "tall-felt", ""), "tall": ("decimal", "tall-felt", ""),
    "kroner": ("decimal", "kort-felt", "kr"), "prosent": ("decimal", "tall-felt", "%"), "orgnr": ("numeric", "kort-felt", ""),
    "kontonummer": ("numeric", "kort-felt", ""),
}  # fmt: skip


def felter(form: Soknadsform, m: Maalform, svar: Mapping[str, str], avvik: list[Avvik], *, med_ident: bool) -> list[Felt]:
    """The fields in the order of the manifest. `med_ident`: the person's number is asked, because no login tells it."""
    feil = {a.felt: f"{TEKST[m]['svaret']} {grunntekst(a.grunn, m)}" for a in avvik}
    tekster = {f.navn: f.sporsmal(m) for f in form.manifest.felt} | {n: t[m] for n, t in KONVOLUTT.items()}
    valg = {f.navn: tuple((v, _stor(f.valgt(v, m))) for v in f.valg) for f in form.manifest.felt}
    ut = [k for k in form.kolonner if k.navn != MAALFORM and (med_ident or not k.person)]
    return [_felt(k, m, tekster[k.navn], svar.get(k.navn, ""), feil.get(k.navn, ""), valg.get(k.navn, ())) for k in ut]


def _stor(tekst: str) -> str:
    return tekst[:1].upper() + tekst[1:]


def _felt(k: Kolonne, m: Maalform, tekst: str, verdi: str, feil: str, valg: tuple[tuple[str, str], ...]) -> Felt:
    tastatur, bredde, enhet = ("numeric", "kort-felt", "") if k.person else _FORM.get(k.type, ("", "", ""))
    hjelp = TEKST[m].get(f"hjelp_{'person' if k.person else k.type}", "")
    valg = (("ja", TEKST[m]["ja"]), ("nei", TEKST[m]["nei"])) if k.type == "ja_nei" else valg
    verdi = "" if k.person and feil else verdi  # a number that was refused, a real one perhaps, is not sent back
    return Felt(k.navn, tekst, k.paakrevd, hjelp, verdi, feil, valg, enhet, tastatur, bredde)


def grunntekst(grunn: str, m: Maalform) -> str:
    return f"{grunn if m == 'nb' else til_nynorsk(grunn)}."
