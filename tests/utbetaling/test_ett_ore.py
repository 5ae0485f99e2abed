"""I05, I06: in 10 000 generated batches one øre, one line or one account is wrong somewhere, and each is found and named; the same
money under another id is caught every time."""

from __future__ import annotations

import datetime as dt
import random

import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from lagereksempel import DAG, GRENSER, NAA, ORDNING, bunt, fatt

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontroll.dobbelt import samme_penger
from kjerne.kontroll.kontekst import LINJE, Kontrollkontekst
from kjerne.lager import tabeller as t
from kjerne.utbetaling import avtrykk
from kjerne.utbetaling.avstemming import Filpost, sammenlign_fil, sammenlign_hovedbok
from kjerne.utbetaling.buntlaging import lag_bunt

ANTALL = 10_000


def _bunt(r: random.Random) -> tuple[dict[str, int], dict[str, str]]:
    ider = [f"{r.getrandbits(64):016x}" for _ in range(r.randint(1, 30))]
    return {i: r.randint(1, 60_000_00) for i in ider}, {i: f"{r.randint(10**10, 10**11 - 1)}" for i in ider}


def _fil(belop, konto) -> list[Filpost]:
    return [Filpost(i, konto[i], ore) for i, ore in belop.items()]


def _plant(r: random.Random, poster: list[Filpost]) -> tuple[list[Filpost], str, str]:
    """The file with one thing wrong: (file, what, which line)."""
    nr, hva = r.randrange(len(poster)), r.choice(["belop_i_filen", "mangler_i_filen", "bare_i_filen", "dobbelt_i_filen", "konto_i_filen"])
    en = poster[nr]
    ny = {
        "belop_i_filen": [en._replace(belop_ore=en.belop_ore + r.choice([-1, 1]))],
        "mangler_i_filen": [],
        "bare_i_filen": [en, en._replace(ende_til_ende_id="fremmed")],
        "dobbelt_i_filen": [en, en],
        "konto_i_filen": [en._replace(konto=str(int(en.konto) ^ 1))],
    }[hva]
    return [*poster[:nr], *ny, *poster[nr + 1 :]], hva, "fremmed" if hva == "bare_i_filen" else en.ende_til_ende_id


def test_i_ti_tusen_bunter_blir_hver_plantet_feil_funnet_i_filen():
    r = random.Random(20_200_715)
    for _ in range(ANTALL):
        belop, konto = _bunt(r)
        poster = _fil(belop, konto)
        r.shuffle(poster)
        assert list(sammenlign_fil("b", belop, konto, poster)) == []
        galt, hva, linje = _plant(r, poster)
        assert [(a.hva, a.linje) for a in sammenlign_fil("b", belop, konto, galt)] == [(hva, linje)]


def test_i_ti_tusen_bunter_blir_hvert_plantet_ore_funnet_i_hovedboken():
    r = random.Random(20_200_716)
    for nr in range(ANTALL):
        belop, _ = _bunt(r)
        assert list(sammenlign_hovedbok("b", "sendt", belop, belop)) == []
        linje = r.choice(list(belop))
        fort = {i: ore + (r.choice([-1, 1]) if i == linje else 0) for i, ore in belop.items()}
        fort = {i: ore for i, ore in fort.items() if ore}
        if nr % 3 == 1:
            fort.pop(linje, None)
        elif nr % 3 == 2:
            fort, linje = belop | {"fremmed": 1}, "fremmed"
        funn = list(sammenlign_hovedbok("b", "sendt", belop, fort))
        assert [(a.hva, a.linje) for a in funn] == [("sendt", linje)] and linje in funn[0].tekst


penger = st.tuples(st.just("o"), st.sampled_from("ab"), st.sampled_from([None, "1", "2"]), st.sampled_from("kl"),
                   st.sampled_from([DAG, DAG + dt.timedelta(1)]), st.just(DAG + dt.timedelta(9)), st.integers(1, 3))  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(penger, penger)
def test_avtrykket_er_likt_bare_for_de_samme_pengene(a, b):
    assert (avtrykk.avtrykk([a]) == avtrykk.avtrykk([b])) == (a == b)


def _kontekst(linjer: pd.DataFrame, andre: pd.DataFrame) -> Kontrollkontekst:
    ingen = pd.DataFrame(columns=["person_id", "sak_id", "konto", "mottatt_dato"])
    return Kontrollkontekst("o", linjer, andre, ingen, DAG, DAG, 99)


def _linjer(n: int, merket: bool, r: random.Random) -> pd.DataFrame:
    person = [f"p{i}" for i in range(n)]
    ut = pd.DataFrame({
        "linje_id": [f"{'a' if merket else 'b'}{i:06d}" for i in range(n)], "vedtak_id": "v", "sak_id": [f"s{merket}{i}" for i in range(n)],
        "ordning": "o", "person_id": person, "ident": [f"0181{i:07d}" for i in range(n)], "sokerkonto": None, "orgnr": None, "konto": "1",
        "til_soker": True, "klasse": "k", "fom": pd.Timestamp(DAG), "tom": pd.Timestamp(DAG),
        "belop_ore": [r.randint(1, 10**6) for _ in range(n)], "mottatt_dato": pd.Timestamp(DAG), "arbeidsgiver": None, "nokkel": "",
        "merket": merket,
    })  # fmt: skip
    assert set(ut) == set(LINJE)
    return ut.astype(dict.fromkeys(("linje_id", "sak_id", "person_id", "ident", "sokerkonto", "orgnr", "arbeidsgiver"), "string[pyarrow]"))


def test_ti_tusen_sammenfall_blir_alle_stanset_og_ingen_andre():
    r = random.Random(5)
    forst = _linjer(2 * ANTALL, True, r)
    nye = forst.assign(linje_id=forst["linje_id"].str.replace("a", "b"), sak_id="ny-" + forst["sak_id"], merket=False)
    ulik = [i % 2 == 1 for i in range(len(nye))]  # every second is another amount
    nye["belop_ore"] = nye["belop_ore"] + [1 if u else 0 for u in ulik]
    treff = samme_penger(_kontekst(nye, forst))
    assert (treff.brudd == [not u for u in ulik]).all() and treff.brudd.sum() == ANTALL


def test_databasen_slipper_ikke_de_samme_pengene_gjennom(lager):
    """Past the controls: a second case with the same money, put straight into the tables."""
    with lager.begin() as conn:
        fatt(conn)
        assert bunt(conn) is not None
        en = conn.execute(sa.select(t.linje).order_by(t.linje.c.linje_id)).first()
        v = conn.execute(sa.select(t.vedtak).where(t.vedtak.c.vedtak_id == en.vedtak_id)).one()._asdict()
        s = conn.execute(sa.select(t.soknad).where(t.soknad.c.sak_id == v["sak_id"])).one()._asdict()
        conn.execute(t.soknad.insert().values(s | {"sak_id": "ny", "soknad_id": "ny"}))
        conn.execute(t.vedtak.insert().values(v | {"sak_id": "ny", "vedtak_id": "ny", "belop_ore": en.belop_ore}))
        conn.execute(t.linje.insert().values(en._asdict() | {"linje_id": "ny", "vedtak_id": "ny"}))
    with pytest.raises(Ordningsfeil, match="alt på vei under en annen id") as feil, lager.begin() as conn:
        lag_bunt(conn, ORDNING, "k2", "Kari", DAG, GRENSER, NAA)
    assert feil.value.kode == 3
