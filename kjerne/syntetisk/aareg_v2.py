"""Employments and absence as Aa-registeret v2 JSON, one employment per line."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

_NAVN = {
    "ordinaertArbeidsforhold": ("Ordinært arbeidsforhold", "Ordinaer"),
    "forenkletOppgjoersordning": ("Forenklet oppgjørsordning", "Forenklet"),
    "frilanserOppdragstakerHonorarPersonerMm": ("Frilansere, oppdragstakere, honorar m.m.", "Frilanser"),
}


def aareg_v2(arbeidsforhold: pd.DataFrame, permittering: pd.DataFrame) -> Iterator[str]:
    """The lines. An absence stands under the employment with the same person and virksomhet."""
    fravaer: dict[tuple[str, str], list[tuple[str, str]]] = {}
    p = _tekster(permittering, ["startdato", "sluttdato", "sist_bekreftet"])
    for ident, virk, nr, art, fra, til, prosent in zip(
        *(p[k] for k in ("ident", "virksomhet", "permittering_id", "art", "startdato", "sluttdato", "prosent")),
        strict=True,
    ):
        til_del = f',"sluttdato":"{til}"' if til else ""
        kode = f'{{"kode":"{art}","beskrivelse":"{art.capitalize()}"}}'
        tekst = f'{{"id":"{nr}","type":{kode},"startdato":"{fra}"{til_del},"prosent":{prosent}}}'
        fravaer.setdefault((ident, virk), []).append((art, tekst))
    a = _tekster(arbeidsforhold, ["startdato", "sluttdato", "sist_bekreftet"])
    for rad in zip(*(a[k] for k in _FELT), strict=True):
        yield _linje(*rad, fravaer.get((rad[1], rad[4]), []))


_FELT = (
    "rad_id",
    "ident",
    "arbeidsforhold_id",
    "opplysningspliktig",
    "virksomhet",
    "type",
    "startdato",
    "sluttdato",
    "stillingsprosent",
    "timer_per_uke",
    "avloenningstype",
    "sist_bekreftet",
    "varsling",
)


def _linje(
    rad_id: int,
    ident: str,
    nr: str,
    oppl: str,
    virk: str,
    type_: str,
    fra: str,
    til: str | None,
    prosent: float,
    timer: float,
    avlonning: str,
    bekreftet: str,
    varsling: str | None,
    fravaer: list[tuple[str, str]],
) -> str:
    navn, slag = _NAVN[type_]
    til_del = f',"sluttdato":"{til}"' if til else ""
    varsling_del = f',"varsling":{{"kode":"{varsling}"}}' if isinstance(varsling, str) else ""
    permisjoner, permitteringer = (",".join(t for a, t in fravaer if a == art) for art in ("permisjon", "permittering"))
    return (
        f'{{"id":"{nr}","type":{{"kode":"{type_}","beskrivelse":"{navn}"}},'
        f'"arbeidstaker":{{"identer":[{_ident("FOLKEREGISTERIDENT", ident)}]}},'
        f'"arbeidssted":{_enhet("Underenhet", virk)},"opplysningspliktig":{_enhet("Hovedenhet", oppl)},'
        f'"ansettelsesperiode":{{"startdato":"{fra}"{til_del}{varsling_del}}},'
        f'"ansettelsesdetaljer":[{{"type":"{slag}","arbeidstidsordning":{{"kode":"ikkeSkift"}},"yrke":{{"kode":"3229105"}},'
        f'"antallTimerPrUke":{timer},"avtaltStillingsprosent":{prosent},"avloenningstype":{{"kode":"{avlonning}"}},'
        f'"rapporteringsmaaneder":{{"fra":"{fra[:7]}"}}}}],"permisjoner":[{permisjoner}],"permitteringer":[{permitteringer}],'
        f'"timerMedTimeloenn":[],"utenlandsopphold":[],"idHistorikk":[],"varsler":[],"rapporteringsordning":{{"kode":"A-ordningen"}},'
        f'"navArbeidsforholdId":{rad_id + 1},"navVersjon":1,"sistBekreftet":"{bekreftet}T00:00:00"}}\n'
    )


def _enhet(slag: str, nummer: str) -> str:
    if len(nummer) == 11:
        return f'{{"type":"Person","identer":[{_ident("FOLKEREGISTERIDENT", nummer)}]}}'
    return f'{{"type":"{slag}","identer":[{_ident("ORGANISASJONSNUMMER", nummer)}]}}'


def _ident(type_: str, nummer: str) -> str:
    return f'{{"type":"{type_}","ident":"{nummer}","gjeldende":true}}'


def _tekster(ramme: pd.DataFrame, datoer: list[str]) -> dict[str, list]:
    """Columns as Python lists, dates as text, missing dates as None."""
    ut = {k: ramme[k].tolist() for k in ramme.columns if k not in datoer}
    for k in datoer:
        nr, ulike = pd.factorize(ramme[k])
        tekst = [pd.Timestamp(v).strftime("%Y-%m-%d") for v in ulike] + [None]
        ut[k] = [tekst[i] for i in nr]
    return ut
