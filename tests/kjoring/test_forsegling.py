"""I11 for every table: a row that is changed, taken away or added behind is found the day after, on both databases."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from kjerne.drift.klokke import Stillklokke
from kjerne.kjoring import saksbehandling
from kjerne.kjoring.avstemmingssteg import avstem
from kjerne.kjoring.medarbeidere import registrer_medarbeider
from kjerne.kjoring.revurdering import Hvorfor, finn_endringer
from kjerne.kjoring.revurderingsforslag import foreslaa, godkjenn_forslag
from kjerne.kjoring.stoppknapp import trykk
from kjerne.kjoring.tilbakekreving import varsle
from kjerne.kjoring.verifisering import verifiser
from kjerne.kjoring.visning import foer_visning
from kjerne.lager import tabeller as t
from kjerne.lager.motor import lesende
from kjerne.regelmotor.oppdagelse import finn
from kjerne.revisjon.segl import UTENFOR, _med_tid, forseglede
from tests.kjoring.conftest import DAG, betal_alt
from tests.kjoring.test_revurdering import endre_regel
from tests.kjoring.test_verifisering import hendelser, uten_vakter

MENNESKENES = ("tilbakekreving", "tilbakekreving_hendelse", "revurdering", "revurdering_hendelse", "omgjoring", "saksopplysning",
               "medarbeider", "stopp", "oppslagslogg", "kontrollfunn", "kontrollbeslutning")  # fmt: skip
PENGENES = ("soknad", "vedtak", "linje", "bunt", "bunt_linje", "bunt_hendelse", "bilag", "postering", "betalingsavtrykk", "sporsmal",
            "leveranse", "avstemming")  # fmt: skip


@pytest.fixture
def forseglet(kjort, tmp_path, monkeypatch):
    """A day with something in every table that humans write in; the day after it is reconciled, and so sealed."""
    registrer_medarbeider(kjort, "lisa", "lisa", "Lisa", ["leder"], "lisa")
    betal_alt(kjort)
    with lesende(kjort.motor) as conn:
        sak = conn.scalar(sa.select(sa.func.min(t.sak.c.sak_id)).where(t.sak.c.tilstand == "manuell"))
        linje_id = conn.scalar(sa.select(sa.func.min(t.linje.c.linje_id)))
    saksbehandling.opplys(kjort, finn("askeladden"), sak, "oppgitt_lønn", "1234", "Ringte arbeidsgiveren.", "sara")
    foer_visning(kjort, "askeladden", [sak], "sara", "behandling")
    _et_funn(kjort, linje_id)
    verk = endre_regel(tmp_path, monkeypatch, "dekning;60;", "dekning;40;")
    f = foreslaa(kjort, verk, finn_endringer(kjort, verk, Hvorfor("regel", "feil sats")), "ola")
    godkjenn_forslag(kjort, verk, f.revurdering_id, "kari", f.antall, "Sett og regnet.")
    varsle(kjort, verk, [], "sara")
    trykk(kjort, "askeladden", "for øvelsens skyld", "ola")
    assert avstem(kjort, verk, "ola").avvik == [] and "base.forseglet" not in hendelser(kjort), "det yngste venter"
    kjort.klokke = Stillklokke(DAG + dt.timedelta(days=1))
    assert avstem(kjort, verk, "ola").avvik == [] and hendelser(kjort)[-1] == "base.forseglet"
    return kjort


def _et_funn(rom, linje_id: str) -> None:
    with rom.motor.begin() as conn:
        conn.execute(t.kontrollfunn.insert().values(
            funn_id="funn-1", ordning="askeladden", kontroll="K00", versjon=1, handling="STIKK", modus="skygge", linje_id=linje_id,
            bunt_id=None, gruppe="", grunn="Samme konto.", bevis="{}", belop_ore=1, kjoring_id="k", laget_av="ola",
            funnet_tid=rom.klokke.naa()))  # fmt: skip
        conn.execute(t.kontrollbeslutning.insert().values(funn_id="funn-1", nr=1, beslutning="slipp", grunn="Er ektefeller.", av="sara",
                                                          tid=rom.klokke.naa()))  # fmt: skip


def test_urort_er_hel_og_neste_dag_forsegles_bare_det_nye(forseglet):
    assert verifiser(forseglet).hel
    antall = hendelser(forseglet).count("base.forseglet")
    forseglet.klokke = Stillklokke(DAG + dt.timedelta(days=2))
    avstem(forseglet, finn("askeladden"), "ola")
    assert hendelser(forseglet).count("base.forseglet") == antall + 1 and verifiser(forseglet).hel


def test_hver_tabell_er_forseglet_eller_staar_paa_listen():
    assert set(forseglede()) | UTENFOR >= set(t.BARE_TILFOY) and not set(forseglede()) & UTENFOR
    assert [n for n in forseglede() if _med_tid(t.metadata.tables[n])[1] is None] == []
    assert set(MENNESKENES) | set(PENGENES) <= set(forseglede())


def test_en_rad_endret_fjernet_eller_lagt_til_i_hver_tabell_blir_funnet(forseglet):
    """One after the other in the same place, each undone again by rolling back: 3 × 23 attacks."""
    ikke_funnet = []
    for navn in (*MENNESKENES, *PENGENES):
        for hva, angrep in (("endret", _endre), ("fjernet", _fjern), ("lagt til", _legg_til)):
            if not _oppdaget(forseglet, navn, angrep):
                ikke_funnet.append(f"{navn}: {hva}")
    assert ikke_funnet == []


def _oppdaget(rom, navn: str, angrep) -> bool:
    from kjerne.revisjon import segl

    tabell = t.metadata.tables[navn]
    with uten_vakter(rom) as conn:
        assert angrep(conn, tabell) == 1, (navn, angrep)
        funn = [f.hva for f in segl.avvik(conn)]
        conn.rollback()
    return any(f"Tabellen {navn}:" in f for f in funn)


def _forste(conn, tabell):
    return conn.execute(sa.select(tabell).order_by(*tabell.primary_key.columns).limit(1)).one()


def _hvor(tabell, rad):
    return sa.and_(*(k == rad._mapping[k.name] for k in tabell.primary_key.columns))


HELST = ("belop_ore", "grunn", "navn", "av", "verdi", "konto", "innhold", "for_utfall", "filnavn")


def _endre(conn, tabell) -> int:
    """A column of text or amount gets another value; a key, where a row has nothing else."""
    rad = _forste(conn, tabell)
    fremmede = {f.parent.name for f in tabell.foreign_keys}
    kan = [k for k in tabell.c if not k.primary_key and k.name not in fremmede and not isinstance(k.type, t.Tid | sa.Date)]
    navn = [k.name for k in kan if rad._mapping[k.name] is not None]
    kolonne = tabell.c[next((n for n in HELST if n in navn), navn[-1] if navn else tabell.primary_key.columns[0].name)]
    verdi = rad._mapping[kolonne.name]
    ny = verdi + 1 if isinstance(verdi, int) else f"{verdi or ''}x"
    return conn.execute(tabell.update().where(_hvor(tabell, rad)).values({kolonne.name: ny})).rowcount


def _fjern(conn, tabell) -> int:
    return conn.execute(tabell.delete().where(_hvor(tabell, _forste(conn, tabell)))).rowcount


def _legg_til(conn, tabell) -> int:
    """A copy of a row under another key, at the same moment."""
    verdier = dict(_forste(conn, tabell)._mapping)
    for k in tabell.primary_key.columns:
        if k.name in ("nr", "forsok", "avtrykk") or len(tabell.primary_key.columns) == 1:
            verdier[k.name] = 9_999 if isinstance(verdier[k.name], int) else f"{verdier[k.name]}x"
    _unike(tabell, verdier)
    verdier |= ANNEN_HENDELSE.get(tabell.name, {})
    conn.execute(tabell.insert().values(verdier))
    return 1


ANNEN_HENDELSE = {"tilbakekreving_hendelse": {"hendelse": "frafalt", "frist": None, "grunn": "x"},
                  "revurdering_hendelse": {"hendelse": "avvist"}}  # fmt: skip


def _unike(tabell, verdier) -> None:
    for krav in tabell.constraints:
        if isinstance(krav, sa.UniqueConstraint):
            siste = list(krav.columns)[-1].name
            verdier[siste] = verdier[siste] + 9_999 if isinstance(verdier[siste], int) else f"{verdier[siste]}x"
