"""Wrong use, faults that nobody foresaw, help, colours, and the table of commands in README."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kjerne.cli import prover
from kjerne.cli.app import app
from tests.cli.dorer import ENGELSK, miljo, ordning

ROT = Path(__file__).parents[2]


@pytest.mark.parametrize("kommando", ["kjor", "status", "sporsmal", "godkjenn", "utbetal", "rapport", "eksempler", "sjekk", "dok"])
def test_ukjent_ordning_er_feil_bruk(kommando, tmp_path):
    svar = ordning(kommando, "espen", *(["--antall", 1] if kommando == "godkjenn" else []), miljo=miljo(tmp_path))
    assert svar.kode == 2
    assert "Ordningen «espen» finnes ikke" in svar.feil
    assert "askeladden" in svar.feil


@pytest.mark.parametrize(
    ("args", "ord_"),
    [
        (["fly"], "Kommandoen «fly» finnes ikke"),
        (["vurder"], "Argumentet ordning mangler"),
        (["vurder", "askeladden"], "Valget --saker mangler"),
        (["kjor", "askeladden", "--fly"], "Valget --fly finnes ikke"),
        (["kjor", "askeladden", "--bit", "mange"], "--bit: dette er ikke et helt tall"),
        (["kjor", "askeladden", "--bit", "0"], "--bit: må være minst 1"),
        (["kjor", "askeladden", "--dato", "2020-02-30"], "ikke en dag som finnes"),
        (["kjor", "askeladden", "--dato"], "Valget --dato trenger en verdi"),
        (["demo", "--maaneder", "99"], "--maaneder: kan være høyst 36"),
        (["demo", "--form", "xml"], "Formen «xml» finnes ikke"),
        (["status", "a", "b"], "For mange argumenter: b"),
        (["syntetisk", "x", "--siste-maaned", "2020-13"], "ikke en dag som finnes"),
        (["syntetisk", "x", "--form", "xml"], "Ukjent form: xml"),
    ],
)
def test_feil_bruk(args, ord_, tmp_path):
    svar = ordning(*args, miljo=miljo(tmp_path))
    assert svar.kode == 2
    assert ord_ in svar.feil
    assert "Gjør dette:" in svar.feil
    assert ENGELSK.findall(svar.feil) == []
    som_json = ordning(*args, "--json", miljo=miljo(tmp_path))
    if args[-1] != "--dato":  # there --json is the value
        assert (som_json.kode, som_json.json["kode"], som_json.feil) == (2, 2, "")


def test_en_feil_ingen_saa_komme(tmp_path, monkeypatch):
    """In Norwegian, with the place in our code, without the words of the fault: they may name a person."""

    def brast(*_: object, **__: object) -> None:
        raise KeyError("01020312345")

    monkeypatch.setattr("kjerne.regelmotor.oppdagelse.finn", brast)
    svar = ordning("vurder", "askeladden", "--saker", "x.csv", miljo=miljo(tmp_path))
    assert svar.kode == 1
    assert "KeyError" in svar.feil
    assert "linje" in svar.feil
    assert "01020312345" not in svar.feil
    with pytest.raises(KeyError):
        ordning("vurder", "askeladden", "--saker", "x.csv", miljo=miljo(tmp_path) | {"ORDNING_FEILSOK": "1"})


def test_avbrutt(tmp_path, monkeypatch):
    def avbryt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("kjerne.regelmotor.oppdagelse.finn", avbryt)
    svar = ordning("vurder", "askeladden", "--saker", "x.csv", miljo=miljo(tmp_path))
    assert svar.kode == 1
    assert "Avbrutt" in svar.feil


def test_kommandoen_test_kjorer_alt_og_gir_sluttkoden_videre(monkeypatch):
    kjort, koder = [], []
    monkeypatch.setattr(prover.subprocess, "run", lambda k, **_: kjort.append(k) or subprocess.CompletedProcess(k, koder[len(kjort) - 1]))
    for koder, ventet in (([0, 0, 0], 0), ([0, 0, 1], 1), ([1, 0, 0], 1), ([0, 1, 0], 1)):  # noqa: B007  run reads koder
        kjort.clear()
        assert ordning("test", "tests/kontrakt", "-k", "konto").kode == ventet
        lint, lag, pytest_ = map(" ".join, kjort)
        assert "ruff" in lint
        assert "importlinter" in lag
        assert pytest_.endswith("pytest tests/kontrakt -k konto")


def kommandoer() -> set[str]:
    return {k.name or k.callback.__name__ for k in app.registered_commands}


def test_hver_kommando_staar_i_README():
    readme = (ROT / "README.md").read_text("utf-8")
    tabell = readme.split("## The commands")[1].split("\n## ")[0]
    assert set(re.findall(r"`(\w+)`", tabell)) == kommandoer()
    assert re.search(r"Exit codes: 0 done, 1 fault, 2 wrong use, 3 stopped by a quality check, 4 waits for approval, 5 a limit", readme)


def test_hver_kommando_har_hjelp_paa_norsk():
    for navn in sorted(kommandoer()):
        svar = ordning(navn, "--hjelp")
        assert svar.kode == 0
        assert re.search(r"[æøå]|\b(og|som|en|for|med)\b", svar.ut), navn
        if navn not in ("test", "api", "konsoll"):
            assert "--json" in svar.ut, navn


def test_NO_COLOR_paa_en_terminal(tmp_path):
    """On a real terminal: colours as a rule, none with NO_COLOR."""
    args = [sys.executable, "-m", "kjerne.cli", "status", "finnes-ikke"]
    farge = re.compile(rb"\x1b\[(?:\d+;)*(?:3\d|4\d|9\d)m")
    felles = {n: v for n, v in os.environ.items() if n not in ("NO_COLOR", "FORCE_COLOR", "PYTEST_CURRENT_TEST")} | miljo(tmp_path)
    for ekstra, ventet in (({"TERM": "xterm-256color"}, True), ({"TERM": "xterm-256color", "NO_COLOR": "1"}, False)):
        mester, slave = pty.openpty()
        kode = subprocess.run(args, cwd=ROT, env=felles | ekstra, stdin=slave, stdout=slave, stderr=slave).returncode
        os.close(slave)
        skrevet = os.read(mester, 65536)
        os.close(mester)
        assert kode == 2
        assert "Feil:" in skrevet.decode()
        assert bool(farge.search(skrevet)) is ventet
