"""Who saw whom, and why: one line for each time that a person's data were shown to somebody.

None for lists without persons, for refusals, and for what only a machine reads. It is a log of its own, with other readers
than the log of events.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterable

from sqlalchemy.engine import Connection

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.bulk import sett_inn
from kjerne.lager.tabeller import oppslagslogg
from kjerne.revisjon.hendelse import kan_vaere_nummer

FORMAAL = ("saksbehandling", "klage", "kontroll", "innsyn", "revisjon", "feilretting")
_VIST = re.compile(r"[a-z_]+")


def logg_oppslag(
    conn: Connection, ordning: str, sak_id: str, av: str, vist: str, formaal: str, naa: dt.datetime,
) -> None:  # fmt: skip
    """As `logg_oppslag_alle`, for one case."""
    logg_oppslag_alle(conn, ordning, [sak_id], av, vist, formaal, naa)


def logg_oppslag_alle(
    conn: Connection, ordning: str, saker: Iterable[str], av: str, vist: str, formaal: str, naa: dt.datetime,
) -> None:  # fmt: skip
    """One line for each case. To be committed before the answer is shown: nobody sees what was not written down.

    `vist` is the kind of view (forklaring, brev, …), `formaal` one of FORMAAL. The person is named by the case. Raises
    Ordningsfeil (kode 2) when who or why is missing; then nothing may be shown.
    """
    saker = sorted(set(saker))
    if formaal not in FORMAAL:
        raise Ordningsfeil("Formålet med oppslaget er ikke oppgitt.", "--formaal", f"Velg ett av: {', '.join(FORMAAL)}.",
                           "Saken er ikke vist.", kode=2)  # fmt: skip
    if not av.strip() or not av.isprintable() or kan_vaere_nummer(av):
        raise Ordningsfeil("Det er ikke oppgitt hvem som ser på saken.", "ORDNING_BRUKER", "Logg inn, eller oppgi hvem du er.",
                           "Saken er ikke vist.", kode=2)  # fmt: skip
    if not _VIST.fullmatch(vist) or any(map(kan_vaere_nummer, saker)):
        raise ValueError("oppslagslogg: vist is not a plain word, or sak_id is not an id")
    sett_inn(conn, oppslagslogg, {"oppslag_id": [str(uuid.uuid4()) for _ in saker], "av": av, "ordning": ordning, "sak_id": saker,
                                  "vist": vist, "formaal": formaal, "tid": naa})  # fmt: skip
