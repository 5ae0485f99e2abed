"""What `ordning ny` asks. Enter takes the answer in brackets; an answer that cannot be used is asked again at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import typer

from kjerne.cli.skjerm import konsoll

VALG: dict[str, dict[str, str]] = {
    "soker": {"person": "personen selv", "arbeidsgiver": "arbeidsgiveren, for den ansatte"},
    "mottaker": {"person": "personen", "arbeidsgiver": "arbeidsgiveren eller foretaket"},
    "opplysninger": {"soknad": "bare søknaden", "inntekt": "søknaden og inntekt fra A-ordningen",
                     "inntekt_og_arbeidsforhold": "i tillegg arbeidsforhold fra Aa-registeret"},
    "belop": {"andel_dag": "en andel av tidligere inntekt, opp til et tak per dag",
              "andel_maaned": "en andel av tidligere inntekt, opp til et tak per måned",
              "fast": "et fast beløp per måned", "refusjon": "dekning av en oppgitt utgift, opp til et tak"},
}  # fmt: skip
SPORSMAAL = {"soker": "Hvem søker?", "mottaker": "Hvem får pengene?", "opplysninger": "Hva bygger sakene på?",
             "belop": "Hvordan regnes beløpet?"}  # fmt: skip
KRONER = {"andel_dag": "Taket per dag, i kroner", "andel_maaned": "Taket per måned, i kroner", "fast": "Beløpet per måned, i kroner",
          "refusjon": "Taket for utgiften, i kroner"}  # fmt: skip


def hjelp(navn: str) -> str:
    """The question and its answers, for --hjelp."""
    return f"{SPORSMAAL[navn]} " + "; ".join(f"{n}: {t}" for n, t in VALG[navn].items()) + "."


def les_dato(tekst: str | None) -> Any:
    """ISO or Norwegian; anything else is left as it is, for the check of the answers to refuse."""
    from kjerne.kontrakt import verdier

    try:
        return tekst and (verdier.dato(tekst) or tekst)
    except ValueError:
        return tekst


def spor(id_: str, idag: dt.date, gitt: dict[str, Any]) -> dict[str, Any]:
    """Asks for what is not given, and returns all answers."""
    from kjerne.skjelett import standardsvar
    from kjerne.skjelett.svar import som_linje

    konsoll().print(f"Ny ordning: [bold]{id_}[/]. Enter tar svaret i klammer, og alt kan endres i filene etterpå.\n")

    def ett(nokkel: str, del_: str, tekst: str, les: Callable[[str], Any]) -> None:
        gruppe = gitt[nokkel] = dict(gitt.get(nokkel, {}))
        if del_ not in gruppe:
            gruppe[del_] = _svar(tekst, standardsvar(id_, idag, gitt)[nokkel][del_], les)

    for nokkel, tekst in (("navn", "Navn"), ("forskrift", "Forskrift")):
        ett(nokkel, "nb", f"{tekst} på bokmål", som_linje)
        ett(nokkel, "nn", f"{tekst} på nynorsk", som_linje)
    ett("gjelder", "fra", "Gjelder fra", _dag)
    ett("gjelder", "til", "Gjelder til", _dag)
    for nokkel in VALG:
        if nokkel not in gitt:
            gitt[nokkel] = _velg(nokkel, standardsvar(id_, idag, gitt)[nokkel])
    if gitt["belop"] != "fast" and "dekning" not in gitt:
        gitt["dekning"] = _svar("Prosent som dekkes", 80, lambda s: _tall(s, 1, 100))
    if "kroner" not in gitt:
        standard = standardsvar(id_, idag, gitt)["kroner"]
        gitt["kroner"] = _svar(KRONER.get(gitt["belop"], "Kroner"), standard, lambda s: _tall(s, 500, 10_000_000))
    konsoll().print("")
    return standardsvar(id_, idag, gitt)


def _svar(tekst: str, standard: Any, les: Callable[[str], Any]) -> Any:
    while True:
        try:
            return les(typer.prompt(tekst, default=f"{standard:%d.%m.%Y}" if isinstance(standard, dt.date) else str(standard)))
        except ValueError as feil:
            konsoll().print(f"  Svaret {feil}.", markup=False)


def _dag(tekst: str) -> dt.date:
    dato = les_dato(tekst)
    if not isinstance(dato, dt.date):
        raise ValueError("skal være en dato, for eksempel 20.03.2026")
    return dato


def _tall(tekst: str, minst: int, hoyst: int) -> int:
    from kjerne.drift.tall import antall

    siffer = "".join(tekst.split())
    if not siffer.isdecimal() or not minst <= int(siffer) <= hoyst:
        raise ValueError(f"skal være et helt tall fra {minst} til {antall(hoyst)}")
    return int(siffer)


def _velg(nokkel: str, standard: str) -> str:
    valgene = list(VALG[nokkel])
    konsoll().print("\n".join([SPORSMAAL[nokkel], *(f"  {nr} {VALG[nokkel][navn]}" for nr, navn in enumerate(valgene, 1))]), markup=False)
    return valgene[_svar("  Nummer", valgene.index(standard) + 1, lambda s: _tall(s, 1, len(valgene))) - 1]
