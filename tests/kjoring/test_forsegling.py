"""I11 for every table: a row that is changed, taken away or added behind is found the day after, on both databases."""

from __future__ import annotations

import contextlib
import datetime as dt

import pytest
import sqlalchemy as sa

from kjerne.drift.klokke import Stillklokke
from kjerne.kjoring.avstemmingssteg import avstem
from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kjoring.verifisering import tabellfunn, verifiser
from kjerne.lager import tabeller as t
from kjerne.lager.motor import lesende
from kjerne.regelmotor.oppdagelse import finn
from kjerne.revisjon import segl
from kjerne.revisjon.segl import OGSAA, UTENFOR, _med_tid, forseglede
from tests.kjoring.alle_tabeller import fyll_alt
from tests.kjoring.conftest import DAG
from tests.kjoring.test_verifisering import hendelser, uten_vakter

TOMME: dict[str, str] = {}  # table → why no row of it can be made here
ANDRE = ("revisjonslogg",)  # attacked in test_verifisering and in tests/revisjon
FUNNET_I = {"egenskap": "person"}  # the salt is seen in what is worked out with it
IKKE_FUNNET = {"egenskap: lagt til": "bare saltet blir lest"}  # what nobody can find, and why it does no harm


@pytest.fixture
def forseglet(lager, grunnlag, tmp_path, monkeypatch) -> Arbeidsrom:
    """A day with something in every table; the day after it is reconciled, and so sealed."""
    rom = Arbeidsrom(tmp_path / "data", lager, Stillklokke(DAG))
    verk = fyll_alt(rom, grunnlag, tmp_path, monkeypatch)
    assert avstem(rom, verk, "ola").avvik == [] and "base.forseglet" not in hendelser(rom), "det yngste venter"
    rom.klokke = Stillklokke(DAG + dt.timedelta(days=1))
    assert avstem(rom, verk, "ola").avvik == [] and hendelser(rom)[-1] == "base.forseglet"
    return rom


def test_hver_tabell_er_forseglet_eller_staar_paa_listen():
    assert set(forseglede()) == set(t.BARE_TILFOY) - UTENFOR | set(OGSAA) and set(t.BARE_TILFOY) >= UTENFOR
    assert [n for n in forseglede() if _med_tid(t.metadata.tables[n])[1] is None] == []


def test_en_rad_endret_fjernet_eller_lagt_til_i_hver_tabell_blir_funnet(forseglet):
    """One after the other in the same place, each undone by rolling back. A new table needs a row in `fyll_alt`, or a reason in TOMME."""
    assert verifiser(forseglet).hel
    angrepne = sorted({*t.BARE_TILFOY, *OGSAA} - {*ANDRE, *TOMME})
    with lesende(forseglet.motor) as conn:
        assert [n for n in angrepne if not conn.scalar(sa.select(sa.func.count()).select_from(t.metadata.tables[n]))] == []
    ikke_funnet = []
    with uten_vakter(forseglet) as conn:
        for navn in angrepne:
            for hva, angrep in (("endret", _endre), ("fjernet", _fjern), ("lagt til", _legg_til)):
                with conn.begin_nested() as gammelt:
                    assert angrep(conn, t.metadata.tables[navn]) == 1, (navn, hva)
                    if not any(f.hva.startswith(f"Tabellen {FUNNET_I.get(navn, navn)}:") for f in tabellfunn(conn)):
                        ikke_funnet.append(f"{navn}: {hva}")
                    gammelt.rollback()
        conn.rollback()
    assert ikke_funnet == sorted(IKKE_FUNNET)
    antall = hendelser(forseglet).count("base.forseglet")
    forseglet.klokke = Stillklokke(DAG + dt.timedelta(days=2))
    avstem(forseglet, finn("askeladden"), "ola")
    assert hendelser(forseglet).count("base.forseglet") == antall + 1 and verifiser(forseglet).hel, "neste dag bare det nye"


@pytest.mark.parametrize("kjort", ["SQLite"], indirect=True)
def test_en_tabell_som_ikke_var_med_for_forsegles_fra_begynnelsen(kjort, monkeypatch):
    alle = forseglede()
    monkeypatch.setattr(segl, "forseglede", lambda: tuple(n for n in alle if n != "brev"))
    kjort.klokke = Stillklokke(DAG + dt.timedelta(days=1))
    avstem(kjort, finn("askeladden"), "ola")
    monkeypatch.setattr(segl, "forseglede", lambda: alle)
    assert verifiser(kjort).hel
    kjort.klokke = Stillklokke(DAG + dt.timedelta(days=2))
    avstem(kjort, finn("askeladden"), "ola")
    assert verifiser(kjort).hel and hendelser(kjort).count("base.forseglet") == 2
    with uten_vakter(kjort) as conn:
        assert _endre(conn, t.brev) == 1
    assert [f.hva.partition(":")[0] for f in verifiser(kjort).funn] == ["Tabellen brev"]


def _forste(conn, tabell):
    return conn.execute(sa.select(tabell).order_by(*tabell.primary_key.columns).limit(1)).one()


def _hvor(tabell, rad):
    return sa.and_(*(k == rad._mapping[k.name] for k in tabell.primary_key.columns))


HELST = ("belop_ore", "grunn", "navn", "av", "verdi", "konto", "innhold", "for_utfall", "filnavn", "sats_ore", "kode")


def _endre(conn, tabell) -> int:
    """The first column of text or amount that lets itself be changed gets another value; a key, where a row has nothing else."""
    rad = _forste(conn, tabell)
    fremmede = {f.parent.name for f in tabell.foreign_keys}
    kan = [k.name for k in tabell.c if not k.primary_key and k.name not in fremmede and not isinstance(k.type, t.Tid | sa.Date)]
    kan.sort(key=lambda n: (rad._mapping[n] is None, HELST.index(n) if n in HELST else len(HELST)))
    for navn in (*kan, *(k.name for k in tabell.primary_key.columns)):
        verdi = rad._mapping[navn]
        ny = verdi + 1 if isinstance(verdi, int | float) else f"{verdi or ''}x"
        with contextlib.suppress(sa.exc.DBAPIError), conn.begin_nested():
            return conn.execute(tabell.update().where(_hvor(tabell, rad)).values({navn: ny})).rowcount
    return 0


def _fjern(conn, tabell) -> int:
    return conn.execute(tabell.delete().where(_hvor(tabell, _forste(conn, tabell)))).rowcount


def _legg_til(conn, tabell) -> int:
    """A copy of a row under another key, at the same moment."""
    verdier = dict(_forste(conn, tabell)._mapping)
    nokler = [k.name for k in tabell.primary_key.columns]
    teller = [n for n in nokler if n in ("nr", "forsok", "avtrykk", "linje", "bit")] or nokler[-1:]
    for n in teller:
        verdier[n] = 9_999 if isinstance(verdier[n], int) else f"{verdier[n]}x"
    _unike(tabell, verdier)
    conn.execute(tabell.insert().values(verdier | ANNEN_RAD.get(tabell.name, {})))
    return 1


ANNEN_RAD = {"tilbakekreving_hendelse": {"hendelse": "frafalt", "frist": None, "grunn": "x"},
             "revurdering_hendelse": {"hendelse": "avvist"}, "overstyring_hendelse": {"hendelse": "avvist"},
             "reservasjon": {"ramme": "bevilgning"}, "oppdragsfil": {"bunt_id": None},
             "oppdragsfil_hendelse": {"hendelse": "avstemt", "fil_id": "annen", "fil_sha256": None}}  # fmt: skip


def _unike(tabell, verdier) -> None:
    for krav in tabell.constraints:
        if isinstance(krav, sa.UniqueConstraint):
            siste = list(krav.columns)[-1].name
            verdier[siste] = verdier[siste] + 9_999 if isinstance(verdier[siste], int) else f"{verdier[siste]}x"
