"""Who is laid off: as the industries were, or nearly everybody when a scheme asks the register about it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.manifest import Soknadsfelt
from kjerne.syntetisk import Permitteringer, Samfunn, lag_samfunn, permitteringer_for, spor_registeret


def felt(navn: str, type_: str, **syntetisk: Any) -> Soknadsfelt:
    return Soknadsfelt(navn=navn, type=type_, nb=navn, nn=navn, syntetisk=syntetisk)  # type: ignore[arg-type]


def test_nesten_alle_blir_permittert_i_perioden(permitterte: Samfunn, samfunn: Samfunn) -> None:
    p = permitterte.personer
    assert p["permittert_fra"].notna().mean() > 0.85
    borte = p[p["permittert_fra"].notna()]
    assert borte["permittert_fra"].between("2020-03-16", "2020-05-08").all()
    assert borte["permittert_fra"].nunique() > 30
    assert ((borte["permittert_fra"] - borte["ansatt_fra"]).dt.days >= 14).all()
    for del_ in (p, samfunn.personer):
        assert (del_["permittert_fra"].dropna().dt.day_of_week < 5).all()
        med_slutt = del_.dropna(subset=["permittert_til"])
        assert (med_slutt["permittert_til"] >= med_slutt["permittert_fra"] + pd.Timedelta(days=10)).all()
        assert (med_slutt["permittert_til"] <= "2020-05-31").all() and len(med_slutt)
        assert del_["permittert_prosent"].notna().equals(del_["permittert_fra"].notna())


def test_registeret_sier_det_samme_som_personen(permitterte: Samfunn) -> None:
    rader = permitterte.permittering.query("art == 'permittering'").merge(permitterte.personer, on="ident")
    assert len(rader) > 2_000
    assert (rader["startdato"] == rader["permittert_fra"]).all()
    assert (rader["prosent"] == rader["permittert_prosent"]).all()
    assert rader["virksomhet"].tolist() == rader["hovedarbeidsgiver"].tolist()
    uten = set(permitterte.personer.dropna(subset=["permittert_fra"])["ident"]) - set(rader["ident"])
    assert uten == set(permitterte.fasit.loc[permitterte.fasit["problem"] == 10, "ident"])


def test_lonnen_faller_med_permitteringen(permitterte: Samfunn) -> None:
    """Someone fully laid off in March without an end has no pay in April and May, and full pay in February."""
    p = permitterte.personer[~permitterte.personer["ident"].isin(permitterte.fasit["ident"])]
    helt = p[(p["permittert_fra"] < "2020-04-01") & (p["permittert_prosent"] == 100) & p["permittert_til"].isna()]
    hovedlonn = permitterte.inntekt.merge(helt[["ident", "hovedarbeidsgiver"]], on="ident")
    hovedlonn = hovedlonn[hovedlonn["virksomhet"] == hovedlonn["hovedarbeidsgiver"]]
    per_maaned = hovedlonn.groupby("maaned")["ident"].nunique()
    assert len(helt) > 100
    assert per_maaned.get(pd.Timestamp("2020-02-01")) > 0.95 * len(helt)
    assert pd.Timestamp("2020-04-01") not in per_maaned.index and pd.Timestamp("2020-05-01") not in per_maaned.index


def test_ordningen_bestemmer_permitteringene() -> None:
    fra = felt("borte_fra", "dato", fra="permittert_fra", mellom=[dt.date(2020, 3, 16), dt.date(2020, 6, 1)])
    alle = permitteringer_for([felt("a", "heltall", verdi=1), fra])
    assert (alle.fra, alle.til) == (dt.date(2020, 3, 16), dt.date(2020, 6, 1))
    assert alle.andel and alle.andel > 0.9
    uten = [felt("a", "orgnr", fra="arbeidsgiver")]
    assert not spor_registeret(uten) and permitteringer_for(uten) == Permitteringer()
    bare_andelen = [felt("a", "prosent", fra="permittert_prosent")]
    assert spor_registeret(bare_andelen) and permitteringer_for(bare_andelen).fra is None


@pytest.mark.parametrize(
    "ugyldig",
    [
        lambda: Permitteringer(andel=1.1),
        lambda: Permitteringer(fra=dt.date(2020, 3, 16)),
        lambda: lag_samfunn(10, 1, permitteringer=Permitteringer(0.5, dt.date(2020, 5, 9), dt.date(2020, 5, 10))),  # a weekend
    ],
)
def test_umulige_permitteringer(ugyldig: Any) -> None:
    with pytest.raises(Ordningsfeil, match=r"[Pp]ermittering"):
        ugyldig()
