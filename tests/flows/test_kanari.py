"""I17: the numbers, accounts and names of people are in no log, message, report or leftover; only where they have to be.

A whole day at the command line, in processes of their own, with everything logged at the lowest level: the run under Prefect
with its temporary server, questions out and answers in, approval, payment, report, a case looked up, the log verified, and
input that is wrong in every way. Afterwards every file that came of it is searched.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest

from kjerne.kjoring.syntetisk import lag_syntetisk
from tests.flows import kanaridag

HER = Path(__file__).parent
ROT = HER.parents[1]
EVENTYR = ROT / "tests" / "eventyr"
NAVN = ("Kanarius Plantestad", "Plantestad")
GALE = ("01819999999", "018199 99999", "1819999999", "86011117999", "8601.11.17999")  # wrong check digits, cut short, grouped
HVOR_DE_HOERER_TIL = {  # what may hold them, and how it must be kept: the file's own mode
    r"ordning\.sqlite(-wal|-shm)?": "the database",
    r"snapshot/.+\.parquet": "snapshots: income, traces and letters",
    r"betaling/.+\.xml": "the file to the bank",
    r"sporsmal\.csv": "questions, with whom they are about",
    r"(brev|varsel)\.html": "a letter that was asked for",
}


@dataclass
class Dag:
    """One day: where it happened, whom it was about, and what each command said."""

    rot: Path
    kanarifugler: set[bytes] = field(default_factory=set)
    konti: set[str] = field(default_factory=set)
    numre: set[str] = field(default_factory=set)
    sak: str = ""
    krav: list[dict] = field(default_factory=list)

    @property
    def data(self) -> Path:
        return self.rot / "data"

    def kommando(self, navn: str, *argumenter: str, bruker: str = "ola", venter: tuple[int, ...] = (0,), **miljo: str) -> str:
        svar = subprocess.run([sys.executable, "-m", "kjerne.cli", *argumenter], cwd=self.rot, capture_output=True, timeout=300,
                              env=self._miljo() | {"ORDNING_BRUKER": bruker} | miljo)  # fmt: skip
        (self.rot / "ut" / f"{navn}.ut").write_bytes(svar.stdout)
        (self.rot / "ut" / f"{navn}.feil").write_bytes(svar.stderr)
        assert svar.returncode in venter, f"{navn}: {svar.stdout.decode()[-2000:]} {svar.stderr.decode()[-2000:]}"
        return svar.stdout.decode()

    def _miljo(self) -> dict[str, str]:
        uten = {n: v for n, v in os.environ.items() if not n.startswith(("PREFECT_", "GX_", "ORDNING", "DO_NOT_TRACK"))}
        sti = os.pathsep.join([str(HER / "kanari"), str(ROT)])
        return uten | {"PYTHONPATH": sti, "KANARILOGG": str(self.rot / "logg"), "ORDNINGER_STI": str(EVENTYR),
                       "HOME": str(self.rot / "hjem"), "TMPDIR": str(self.rot / "tmp"), "PREFECT_HOME": str(self.rot / "prefect"),
                       "PREFECT_LOGGING_LEVEL": "DEBUG", "ORDNING_DATA": str(self.data), "PYTHONDONTWRITEBYTECODE": "1"}  # fmt: skip


@pytest.fixture(scope="module")
def dag(tmp_path_factory) -> Dag:
    d = Dag(tmp_path_factory.mktemp("kanari"))
    for mappe in ("ut", "logg", "hjem", "tmp", "inn"):
        (d.rot / mappe).mkdir()
    with pytest.MonkeyPatch.context() as m:
        m.setenv("ORDNINGER_STI", str(EVENTYR))
        lag_syntetisk(d.rot / "inn", 80, 3, "askeladden", 80, dt.date(2020, 6, 1), 7, ("parquet",))
    plant(d)
    spill(d)
    return d


def plant(d: Dag) -> None:
    """Everybody's number and account; and lines where numbers and names stand where they should not."""
    personer, soknader = pd.read_parquet(d.rot / "inn" / "personer.parquet"), pd.read_parquet(d.rot / "inn" / "soknader.parquet")
    tekster = {*personer["ident"], *personer["kontonummer"].dropna(), *soknader["fodselsnummer"], *soknader["kontonummer"].dropna()}
    d.konti, d.numre = set(personer["kontonummer"].dropna()), set(personer["ident"])
    d.kanarifugler = {v.encode() for t in {*tekster, *NAVN, *GALE} for v in _skrivemaater(t)}
    fil = d.rot / "inn" / "soknader.csv"
    hode, *linjer = fil.read_text("utf-8-sig").splitlines()
    kolonner = hode.split(";")
    gale = [[verdi if nr == plass else celle for nr, celle in enumerate((f"G{plass}-{n}", *linjer[7].split(";")[1:]))]
            for plass in range(1, len(kolonner)) for n, verdi in enumerate((*NAVN, *GALE))]  # fmt: skip
    annet_innhold = [linjer[1].replace(";ja;", ";nei;", 1), f"{linjer[2]};{NAVN[0]}"]
    fil.write_text("\n".join([hode, *linjer, *annet_innhold, *(";".join(g) for g in gale)]) + "\n", "utf-8")


def _skrivemaater(tekst: str) -> list[str]:
    if not re.fullmatch(r"\d{11}", tekst):
        return [tekst]
    return [tekst, f"{tekst[:6]} {tekst[6:]}", f"{tekst[:6]}\u00a0{tekst[6:]}", f"{tekst[:4]}.{tekst[4:6]}.{tekst[6:]}"]


def spill(d: Dag) -> None:
    inn, ut = d.rot / "inn", d.data / "sporsmal.csv"
    register = ("--inntekter", str(inn / "inntekt.parquet"), "--arbeidsforhold", str(inn / "arbeidsforhold.parquet"))
    kjor = ("kjor", "askeladden", "--soknader", str(inn / "soknader.csv"), *register, "--dato", "2020-07-15", "--hentet", "2020-07-13")
    d.kommando("kjor", *kjor, "--bit", "40", "--prefect", "--json")
    d.kommando("kjor-igjen", *kjor, "--bit", "40")
    d.kommando("sporsmal", "sporsmal", "askeladden", "--ut", str(ut), "--json")
    _svar_galt(d, ut)
    tall = json.loads(d.kommando("status", "status", "askeladden", "--json"))["ordninger"][0]
    for nr, b in enumerate(tall["bunter"]):
        sett = ("--bunt", b["bunt_id"], "--antall", str(b["antall"]))
        for hvem in ("kari", "bjorn"):
            d.kommando(f"godkjenn{nr}-{hvem}", "godkjenn", "askeladden", *sett, "--json", bruker=hvem)
    d.kommando("utbetal", "utbetal", "askeladden", "--json")
    d.kommando("kontroller", "kontroller", "askeladden", "--alle", "--json")
    d.kommando("avstem", "avstem", "askeladden", "--json")
    konto, tall = next(f for f in sorted(d.konti)), sorted(d.numre)[5]
    kanaridag.banken(d, NAVN[0], tall, konto)
    d.sak = kanaridag.saksbehandleren(d, NAVN[0], tall, konto)
    d.krav = kanaridag.revurderingen(d, NAVN[0], tall)
    kanaridag.nettet(d, NAVN[0], tall)
    d.kommando("rapport", "rapport", "askeladden", "--json")
    soknad_id = (inn / "soknader.csv").read_text().splitlines()[1].split(";")[0]
    d.kommando("forklar", "forklar", "askeladden", soknad_id, "--json", "--formaal", "klage", bruker="kari")
    d.kommando("brev", "forklar", "askeladden", soknad_id, "--brev", str(d.data / "brev.html"), bruker="kari", venter=(0, 2))
    d.kommando("verifiser", "verifiser", "--spill-av", "--json")
    for nr, galt in enumerate((NAVN[0], GALE[0], next(iter(sorted(d.kanarifugler))).decode())):  # what somebody may write by mistake
        d.kommando(f"feil{nr}", *kjor[:3], str(_tull(d, nr, galt)), *kjor[4:], venter=(0, 1, 2, 3), ORDNING_DATA=str(d.rot / f"data{nr}"))


def _svar_galt(d: Dag, liste: Path) -> None:
    """Answers that are names and numbers, which are refused; then one that is right."""
    hode, *linjer = liste.read_text("utf-8-sig").splitlines()
    plass = hode.split(";").index("svar")
    assert linjer, "ingen spørsmål å svare galt på"
    for nr, galt in enumerate((*NAVN, *GALE, "42 500,50")):
        celler = linjer[0].split(";")
        celler[plass] = galt
        fil = d.rot / "inn" / f"svar{nr}.csv"
        fil.write_text(f"{hode}\n{';'.join(celler)}\n", "utf-8")
        d.kommando(f"svar{nr}", "sporsmal", "askeladden", "--svar", str(fil), venter=(0, 1, 2))


def _tull(d: Dag, nr: int, tekst: str) -> Path:
    """Files that break off, or are something else than their name says."""
    fil = d.rot / "inn" / ("soknader.jsonl", "tull.parquet", "tull.csv")[nr]
    avkortet = '{"soknad_id": "1", "fodselsnummer": "' + tekst + '", '
    fil.write_text((avkortet, tekst, f"soknad_id;{tekst};{tekst}\n1;{tekst};{tekst}\n")[nr])
    return fil


MELLOM = rb"(?<=\d)(?:[ .]|\xc2\xa0)(?=\d)"  # what a number may be grouped with


def treff(filer: Iterator[Path], fugler: set[bytes]) -> dict[str, int]:
    """How often any of them stands in each file: numbers however they are grouped, names in any case of letters."""
    numre = {ren for f in fugler if (ren := re.sub(MELLOM, b"", f)).isdigit()}
    navn = re.compile(b"|".join(re.escape(f) for f in fugler if not re.sub(MELLOM, b"", f).isdigit()), re.IGNORECASE)
    lengder = {len(n) for n in numre}
    ut = {}
    for fil in filer:
        innhold = fil.read_bytes()
        antall = len(navn.findall(innhold))
        for sifre in re.findall(rb"\d{%d,}" % min(lengder), re.sub(MELLOM, b"", innhold)):
            antall += sum(sifre[fra : fra + n] in numre for n in lengder for fra in range(len(sifre) - n + 1))
        if antall:
            ut[str(fil)] = antall
    return ut


def alle_filer(d: Dag) -> list[Path]:
    return [f for f in d.rot.rglob("*") if f.is_file() and not f.is_relative_to(d.rot / "inn")]


def hoerer_til(d: Dag, fil: Path) -> bool:
    mappe = next((m for m in (d.data, *d.rot.glob("data?")) if fil.is_relative_to(m)), None)
    return mappe is not None and any(re.fullmatch(m, str(fil.relative_to(mappe))) for m in HVOR_DE_HOERER_TIL)


def test_sokene_finner_det_som_er_der(dag):
    """The control arm: there are many, and the search sees them where they are meant to be."""
    assert len(dag.kanarifugler) > 500
    assert treff([dag.rot / "inn" / "soknader.csv"], dag.kanarifugler)
    funn = {str(Path(f).relative_to(dag.data)) for f in treff((f for f in alle_filer(dag) if hoerer_til(dag, f)), dag.kanarifugler)
            if Path(f).is_relative_to(dag.data)}  # fmt: skip
    assert any(f.startswith("ordning.sqlite") for f in funn) and any(f.startswith("betaling/") for f in funn) and "sporsmal.csv" in funn


def test_ingen_i_logger_meldinger_rapporter_prefect_eller_rester(dag):
    andre = [f for f in alle_filer(dag) if not hoerer_til(dag, f) and f.name not in kanaridag.MAA_VISE]
    navn = {f.name for f in andre}
    assert {"prefect.db", "kjor.ut", "feil0.feil", "anker.jsonl", "api.ut", kanaridag.MAALING, "krav.ut", "liste.csv"} <= navn
    assert any(n.endswith(".html") for n in navn)
    assert treff(andre, dag.kanarifugler) == {}


def test_loggene_er_ikke_tomme(dag):
    """Prefect, SQLAlchemy and Great Expectations wrote what they know."""
    alt = b"".join(f.read_bytes() for f in (dag.rot / "logg").iterdir())
    assert len(alt) > 100_000 and all(n in alt for n in (b"sqlalchemy.", b"asyncio", b"great_expectations"))
    assert b"SELECT" in alt or b"INSERT" in alt


def test_det_som_skal_holde_dem_er_bare_for_eieren(dag):
    for fil in (f for f in alle_filer(dag) if hoerer_til(dag, f)):
        assert fil.stat().st_mode & 0o777 == 0o600, fil
    assert dag.data.stat().st_mode & 0o777 == 0o700  # whatever lies below it
    assert (dag.data / "revisjon" / "anker.jsonl").stat().st_mode & 0o777 == 0o600


def test_hvert_oppslag_er_foert_en_gang_og_ingenting_annet(dag):
    """Explanations, letters, a case at the caseworker's, claims, and files that name cases. Lists, reports and runs none."""
    import sqlite3

    with sqlite3.connect(dag.data / "ordning.sqlite") as base:
        rader = Counter(base.execute("SELECT av, vist, formaal FROM oppslagslogg").fetchall())
        egen = base.execute("SELECT count(*) FROM oppslagslogg WHERE vist = 'behandling' AND sak_id = ?", (dag.sak,)).fetchone()[0]
    spurt, revurdert = _saker_i(dag.data / "sporsmal.csv", "gjelder"), _saker_i(dag.data / "liste.csv", "sak_id")
    saker = len({k["sak_id"] for k in dag.krav})
    vist = Counter({("kari", "forklaring", "klage"): 1, ("ola", "sporsmal", "saksbehandling"): spurt,
                    ("sara", "behandling", "saksbehandling"): 3,
                    ("ola", "revurdering", "feilretting"): revurdert, ("sara", "krav", "saksbehandling"): saker,
                    ("ola", "krav", "saksbehandling"): saker, ("sara", "brev", "saksbehandling"): 1})  # fmt: skip
    if (dag.data / "brev.html").exists():
        vist += Counter({("kari", "forklaring", "saksbehandling"): 1, ("kari", "brev", "saksbehandling"): 1})
    kontroll = {n: a for n, a in rader.items() if n[1] == "kontroll"}  # as many as there are findings
    assert rader == vist + Counter(kontroll) and egen == 3 and spurt > 3 and revurdert > 3 and saker > 3


def _saker_i(fil: Path, kolonne: str) -> int:
    return pd.read_csv(fil, sep=";", encoding="utf-8-sig", dtype=str)[kolonne].nunique()
