"""The standard flow, for Prefect and without it.

Tasks are steps, or chunks of a step. Their parameters are the id of the scheme, the id of the run and a chunk number: no
personal data and no frames. Whether a step has been done is written in our own database, so a task that is run twice, or a
flow that was killed, does nothing twice. No server is needed.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kjerne.drift.telemetri import slaa_av
from kjerne.kjoring.flyt import Flyt, Steg, antall_biter, legg_sammen, utfor_steg
from kjerne.kjoring.rom import Kjoring, marker
from kjerne.kjoring.standard import STANDARD
from kjerne.kontrakt.feil import Ordningsfeil

FORSOK = 2  # tries again after a fault that is not ours to mend: a database that is busy or away
PAUSE_SEKUNDER = 5
OPPSTART_SEKUNDER = 180  # for Prefect's own server to answer: 20, its standard, is too few the first time on a busy machine


class Stegfeil(RuntimeError):
    """A fault that nobody foresaw, without its words: Prefect keeps the text of a fault, and it may name a person."""


@dataclass(frozen=True)
class Ordningsflyt:
    """The flow of one scheme. `flyt.uten("brev")`, `flyt.erstatt(steg)`, `flyt.etter("kvalitet", steg)` give a changed one."""

    id: str
    flyt: Flyt = STANDARD

    @property
    def steg(self) -> Sequence[Steg]:
        return self.flyt.steg

    def uten(self, *navn: str) -> Ordningsflyt:
        return replace(self, flyt=self.flyt.uten(*navn))

    def erstatt(self, nytt: Steg) -> Ordningsflyt:
        return replace(self, flyt=self.flyt.erstatt(nytt))

    def etter(self, navn: str, nytt: Steg) -> Ordningsflyt:
        return replace(self, flyt=self.flyt.etter(navn, nytt))

    def prefect(self) -> Any:
        """The Prefect flow. Its parameters are ids; `i_prefect` opens the run and calls it."""
        return _prefectflyt(self)

    def i_prefect(self, k: Kjoring) -> dict[str, dict]:
        """Runs every step of an opened run as a Prefect flow, in this process. The result of each step by name."""
        _aapne[k.id] = k
        k.fremdrift("Starter Prefect", 0, 1)
        try:
            return self.prefect()(ordning=k.ordning, kjoring_id=k.id)
        finally:
            _aapne.pop(k.id, None)


def standardflyt(id: str) -> Ordningsflyt:
    return Ordningsflyt(id)


_aapne: dict[str, Kjoring] = {}  # the runs of this process, by id: what a task looks up instead of being given


def _uten_innhold(steg: Steg, feil: Exception) -> str:
    sted = traceback.extract_tb(feil.__traceback__)[-1]
    return f"{type(feil).__name__} i steget {steg.navn} ({Path(sted.filename).name}, linje {sted.lineno})"


def _prefectflyt(flyt: Ordningsflyt) -> Any:
    slaa_av()
    os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", str(OPPSTART_SEKUNDER))
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")  # our own progress says it in Norwegian; INFO shows Prefect's words too
    from prefect import flow, task
    from prefect.runtime import task_run

    def vår_feil(oppgave, kjøring, tilstand) -> bool:
        """Tries again only for faults that a person need not mend."""
        return not isinstance(tilstand.result(raise_on_failure=False), Ordningsfeil)

    def oppgave(steg: Steg) -> Any:
        def arbeid(ordning: str, kjoring_id: str, bit: int) -> dict:
            try:
                return utfor_steg(_aapne[kjoring_id], steg, bit)[0]
            except Ordningsfeil:
                raise
            except Exception as feil:
                if task_run.run_count <= FORSOK:
                    _aapne[kjoring_id].fremdrift(f"Steget {steg.navn} feilet og prøves igjen om {PAUSE_SEKUNDER} sekunder", 0, 1)
                raise Stegfeil(_uten_innhold(steg, feil)) from None

        return task(name=steg.navn, task_run_name=f"{steg.navn}-{{bit}}", description=steg.tekst, retries=FORSOK,
                    retry_delay_seconds=PAUSE_SEKUNDER, retry_condition_fn=vår_feil, persist_result=False)(arbeid)

    oppgaver = {steg.navn: oppgave(steg) for steg in flyt.steg}

    @flow(name=f"ordning-{flyt.id}", validate_parameters=True, persist_result=False, log_prints=False)
    def kjor_ordning(ordning: str, kjoring_id: str) -> dict[str, dict]:
        k = _aapne[kjoring_id]
        svar: dict[str, dict] = {}
        try:
            for steg in flyt.steg:
                biter = range(antall_biter(k)) if steg.i_biter else range(1)
                for bit in biter:
                    k.fremdrift(steg.tekst, bit, len(biter))
                    resultat = oppgaver[steg.navn](ordning=ordning, kjoring_id=kjoring_id, bit=bit)
                    svar[steg.navn] = legg_sammen(svar.get(steg.navn, {}), resultat)
                k.fremdrift(steg.tekst, len(biter), len(biter))
        except Ordningsfeil as feil:
            marker(k, "stanset", feil)
            raise
        marker(k, "ferdig")
        return svar

    return kjor_ordning
