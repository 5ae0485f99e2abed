"""What the template is filled with: the answers, and what follows from them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from kjerne.kontrakt.modenhet import MENNESKEKRAV
from kjerne.skjelett.eksempler import lag_eksempler
from kjerne.skjelett.svar import Svar
from kjerne.skjelett.tall import Tall, tallene

_TAKNAVN = {"andel_dag": "tak_per_dag", "andel_maaned": "tak_per_måned", "fast": "beløp_per_måned", "refusjon": "tak_for_utgiften"}
_TAKENHET = {"andel_dag": "kr/dag", "andel_maaned": "kr/md", "fast": "kr/md", "refusjon": "kr"}
BYTT = "EKSEMPEL fra malen: bytt ut"


def malverdier(id_: str, svar: Svar) -> dict[str, Any]:
    """Every name that a file of templates/ordning/ uses, but the words that regler.py imports."""
    t = tallene(svar)
    andel = svar.belop.startswith("andel")
    nokkel = ["arbeidsgiver"] if t.med_arbeidsgiver else []
    nokkel += ["fra_dato"] if svar.belop == "refusjon" else []
    arbeidsgiver_svarer = t.med_arbeidsgiver
    saker = lag_eksempler(svar, t)
    vilkaar = ["begynner_i_ordningen", "er_rammet", "søkt_innen_fristen", "har_noe_å_dekke"]
    return {
        **{n: getattr(svar, n) for n in Svar.model_fields}, "id": id_,
        "med_arbeidsgiver": t.med_arbeidsgiver, "med_inntekt": t.med_inntekt, "med_inntektskrav": t.med_inntektskrav,
        "med_oppgitt_inntekt": andel and not t.med_inntekt,
        "andel": andel, "satsnavn": "dagsats" if svar.belop == "andel_dag" else "månedssats",
        "inntekt": "månedsinntekt" if t.med_inntekt else "oppgitt_månedsinntekt",
        "entydig": ["fodselsnummer", *nokkel], "noekkel": ["ident", *nokkel],
        "spor": ', spor = "arbeidsgiver"' if svar.soker == "arbeidsgiver" else "",
        "spoer": "arbeidsgiver" if arbeidsgiver_svarer else "person",
        "spoer_dere": {"nb": "Hvilken lønn har dere", "nn": "Kva løn har de"} if arbeidsgiver_svarer else
                      {"nb": "Hvilken inntekt har du fått", "nn": "Kva inntekt har du fått"},
        "linje": _linjen(id_, svar), "vilkaar": vilkaar + ["hadde_inntekt"] * (andel or t.med_inntektskrav),
        "parametre": _parametre(svar, t), "modenhet": MENNESKEKRAV, "maks_per_sak": svar.kroner * t.maks_antall,
        "filter": f"{id_.capitalize()}A-inntekt", "formaal": id_.capitalize(),
        "syntetisk_til": min(svar.gjelder.til, svar.gjelder.fra + dt.timedelta(days=20)),
        "syntetisk_utgift": svar.kroner * 100 // svar.dekning,
        "kolonner": saker.kolonner, "saker": saker.saker, "inntekter": saker.inntekter,
    }  # fmt: skip


def _linjen(id_: str, svar: Svar) -> str:
    """The payment line: to whom, class, first and last day."""
    til = "soker" if svar.mottaker == "person" else "arbeidsgiver"
    tom = {"andel_dag": "siste_dag", "refusjon": "fra_dato"}.get(svar.belop, "til_dato")
    return f'til="{til}", klasse="{id_.upper()[:20]}", fom="fra_dato", tom="{tom}"'


def _parametre(svar: Svar, t: Tall) -> list[dict[str, Any]]:
    rader = [("søknadsfrist", t.frist.strftime("%d.%m.%Y"), "dato")]
    if svar.belop != "fast":
        rader.append(("dekning", svar.dekning, "%"))
    rader.append((_TAKNAVN[svar.belop], svar.kroner, _TAKENHET[svar.belop]))
    if svar.belop == "andel_dag":
        rader += [("dager_i_året", t.dager_i_aaret, "dager"), ("maks_dager", t.maks_antall, "dager")]
    elif svar.belop != "refusjon":
        rader.append(("maks_måneder", t.maks_antall, "måneder"))
    if t.med_inntekt:
        rader += [("inntektstyper", "Loennsinntekt", "koder"), ("måneder_i_snitt", t.maaneder_i_snitt, "måneder")]
    if t.med_inntektskrav:
        rader.append(("minste_inntekt", t.minste_inntekt, "kr/md"))
    return [{"navn": n, "verdi": v, "enhet": e, "merknad": BYTT} for n, v, e in rader]
