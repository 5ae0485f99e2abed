"""What may stand in the event log, that it stands or falls with what it tells of, and that many writers make one chain."""

from __future__ import annotations

import datetime as dt
import json
import threading

import pytest
import sqlalchemy as sa

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import oppslagslogg, person, revisjonslogg
from kjerne.lager.tilstand import tilstandshash
from kjerne.revisjon import FORMAAL, logg, logg_oppslag
from kjerne.revisjon.kjede import START, gaa, hode, rader
from tests.revisjon.kjeder import NAA

UUID = "11111111-2222-4333-8444-123456789012"
SIFRE = "1" * 32  # a hash may be digits only


def skriv(conn, detaljer=None, hendelse="bunt.laget", objekt=f"bunt:{SIFRE}", av="kari", naa=NAA):
    return logg(conn, hendelse, objekt, av, detaljer or {}, naa)


def test_rekken_er_hel_og_tiden_er_med(lager):
    with lager.begin() as conn:
        forste = skriv(conn, {"sum_ore": 10**12, "antall": 3, "fil_sha256": "12345678901" + "a" * 53, "id": UUID, "tom": None, "ja": True})
        andre = skriv(conn, naa=NAA.astimezone(dt.timezone(dt.timedelta(hours=2))) + dt.timedelta(1))
    with lesende(lager) as conn:
        svar = gaa(rader(conn), {1: [forste], 2: [andre]})
        assert (svar.antall, svar.antall_funn, svar.forankret, svar.hode) == (2, 0, 2, andre)
        rad = conn.execute(sa.select(revisjonslogg).where(revisjonslogg.c.nr == 2)).one()
    assert (rad.forrige_hash, rad.tid) == (forste, NAA + dt.timedelta(1))


@pytest.mark.parametrize("detaljer", [
    {"ident": "01810112345"}, {"konto": "8601 11 17947"}, {"konto": "8601.11.17947"}, {"a": "010180 12345"}, {"a": "x01810112345x"},
    {"a": 1810112345}, {"a": 86011117947}, {"a": [{"b": "01810112345"}]}, {"01810112345": 1},
    {"a": f"{UUID}:01810112345"}, {"navn": "Kari Nordmann"}, {"a": "æ"}, {"a": 1.5}, {"a": {"b": object()}}, {"Stor": 1},
    {"fnr01810112345": 1}, {"a": "x" * 201}, {"a": "linje\nskift"},
    {"a": -86011117947}, {"a": {f"n{i}": i for i in range(3000)}},
])  # fmt: skip
@pytest.mark.parametrize("nytt_lager", ["SQLite"], indirect=True)
def test_det_som_kan_peke_paa_en_person_avvises(lager, detaljer):
    with pytest.raises(ValueError, match="revisjonslogg") as feil, lager.begin() as conn:
        skriv(conn, detaljer)
    assert not any(s in str(feil.value) for s in ("0181", "8601", "Nordmann"))
    with lesende(lager) as conn:
        assert hode(conn) == (0, START)


@pytest.mark.parametrize("galt", [
    {"hendelse": "laget"}, {"hendelse": "Bunt.laget"}, {"objekt": "bunt"}, {"objekt": "person:01810112345"}, {"objekt": "a:b c"},
    {"av": " "}, {"av": ""}, {"av": "01810112345"}, {"av": "kari\n"}, {"av": "k" * 101},
], ids=str)  # fmt: skip
@pytest.mark.parametrize("nytt_lager", ["SQLite"], indirect=True)
def test_hvem_hva_og_til_hva(lager, galt):
    with pytest.raises(ValueError, match="revisjonslogg"), lager.begin() as conn:
        skriv(conn, **galt)


def test_hendelsen_staar_og_faller_med_det_den_forteller_om(lager):
    with pytest.raises(sa.exc.IntegrityError), lager.begin() as conn:
        skriv(conn)
        conn.execute(person.insert().values(person_id="a", ident=None))
    with lesende(lager) as conn:
        assert hode(conn) == (0, START)


def test_mange_skrivere_lager_en_kjede(lager):
    """8 threads, each with 25 transactions, some of which are rolled back: no fork, no gap, no lost event."""
    feil, start = [], threading.Barrier(8)

    def arbeid(nr: int) -> None:
        start.wait()
        for i in range(25):
            try:
                with lager.begin() as conn:
                    conn.scalar(sa.select(sa.func.count()).select_from(revisjonslogg))
                    skriv(conn, {"i": i}, av=f"nr{nr}")
                    if i % 5 == 4:
                        raise ZeroDivisionError
            except ZeroDivisionError:
                pass
            except Exception as e:
                feil.append(e)

    traader = [threading.Thread(target=arbeid, args=(nr,)) for nr in range(8)]
    for t in traader:
        t.start()
    for t in traader:
        t.join()
    assert feil == []
    with lesende(lager) as conn:
        svar = gaa(rader(conn), {})
        hvem = conn.execute(sa.select(revisjonslogg.c.av, revisjonslogg.c.detaljer).order_by(revisjonslogg.c.nr)).all()
    assert (svar.antall, svar.siste, svar.antall_funn) == (160, 160, 0)
    for nr in range(8):
        assert [json.loads(d)["i"] for av, d in hvem if av == f"nr{nr}"] == [i for i in range(25) if i % 5 != 4]


@pytest.mark.parametrize("nytt_lager", ["PostgreSQL"], indirect=True)
def test_den_som_leser_et_gammelt_bilde_kan_ikke_dele_kjeden(lager):
    """A transaction that saw the log before somebody else wrote is refused, not forked."""
    with lager.connect().execution_options(isolation_level="REPEATABLE READ") as gammel:
        assert hode(gammel) == (0, START)
        with lager.begin() as conn:
            skriv(conn)
        with pytest.raises(sa.exc.IntegrityError):
            skriv(gammel)
        gammel.rollback()
    with lesende(lager) as conn:
        assert gaa(rader(conn), {}).antall == 1


def test_tiden_er_ikke_del_av_tilstanden(lager):
    """Killed and resumed takes longer than undisturbed; the chain differs and the state does not."""
    hasher = []
    for minutter in (0, 7):
        with lager.connect() as conn:
            skriv(conn, naa=NAA + dt.timedelta(minutes=minutter))
            hasher.append((tilstandshash(conn), hode(conn)[1]))
            if minutter:
                logg_oppslag(conn, "eventyr", UUID, "kari", "forklaring", FORMAAL[0], NAA)
                assert tilstandshash(conn) == hasher[0][0]
                skriv(conn, {"antall": 1})
                assert tilstandshash(conn) != hasher[0][0]
            conn.rollback()
    assert hasher[0][0] == hasher[1][0] and hasher[0][1] != hasher[1][1]


def test_oppslag_krever_hvem_og_hvorfor(lager):
    for galt in ({"av": " "}, {"formaal": ""}, {"formaal": "nysgjerrighet"}, {"av": "01810112345"}):
        rett = {"ordning": "eventyr", "sak_id": UUID, "av": "kari", "vist": "brev", "formaal": "klage", "naa": NAA}
        with pytest.raises(Ordningsfeil, match="ikke oppgitt") as feil, lager.begin() as conn:
            logg_oppslag(conn, **rett | galt)
        assert feil.value.kode == 2 and "Saken er ikke vist" in str(feil.value)
    with lager.begin() as conn:
        logg_oppslag(conn, **rett)
        logg_oppslag(conn, **rett)
        rader_ = conn.execute(sa.select(oppslagslogg)).all()
        assert [(r.av, r.sak_id, r.vist, r.formaal, r.tid) for r in rader_] == [("kari", UUID, "brev", "klage", NAA)] * 2
        with pytest.raises(ValueError, match="sak_id is not an id"):
            logg_oppslag(conn, **rett | {"sak_id": "01810112345"})
