"""The whole way from people to bank file, killed with SIGKILL and started again until it ends: as if nothing had happened.

Killed at random moments spread over the time that a run takes here, and at every named point (kjerne.lager.feilpunkt), at
its first passing and its second. On both databases at once, from an empty database: the migration is killed too.
50 random kills on each database; with ORDNING_GRUNDIG=1 500, and the first twelve passings of every point.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa

from kjerne.lager.motor import aapne
from kjerne.lager.tabeller import metadata
from kjerne.lager.tilstand import tilstandshash
from tests.drap import GRUNDIG, merk_drap
from tests.kjoring import drapsbarn

DRAP, PASSERINGER = (500, 12) if GRUNDIG else (50, 2)
FRIST = 120  # seconds that one attempt may take
STEG = ("mottak", "innhenting", "kvalitet", "vurder", "brev", "bunt")
FOER_SENDING = ("kontroller", "attester", "disponer", "send")
HELE_VEIEN = frozenset({  # every test run proves that exactly these are passed, and killed at
    *(f"steg.{naar}.{navn}" for naar in ("for", "etter") for navn in STEG),
    *(f"{sted}.{naar}" for sted in ("snapshot", "utsending", "sporsmal") for naar in ("etter_temp", "etter_fsync", "etter_rename")),
    *(f"bunt.{naar}.{handling}" for naar in ("for", "etter") for handling in FOER_SENDING),
    "vedtak.etter_vedtak", "vedtak.etter_linjer", "vedtak.etter_tilstand", "bunt.etter_utvalg", "bunt.etter_sum", "bunt.etter_bunt",
    "avtrykk.etter_nye", "ramme.etter_reservasjon", "hovedbok.etter_posteringer", "utsending.etter_kontroll", "utsending.for_commit",
    "utsending.etter_commit", "revisjon.etter_hendelse", "anker.for_skriving",
})  # fmt: skip
DATABASER = ("SQLite", "PostgreSQL")


@dataclass
class Tilstand:
    """What a run-through came to. `rester`: what killed processes left behind; it would hold personal data."""

    sum: str
    tabeller: dict[str, str]
    betaling: dict[str, bytes]
    rester: list[str]


@dataclass
class Sted:
    """A database and the folder beside it, used by one run-through at a time."""

    navn: str
    url: str
    rot: Path
    tjener: multiprocessing.context.ForkServerContext
    nr: int = 0

    @property
    def mappe(self) -> Path:
        return self.rot / f"gjennomkjoring{self.nr}"

    def nytt(self) -> None:
        """An empty database and an empty folder."""
        self.nr += 1
        if self.navn == "SQLite":
            self.url = f"sqlite:///{self.rot}/lager{self.nr}.db"
            return
        motor = sa.create_engine(sa.make_url(self.url).set(drivername="postgresql+psycopg"), poolclass=sa.NullPool)
        with motor.begin() as conn:
            conn.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")

    def forsok(self, onske: str = "", drep_etter: float = FRIST, *, opptak: bool = False, inndata: str = "") -> tuple[bool, float]:
        """One attempt. (whether it was killed, seconds). Whatever else stops it fails the test."""
        barn = self.tjener.Process(target=drapsbarn.arbeid, args=(self.url, str(self.mappe), onske, opptak, inndata))
        begynte = time.perf_counter()
        barn.start()
        barn.join(drep_etter)
        if barn.is_alive():
            assert drep_etter < FRIST, f"{self.navn}: ett forsøk tok over {FRIST} s"
            barn.kill()
            barn.join()
        assert barn.exitcode in (0, -signal.SIGKILL), f"{self.navn} {onske}: {self.mappe.with_suffix('.logg').read_text()[-3000:]}"
        return barn.exitcode != 0, time.perf_counter() - begynte

    def resultat(self) -> Tilstand:
        motor = aapne(self.url)
        with motor.connect() as conn:
            sum_ = tilstandshash(conn)
            tabeller = {navn: tilstandshash(conn, uten=set(metadata.tables) - {navn}) for navn in metadata.tables}
        motor.dispose()
        filer = {f.name: f.read_bytes() for f in sorted((self.mappe / "betaling").iterdir())}
        return Tilstand(sum_, tabeller, filer, [str(f.relative_to(self.mappe)) for f in sorted(self.mappe.rglob(".under-arbeid-*"))])


@dataclass
class Kampanje:
    """What was done to one database, and what came of it."""

    fasit: Tilstand
    passert: dict[str, int] = field(default_factory=dict)
    drept_ved: Counter = field(default_factory=Counter)
    tilfeldige: list[float] = field(default_factory=list)  # seconds into each attempt
    gjennomkjoringer: int = 0
    avvik: list[str] = field(default_factory=list)


def _kampanje(sted: Sted, antall: int) -> Kampanje:
    sted.nytt()
    assert not sted.forsok(opptak=True)[0]
    k = Kampanje(sted.resultat(), json.loads((sted.mappe / drapsbarn.MERKE).read_text()))
    _, ferdig = sted.forsok()  # how long it takes when all is done already
    assert sted.resultat() == k.fasit
    sted.nytt()
    _, varighet = sted.forsok()
    assert sted.resultat() == k.fasit
    _ved_hvert_punkt(sted, k)
    _paa_maa_faa(sted, k, antall, varighet, ferdig)
    return k


def _ved_hvert_punkt(sted: Sted, k: Kampanje) -> None:
    """One run-through is killed at point after point, in the order in which they are passed."""
    inndata = str(sted.mappe / "inndata")
    for nr in range(1, PASSERINGER + 1):
        igjen = [navn for navn, ganger in k.passert.items() if ganger >= nr]
        while igjen:
            sted.nytt()
            foer, drept = len(igjen), True
            for navn in list(igjen):
                drept, _ = sted.forsok(f"{navn}:{nr}:sigkill", inndata=inndata)
                if not drept:  # what is left of this run-through does not pass the point: it is done
                    break
                k.drept_ved[f"{navn}:{nr}"] += 1
                igjen.remove(navn)
            if drept:
                assert not sted.forsok(inndata=inndata)[0]
            _sammenlikn(sted, k, f"drept ved punkter, passering {nr}")
            assert len(igjen) < foer, f"{sted.navn}: {igjen[0]} ble passert {k.passert[igjen[0]]} ganger, men aldri gang nr. {nr}"


def _paa_maa_faa(sted: Sted, k: Kampanje, antall: int, varighet: float, ferdig: float) -> None:
    """Moments spread over what is left of the run-through, up to thirteen of them in each; people are made in the first only."""
    tilfeldig, inndata = random.Random(f"drap:{sted.navn}"), str(sted.mappe / "inndata")
    while len(k.tilfeldige) < antall:
        sted.nytt()
        kommet, drept = 0.0, True  # seconds into an undisturbed run
        for nr in range(min(13, antall - len(k.tilfeldige))):
            etter = tilfeldig.uniform(0, 0.75 * max(ferdig, varighet - kommet))  # later, and the attempt is often over
            drept, sekunder = sted.forsok(drep_etter=etter, inndata=inndata if nr else "")
            if not drept:
                break
            kommet = max(kommet, sekunder)
            k.tilfeldige.append(sekunder)
        if drept:
            assert not sted.forsok(inndata=inndata)[0]
        _sammenlikn(sted, k, f"drept på måfå, gjennomkjøring {sted.nr}")


def _sammenlikn(sted: Sted, k: Kampanje, hva: str) -> None:
    k.gjennomkjoringer += 1
    fikk = sted.resultat()
    if fikk.sum != k.fasit.sum:
        ulike = [navn for navn, sum_ in fikk.tabeller.items() if sum_ != k.fasit.tabeller[navn]]
        k.avvik.append(f"{hva}: databasen er en annen i {', '.join(ulike)} ({sted.url})")
    if fikk.betaling != k.fasit.betaling:
        k.avvik.append(f"{hva}: betalingsfilene er {sorted(fikk.betaling)}, skulle vært {sorted(k.fasit.betaling)} med samme innhold")
    if fikk.rester:
        k.avvik.append(f"{hva}: etterlatt {fikk.rester}")


@pytest.fixture(scope="module")
def kampanjer(request, tmp_path_factory) -> Iterator[dict[str, Future[Kampanje]]]:
    """Both databases at once, each with one process at a time."""
    tjener = multiprocessing.get_context("forkserver")
    tjener.set_forkserver_preload(["tests.kjoring.drapsbarn"])
    steder = [Sted("SQLite", "", tmp_path_factory.mktemp("drap-sqlite"), tjener)]
    if os.environ.get("ORDNING_UTEN_POSTGRES") != "1":
        adresse = request.getfixturevalue("_postgres")
        admin = sa.create_engine(adresse.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        navn = f"ordning_drap_{os.getpid()}"
        with admin.connect() as conn:
            conn.exec_driver_sql(f"CREATE DATABASE {navn} ENCODING 'UTF8' TEMPLATE template0")
        url = adresse.set(database=navn).render_as_string(hide_password=False)
        steder.append(Sted("PostgreSQL", url, tmp_path_factory.mktemp("drap-postgres"), tjener))
    # Every start() asks after all children, also those of the other thread, and then both read the one exit code.
    m = pytest.MonkeyPatch()
    m.setattr(multiprocessing.process, "_cleanup", lambda: None)
    m.setenv("ORDNING_VARM_OPP", "1")  # read by the server when it starts
    try:
        with ThreadPoolExecutor(2) as traader:
            yield {s.navn: traader.submit(_kampanje, s, DRAP) for s in steder}
    finally:
        m.undo()
        multiprocessing.forkserver._forkserver._stop()
        if len(steder) > 1:
            with admin.connect() as conn:
                conn.exec_driver_sql(f"DROP DATABASE {navn} WITH (FORCE)")


@pytest.fixture(params=DATABASER)
def kampanje(request, kampanjer) -> Kampanje:
    if request.param not in kampanjer:
        pytest.skip("ORDNING_UTEN_POSTGRES=1: ikke prøvd på PostgreSQL")
    request.node.user_properties.append(("database", request.param))
    return kampanjer[request.param].result()


def test_drept_og_startet_igjen_er_som_uforstyrret(kampanje, request):
    """The state of the database, the bytes of the payment files, and no file too many."""
    assert not kampanje.avvik, "\n".join(kampanje.avvik)
    assert len(kampanje.tilfeldige) >= DRAP
    assert len(kampanje.fasit.betaling) == 1
    base = dict(request.node.user_properties)["database"]
    merk_drap(request, base, (p.rsplit(":", 1)[0] for p in kampanje.drept_ved.elements()), len(kampanje.tilfeldige))


def test_minst_to_hundre_drap_paa_begge_databaser(kampanjer):
    """What this file alone must come to; the whole suite: tests/drap.py."""
    for k in (f.result() for f in kampanjer.values()):
        assert k.drept_ved.total() + len(k.tilfeldige) >= (600 if GRUNDIG else 100)


def test_hvert_punkt_paa_veien_ble_drept(kampanje):
    """The names here are those that tests/arkitektur/test_feilpunkter.py reads."""
    naadd = {p.rsplit(":", 1)[0] for p in kampanje.drept_ved}
    assert naadd == set(kampanje.passert) == HELE_VEIEN


def test_begge_passeringer_ble_drept(kampanje):
    flere = {navn for navn, ganger in kampanje.passert.items() if ganger > 1}
    assert {"snapshot.etter_rename", "steg.etter.vurder", "vedtak.etter_linjer"} <= flere
    assert {f"{navn}:2" for navn in flere} <= set(kampanje.drept_ved)


def test_begge_databaser_kom_til_det_samme(kampanjer):
    if len(kampanjer) < 2:
        pytest.skip("ORDNING_UTEN_POSTGRES=1: ikke prøvd på PostgreSQL")
    assert len({k.result().fasit.sum for k in kampanjer.values()}) == 1
