"""Who may see somebody at the terminal: every command that shows a person asks for a role, and tells nothing to whoever has none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from kjerne.cli.app import app
from kjerne.drift.klokke import Stillklokke
from kjerne.kjoring import saksbehandling
from kjerne.kjoring.medarbeidere import registrer_medarbeider
from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kjoring.tilbakekreving import krav_i
from kjerne.lager import tabeller as t
from kjerne.lager.motor import lesende
from tests.cli.dorer import ordning
from tests.kjoring.alle_tabeller import ID, fyll_alt
from tests.kjoring.conftest import DAG

ROLLE = {"ulf": "utvikler", "ola2": "operator", "siri": "saksbehandler", "kim": "kontroll", "frida": "fag"}
VISER = {  # command → the ways in which it shows somebody. RETTET, KRAV, VENTER and SAK are ids, UT a file
    "forklar": ("forklar O SAK", "forklar O SAK --brev UT", "forklar O SAK --json", "forklar O finnes-ikke"),
    "krav": ("krav O", "krav O --json", "krav O KRAV", "krav O KRAV --brev UT", "krav O --varsle", "krav O KRAV --vedta --grunn Feil",
             "krav O KRAV --frafall --grunn Feil", "krav O KRAV --oversend", "krav O KRAV --innbetalt --belop 1 --referanse r"),
    "kontroller": ("kontroller O", "kontroller O --alle", "kontroller O --json", "kontroller O --alle --json"),
    "behandle": ("behandle O", "behandle O --json", "behandle O VENTER", "behandle O VENTER --json", "behandle O VENTER --vedta innvilget",
                 "behandle O VENTER --overstyr avslag --grunn «en-grunn-som-er-lang-nok»", "behandle O finnes-ikke"),
    "sporsmal": ("sporsmal O", "sporsmal O --json", "sporsmal O --ut UT"),
    "revurder": ("revurder O --arsak feil --rettelser RETTET", "revurder O --arsak feil --rettelser RETTET --ut UT --json",
                 "revurder O --vis FORSLAG --ut UT"),
    "kvitter": ("kvitter O", "kvitter O --json"),
}  # fmt: skip
VISER_INGEN = {  # command → why it needs no such role; those with a way to call them here are called as well
    "demo": "bare syntetiske", "ord": "ordene", "test": "prøvene", "syntetisk": "bare syntetiske", "ny": "en mappe",
    "eksempler": "eksempler er ingen", "sjekk": "en mappe", "dok": "en mappe", "vurder": "leser ingen base", "simuler": "leser ingen base",
    "modenhet": "en mappe", "signer": "en mappe", "avvikl": "tall", "api": "eget innslipp", "konsoll": "eget innslipp",
    "status": "tall", "rapport": "tall", "medarbeider": "de som arbeider her", "verifiser": "id-er av det som er endret",
    "kjor": "linjenumre og tall", "godkjenn": "bunter", "avbryt": "bunter", "utbetal": "bunter", "avstem": "bunter", "stopp": "knappen",
    "start": "knappen",
}  # fmt: skip
KALLES = ("status --json", "status O", "rapport O --ut UT", "medarbeider", "verifiser", "revurder O", "godkjenn O", "utbetal O", "avstem O",
          "kontroller O --katalog", "kontroller O --slipp FUNN --grunn Spurt-og-avklart",
          "sporsmal O --svar RETTET", "kvitter O --alle")  # fmt: skip


@pytest.fixture
def dag(nytt_lager, lager, grunnlag, tmp_path, monkeypatch) -> Arbeidsrom:
    rom = Arbeidsrom(tmp_path / "data", lager, Stillklokke(DAG))
    fyll_alt(rom, grunnlag, tmp_path, monkeypatch)
    for konto, rolle in ROLLE.items():
        registrer_medarbeider(rom, konto, konto, konto, [rolle], "lisa")
    return rom


@pytest.fixture
def kall(dag, tmp_path):
    """Runs one of the lines above as this account: (exit code, all that it said and wrote)."""
    with lesende(dag.motor) as conn:
        sak = conn.scalar(sa.select(sa.func.min(t.vedtak.c.sak_id)))
        ider = {"O": ID, "SAK": sak, "VENTER": saksbehandling.kofor(dag, ID)["sak_id"].iat[0], "KRAV": krav_i(dag, ID)[0].krav_id,
                "FORSLAG": conn.scalar(sa.select(t.revurdering.c.revurdering_id)), "FUNN": conn.scalar(sa.select(t.kontrollfunn.c.funn_id)),
                "RETTET": tmp_path / "rettet.csv", "UT": tmp_path / "ut"}  # fmt: skip
    ider["RETTET"].write_text(f"sak;felt;verdi\n{sak};oppgitt_lønn;30000\n", "utf-8")
    miljo = {"ORDNING_DATA": str(dag.data), "ORDNING_DATABASE_URL": dag.motor.url.render_as_string(hide_password=False)}

    def gjor(linje: str, bruker: str) -> tuple[int, str]:
        ider["UT"].unlink(missing_ok=True)
        svar = ordning(*(ider.get(ord_, ord_) for ord_ in linje.split()), miljo=miljo | {"ORDNING_BRUKER": bruker})
        fil = Path(ider["UT"])
        return svar.kode, svar.ut + svar.feil + (fil.read_text("utf-8") if fil.exists() else "")

    return gjor


def _personlig(rom: Arbeidsrom) -> re.Pattern:
    """Whatever says who somebody is, or where the money goes."""
    with lesende(rom.motor) as conn:
        numre = [*conn.scalars(sa.select(t.person.c.ident)), *conn.scalars(sa.select(t.soknad.c.konto).distinct())]
    return re.compile("|".join(re.escape(n) for n in numre if n))


def _navn() -> set[str]:
    return {k.name or k.callback.__name__ for k in app.registered_commands}


def test_hver_kommando_viser_noen_eller_ingen():
    assert _navn() == VISER.keys() | VISER_INGEN.keys() and not VISER.keys() & VISER_INGEN.keys()
    assert all(linje.split()[0] == navn for navn, linjer in VISER.items() for linje in linjer)


@pytest.mark.parametrize("nytt_lager", ["SQLite"], indirect=True)
def test_en_utvikler_ser_ingen(dag, kall):
    personlig, feil = _personlig(dag), []
    oppslag = sa.select(sa.func.count()).select_from(t.oppslagslogg)
    with lesende(dag.motor) as conn:
        foer = conn.scalar(oppslag)
        saker = re.compile("|".join(conn.scalars(sa.select(t.sak.c.sak_id))))
    for linje in (linje for linjer in VISER.values() for linje in linjer):
        kode, tekst = kall(linje, "ulf")
        if kode != 4 or "ulf har ikke rollen som kreves" not in tekst or "Ingenting er" not in tekst or personlig.search(tekst):
            feil.append((linje, kode, tekst[:200]))
        assert not saker.search(tekst), linje
    for linje in KALLES:
        kode, tekst = kall(linje, "ulf")
        if kode not in (0, 2, 4) or personlig.search(tekst):
            feil.append((linje, kode, tekst[:200]))
    assert feil == []
    with lesende(dag.motor) as conn:
        assert conn.scalar(oppslag) == foer, "et avslag er ikke noe oppslag"


@pytest.mark.parametrize("nytt_lager", ["SQLite"], indirect=True)
def test_den_som_har_rollen_ser_og_ingen_andre(dag, kall):
    """The roles of each: siri and kim may see a case, an operator lists, and who works with the law sees neither person nor case."""
    for linje, lov in {
        "forklar O SAK": "siri kim", "forklar O SAK --brev UT": "siri kim", "krav O": "siri kim ola2 frida",
        "krav O KRAV --brev UT": "siri kim",
        "kontroller O": "siri kim ola2 frida", "kontroller O --alle --json": "siri kim ola2 frida", "behandle O VENTER": "siri",
        "behandle O": "siri kim ola2 frida", "sporsmal O": "siri kim ola2 frida", "sporsmal O --ut UT": "siri ola2",
        "revurder O --vis FORSLAG --ut UT": "siri kim ola2 frida", "kvitter O": "siri kim ola2 frida",
    }.items():  # fmt: skip
        fikk = {konto: kall(linje, konto)[0] for konto in ROLLE}
        assert fikk == {konto: 0 if konto in lov.split() else 4 for konto in ROLLE}, linje
    assert kall("forklar O SAK", "en.ukjent")[0] == 0, "med syntetiske data kan den som ingen har registrert, alt en ansatt kan"
