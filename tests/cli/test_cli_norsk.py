"""No English from Typer, Click or Rich: not in the help of a command, and not in what is said when it is written wrong."""

from __future__ import annotations

import re

import pytest

from kjerne.cli.app import app
from kjerne.cli.brukshjelp import med_norsk_hjelp
from tests.cli.dorer import miljo, ordning

ENGELSKE_ORD = re.compile(
    r"\b(usage|options?|commands?|arguments|args|required|default|show|this|message|and|exit|help|path|str|int|bool|range|env var|errors?|"
    r"invalid|missing|value|valid|such|did you mean|possible|takes?|does|not|should|input|unable|parse|try|for more|none|true|false|"
    r"deprecated|aborted|file|directory|integer|string|number)\b",
    re.IGNORECASE,
)


def kommandoer() -> list[str]:
    return sorted(k.name or k.callback.__name__ for k in app.registered_commands)


def valg(navn: str) -> list:
    """The options of a command, as Typer sees them."""
    import typer.main

    return typer.main.get_command(app).commands[navn].params


def engelsk(tekst: str) -> set[str]:
    return {m.lower() for m in ENGELSKE_ORD.findall(tekst)}


@pytest.mark.parametrize("skrevet", ["--hjelp", "-h", "--help"])
def test_hjelpen_til_alt(skrevet):
    svar = ordning(skrevet)
    assert svar.kode == 0
    assert engelsk(svar.ut + svar.feil) == set()
    assert all(ord_ in svar.ut for ord_ in ("Bruk: ordning", "Kommandoer", "Valg", "Vis denne hjelpen."))


@pytest.mark.parametrize("bredde", ["80", "200"])
@pytest.mark.parametrize("navn", kommandoer())
def test_hjelpen_til_hver_kommando(navn, bredde, monkeypatch):
    monkeypatch.setenv("COLUMNS", bredde)
    svar = ordning(navn, "--help")
    assert svar.kode == 0
    assert engelsk(svar.ut + svar.feil) == set()
    assert f"Bruk: ordning {navn}" in svar.ut
    assert "--hjelp" in svar.ut


def test_hjelpen_sier_slag_standard_og_hva_som_maa_med(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    kjor, vurder = ordning("kjor", "--hjelp").ut, ordning("vurder", "--hjelp").ut
    assert re.search(r"--bit +<tall> \[x>=1\] +Antall saker i hver bit\. \[ellers: 20000\]", kjor)
    assert re.search(r"--soknader +<sti>… ", kjor)
    assert re.search(r"--prefect +Kjør som", kjor)
    assert "[miljøvariabel: ORDNING_BRUKER]" in kjor
    assert re.search(r"\* +--saker +<sti> .*\[må oppgis\]", vurder)
    assert "Argumenter" in vurder


GALT = [
    ["--finnes-ikke"], ["finnes-ikke"], ["kjorr"], ["sj"],
    *[[navn, "--finnes-ikke"] for navn in kommandoer() if navn != "test"],
    *[[navn, "a", "b", "c"] for navn in kommandoer() if navn != "test"],
    *[[navn] for navn in ("kjor", "vurder", "ny", "forklar", "syntetisk", "signer")],
    *[[navn, p.opts[0], "mange"] for navn in kommandoer() for p in valg(navn) if getattr(p, "min", None) is not None],
    *[[navn, p.opts[0], "-99"] for navn in kommandoer() for p in valg(navn) if getattr(p, "min", None) is not None],
    *[[navn, p.opts[0]] for navn in kommandoer() for p in valg(navn) if p.param_type_name == "option" and not p.is_bool_flag],
    *[[navn, f"{p.opts[0]}=ja"] for navn in kommandoer() for p in valg(navn) if getattr(p, "is_bool_flag", False)],
]  # fmt: skip


@pytest.mark.parametrize("args", GALT, ids=" ".join)
def test_feil_bruk_sies_paa_norsk(args, tmp_path):
    svar = ordning(*args, miljo=miljo(tmp_path))
    assert svar.kode == 2, svar.ut + svar.feil
    typet = " ".join(args)
    assert engelsk(svar.ut + svar.feil) - engelsk(typet) == set()
    assert "Gjør dette:" in svar.feil or "Bruk: ordning" in svar.ut
    assert "er skrevet feil" not in svar.feil  # that is what is said when nothing better is known


def test_flere_like_navn(tmp_path):
    assert "Mente du kjor?" in ordning("kjorr", miljo=miljo(tmp_path)).feil


def test_hjelp_etter_to_streker_er_ikke_var():
    assert med_norsk_hjelp(["test", "--help", "--", "--help"]) == ["test", "--hjelp", "--", "--help"]
    assert med_norsk_hjelp(["ny"]) == ["ny"]
