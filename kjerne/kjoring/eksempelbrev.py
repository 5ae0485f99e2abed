"""The letter that an example would get, so that a jurist can read the letters before anything is run."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from kjerne.kjoring.brevskriver import Brevskriver
from kjerne.kjoring.vurdering import sporingsramme
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.kanonisk import json_tekst
from kjerne.regelmotor.sporing import AVSLAG, INNVILGET, UTFALL, Sporing

SAK = "eksempel"
INGEN = "00000000000"  # nobody's number


def eksempelbrev(sporing: Sporing, maalform: str = "nb") -> str:
    """The letter of a run of one example, marked as synthetic. Raises Ordningsfeil (kode 2) when the rules do not decide it."""
    if sporing.utfall[0] not in (INNVILGET, AVSLAG):
        raise Ordningsfeil("Eksempelet avgjøres ikke av reglene, så det blir ikke noe brev.", f"mangler: {sporing.mangler[0]}",
                           "Velg et eksempel som gir innvilget eller avslag.", "Ingenting er skrevet.", kode=2)  # fmt: skip
    nokkel = pd.Series([SAK], dtype="string[pyarrow]")
    trace = sporingsramme(sporing, nokkel).set_index("sak_id")
    dag = _dag(trace, sporing.verk.manifest.gjelder.fra)
    grunner = json_tekst([v for v in sporing.avgjorende_tekst[0].split("|") if v])
    utfall = UTFALL[sporing.utfall[0]]
    vedtak = pd.DataFrame({"sak_id": nokkel, "vedtak_id": SAK, "utfall": utfall, "avgjorende": grunner, "fattet_dato": dag})
    sak = pd.DataFrame({"maalform": [maalform], "ident": [INGEN]}, index=nokkel)
    penger = [(r.rolle, int(r.belop_ore), r.fom.date(), r.tom.date()) for r in sporing.linjer().itertuples()]
    brevene = Brevskriver(sporing.verk, syntetisk=True).mange(vedtak, sak, trace, {SAK: penger}, dag)
    return next(html for _, html in brevene)


def _dag(trace: pd.DataFrame, ellers: dt.date) -> dt.date:
    """The day the application came, where the example says so."""
    mottatt = trace["mottatt_dato"].iloc[0] if "mottatt_dato" in trace else pd.NaT
    return ellers if pd.isna(mottatt) else mottatt.date()
