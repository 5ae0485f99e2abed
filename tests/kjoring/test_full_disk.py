"""The disk is full: at every write (database, frames, letters, payment file) the fault is said in Norwegian, nothing is half done, and
when there is room again the same command gives what it would have given.

A small file system of our own (tmpfs) where the user may mount one, with less and less room left; and, for everybody, a limit on how
big a file may become, at the four writes by name.
"""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from kjerne.cli.bruksfeil import uforutsett
from kjerne.drift.klokke import Stillklokke
from kjerne.kjoring.attestering import betal_godkjente
from kjerne.kjoring.helt import kjor_ordning
from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kjoring.verifisering import verifiser
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.driftsfeil import som_ordningsfeil
from kjerne.lager.feilpunkt import Feilpunktsfeil, nullstill
from kjerne.lager.motor import aapne
from kjerne.regelmotor.oppdagelse import finn
from tests.kjoring.conftest import DAG, betal_alt, godkjenn_alt
from tests.kjoring.test_revurdering import hash_av

ID = "askeladden"
STORRELSE = 24  # MB of the small file system


def feil_i_barnet(gjor: Callable[[], object], grense: int | None = None) -> tuple[Ordningsfeil | None, str]:
    """(what an operator is told, the files of ours in which it happened), of work in a process that may write so big a file."""
    les, skriv = os.pipe()
    if (barn := os.fork()) == 0:
        os.close(les)
        svar = ""
        try:
            if grense is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (grense, grense))
            gjor()
        except Ordningsfeil as feil:
            svar = f"{feil.hva}\n{feil.ikke_gjort}\n{feil.gjor_dette}\n{_filer(feil)}"
        except Exception as feil:
            o = uforutsett(feil)
            svar = f"{o.hva}\n{o.ikke_gjort}\n{o.gjor_dette}\n{_filer(feil)}"
        finally:
            os.write(skriv, svar.encode())
            os._exit(0)
    os.close(skriv)
    with os.fdopen(les) as fil:
        svar = fil.read()
    os.waitpid(barn, 0)
    if not svar:
        return None, ""
    hva, ikke_gjort, gjor_dette, filer = svar.split("\n")
    return Ordningsfeil(hva, "", gjor_dette, ikke_gjort), filer


def _filer(feil: BaseException) -> str:
    return " ".join(dict.fromkeys(Path(r.filename).name for r in traceback.extract_tb(feil.__traceback__) if "/kjerne/" in r.filename))


def egen(rom: Arbeidsrom) -> Arbeidsrom:
    """The same place, as a process that starts opens it."""
    return Arbeidsrom(rom.data, aapne(rom.motor.url.render_as_string(hide_password=False)), rom.klokke)


def disken_er_full(feil: Ordningsfeil | None) -> None:
    assert feil is not None and feil.hva == "Disken er full.", feil
    assert "helt" in feil.ikke_gjort and "Frigjør plass, og kjør samme kommando igjen" in feil.gjor_dette


def _til_brevene(rom: Arbeidsrom, grunnlag, monkeypatch) -> None:
    """The run as far as the letters."""
    monkeypatch.setenv("FEILPUNKT", "steg.for.brev:1:raise")
    nullstill()
    with pytest.raises(Feilpunktsfeil):
        kjor_ordning(rom, ID, grunnlag)
    monkeypatch.delenv("FEILPUNKT")


@pytest.fixture
def fasit(ferdig_sqlite, tmp_path) -> str:
    """The state when the run is done and all is paid, and nothing happened on the way."""
    shutil.copytree(ferdig_sqlite, tmp_path / "fasit")
    motor = aapne(tmp_path / "fasit" / "lager.db")
    rom = Arbeidsrom(tmp_path / "fasit" / "data", motor, Stillklokke(DAG))
    betal_alt(rom)
    return hash_av(rom)


SKRIVES = [("SQLite", "database"), ("PostgreSQL", "parquet"), ("PostgreSQL", "brev"), ("SQLite", "betalingsfil"),
           ("PostgreSQL", "betalingsfil")]  # fmt: skip


@pytest.mark.parametrize(("nytt_lager", "hva"), SKRIVES, indirect=["nytt_lager"])
def test_en_fil_kan_ikke_bli_storre(hva, rom, grunnlag, fasit, monkeypatch):
    """For every user, at each write by its name. The limit is one that this write, and none before it, goes over: an SQLite database is
    larger than the frames and the letters, and PostgreSQL writes in a process of its own (test_postgres_drept)."""
    if hva == "brev":
        _til_brevene(rom, grunnlag, monkeypatch)
    elif hva != "parquet":
        kjor_ordning(rom, ID, grunnlag)
        if hva == "betalingsfil":
            godkjenn_alt(rom)
    foer, filer = hash_av(rom), _alle_filer(rom)
    rom.motor.dispose()
    gjor, grense, ventet = {
        "database": (lambda: godkjenn_alt(egen(rom)), 40_000, "attestering.py"),
        "parquet": (lambda: kjor_ordning(egen(rom), ID, grunnlag), 6_000, "snapshot.py"),
        "brev": (lambda: kjor_ordning(egen(rom), ID, grunnlag), 1_500, "brevsteg.py"),
        "betalingsfil": (lambda: betal_godkjente(egen(rom), finn(ID), "", "anne"), 40_000, "utsending.py"),
    }[hva]
    feil, sted = feil_i_barnet(gjor, grense)
    disken_er_full(feil)
    assert ventet in sted.split(), sted
    assert hva == "parquet" or (hash_av(rom) == foer and _alle_filer(rom) == filer), "ingenting er halvveis"
    kjor_ordning(rom, ID, grunnlag)
    betal_alt(rom)
    assert hash_av(rom) == fasit and verifiser(rom).hel


def _alle_filer(rom: Arbeidsrom) -> set[str]:
    return {str(f.relative_to(rom.data)) for f in rom.data.rglob("*") if f.is_file()} if rom.data.exists() else set()


@contextlib.contextmanager
def lite_filsystem(mappe: Path, mb: int) -> Iterator[Path]:
    """A file system with room for so much and no more."""
    mappe.mkdir()
    svar = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={mb}m", "tmpfs", str(mappe)], capture_output=True, text=True)
    if svar.returncode:
        pytest.skip(f"brukeren kan ikke montere et lite filsystem: {svar.stderr.strip()[:80]}")
    try:
        yield mappe
    finally:
        subprocess.run(["umount", "-l", str(mappe)], check=True)


@pytest.fixture
def liten_disk(tmp_path) -> Iterator[Path]:
    with lite_filsystem(tmp_path / "liten", STORRELSE) as mappe:
        yield mappe


def la_vaere_igjen(mappe: Path, kib: int) -> None:
    """Fills the disk but for so much."""
    ballast = mappe / "ballast"
    ballast.unlink(missing_ok=True)
    ledig = shutil.disk_usage(mappe).free - kib * 1024
    with ballast.open("wb") as fil:
        while ledig > 0:
            fil.write(b"\0" * min(ledig, 1 << 20))
            ledig -= 1 << 20


def test_mindre_og_mindre_plass(lager_url, liten_disk, grunnlag, fasit, monkeypatch):
    """From no room at all, a little more each time, until the day is done: whatever write is first to find it full."""
    sqlite = lager_url.startswith("sqlite")
    if sqlite:
        shutil.copy(sa.make_url(lager_url).database, liten_disk / "lager.db")
        lager_url = f"sqlite:///{liten_disk / 'lager.db'}"
    steder: set[str] = set()

    def dagen() -> None:
        rom = Arbeidsrom(liten_disk / "data", aapne(lager_url), Stillklokke(DAG))
        kjor_ordning(rom, ID, grunnlag)
        betal_alt(rom)

    kib, fulle = 0, 0
    while True:
        la_vaere_igjen(liten_disk, kib)
        feil, sted = feil_i_barnet(dagen)
        if feil is None:
            break
        disken_er_full(feil)
        fulle, kib = fulle + 1, kib + (4 if not sqlite or kib < 64 else 48)
        steder |= set(sted.split())
        assert not list((liten_disk / "data").rglob("*.xml")) or fulle > 1
        assert kib < 12_000, "dagen ble aldri ferdig"
    (liten_disk / "ballast").unlink()
    rom = Arbeidsrom(liten_disk / "data", aapne(lager_url), Stillklokke(DAG))
    assert hash_av(rom) == fasit and verifiser(rom).hel and not list(rom.data.rglob(".under-arbeid-*"))
    assert fulle >= 5 and "snapshot.py" in steder, steder
    assert {"utgaver.py"} & steder, steder


def test_feilen_sies_paa_norsk_uansett_hvem_som_melder_den(tmp_path):
    for feil in (OSError(28, "No space left on device", str(tmp_path / "x.parquet")), OSError(122, "quota"), OSError(27, "too large")):
        o = som_ordningsfeil(feil)
        assert o is not None and o.hva == "Disken er full." and "x.parquet" not in str(o)
    try:
        try:
            raise OSError(28, "No space left on device")
        except OSError as grunn:
            raise RuntimeError("noe annet") from grunn
    except RuntimeError as feil:
        assert som_ordningsfeil(feil).hva == "Disken er full."
    assert som_ordningsfeil(shutil.Error([("a", "b", "[Errno 28] No space left on device: 'b'")])).hva == "Disken er full."
    assert som_ordningsfeil(shutil.Error([("a", "b", "noe annet")])) is None
    assert som_ordningsfeil(OSError(2, "no such file")) is None and som_ordningsfeil(ValueError("x")) is None


def test_kommandoen_sier_det(kjort, liten_disk, monkeypatch):
    """Through the door: exit code 1 and the four answers, not a trace."""
    godkjenn_alt(kjort)
    kjort.motor.dispose()
    (liten_disk / "betaling").mkdir()
    (kjort.data / "betaling").symlink_to(liten_disk / "betaling")
    la_vaere_igjen(liten_disk, 0)
    miljo = os.environ | {"ORDNING_DATA": str(kjort.data), "ORDNING_DATABASE_URL": kjort.motor.url.render_as_string(hide_password=False)}
    kommando = [sys.executable, "-m", "kjerne.cli", "utbetal", ID, "--bruker", "anne"]
    svar = subprocess.run(kommando, env=miljo, capture_output=True, text=True)
    assert svar.returncode == 1 and "Disken er full" in svar.stdout + svar.stderr, svar.stdout + svar.stderr
    assert "Traceback" not in svar.stderr
