"""What is done to decisions and cases after the run, killed with SIGKILL at every named point and started again.

Each work is killed at one point after the other in one database, then left in peace; the state is that of a work that nobody
disturbed. On both databases.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from kjerne.drift.innstillinger import Innstillinger
from kjerne.drift.klokke import Stillklokke
from kjerne.kjoring.innsending import Innsending, lagre_innsendinger
from kjerne.kjoring.revurdering import finn_endringer
from kjerne.kjoring.revurderingsforslag import foreslaa, godkjenn_forslag, les_forslag
from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kontrakt.identer import lag_kontonr
from kjerne.lager import feilpunkt
from kjerne.lager.motor import aapne
from kjerne.mottak import Soknadsform
from kjerne.regelmotor.oppdagelse import finn
from tests.kjoring.conftest import DAG
from tests.kjoring.test_revurdering import NED, OPP, REGEL, betal, endre_regel, hash_av

ORDNING = "askeladden"


def revurder(rom: Arbeidsrom) -> None:
    """As a person would: a proposal that stands is approved, and is not made once more."""
    verk = finn(ORDNING)
    venter = les_forslag(rom, ORDNING) or [foreslaa(rom, verk, finn_endringer(rom, verk, REGEL), "ola")]
    godkjenn_forslag(rom, verk, venter[0].revurdering_id, "kari", venter[0].antall, "satsen var feil")


def send_inn(rom: Arbeidsrom) -> None:
    """As a client would: the same applications with the same keys until it has an answer."""
    form = Soknadsform(finn(ORDNING).manifest)
    innhold = form.eksempel() | {"kontonummer": lag_kontonr(7)}
    lagre_innsendinger(rom, [Innsending(form, "klient", f"nokkel-{nr}", form.les(innhold)) for nr in range(3)])


@dataclass(frozen=True)
class Arbeid:
    gjor: Callable[[Arbeidsrom], None]
    regel: tuple[str, str] | None
    punkter: frozenset[str]


_OMGJORING = frozenset(f"{sted}.{n}" for sted, navn in {
    "revurdering": ("etter_filer", "etter_forslag", "etter_godkjenning", "etter_logg"),
    "omgjoring": ("etter_vedtak", "etter_linjer", "etter_krav", "etter_tilstand"),
}.items() for n in navn)  # fmt: skip
ARBEID = {
    "til gunst": Arbeid(revurder, OPP, _OMGJORING),
    "til ugunst": Arbeid(revurder, NED, _OMGJORING),
    "innsending": Arbeid(send_inn, None, frozenset({"innsending.for_commit", "innsending.etter_commit"})),
}
ARKIV = frozenset({"arkiv.etter_temp", "arkiv.etter_fsync", "arkiv.etter_rename"})  # test_avvikling kills there
ETTERTID = ARKIV.union(*(a.punkter for a in ARBEID.values()))  # every test run proves that these are passed and killed at


@pytest.mark.parametrize("navn", ARBEID)
def test_drept_ved_hvert_punkt_og_startet_igjen(navn, kjort, ferdig_sqlite, tmp_path, monkeypatch):
    arbeid = ARBEID[navn]
    betal(kjort)
    if arbeid.regel:
        endre_regel(tmp_path, monkeypatch, *arbeid.regel)
    fasit, passert = _uforstyrret(arbeid, ferdig_sqlite, tmp_path / "uforstyrret")
    assert set(passert) >= arbeid.punkter
    for punkt in passert:
        assert drept(kjort, arbeid.gjor, f"{punkt}:1:sigkill"), punkt
    arbeid.gjor(aapnet(kjort))
    assert hash_av(kjort) == fasit
    assert not list(kjort.data.rglob(".under-arbeid-*"))


def _uforstyrret(arbeid: Arbeid, ferdig: Path, mappe: Path) -> tuple[str, list[str]]:
    """(the state when nothing happens, the points in the order in which they are passed first)."""
    shutil.copytree(ferdig, mappe)
    rom = Arbeidsrom(mappe / "data", aapne(f"sqlite:///{mappe / 'lager.db'}"), Stillklokke(DAG))
    betal(rom)
    telt: Counter[str] = Counter()
    with pytest.MonkeyPatch.context() as m:
        m.setenv("FEILPUNKT", "ingen:1:raise")
        feilpunkt.nullstill()
        m.setattr(feilpunkt.feilpunkt, "__code__", _tell.__code__)  # every module holds the same function
        arbeid.gjor(rom)
        telt.update(feilpunkt._passert)
    feilpunkt.nullstill()
    return hash_av(rom), list(telt)


def aapnet(rom: Arbeidsrom) -> Arbeidsrom:
    """The same place, as a process that starts opens it."""
    return Arbeidsrom.aapne(Innstillinger(rom.data, rom.motor.url.render_as_string(hide_password=False)), rom.klokke)


def _tell(navn: str) -> None:
    _passert[navn] += 1  # noqa: F821  the globals are those of kjerne.lager.feilpunkt


def drept(rom: Arbeidsrom, gjor: Callable[[Arbeidsrom], None], onske: str) -> bool:
    """One attempt in a process of its own. True when it was killed."""
    rom.motor.dispose()
    if (barn := os.fork()) == 0:
        os.environ["FEILPUNKT"] = onske
        try:
            feilpunkt.nullstill()
            gjor(aapnet(rom))
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(barn, 0)[1]) == -signal.SIGKILL
