"""Every planted problem stands in the ground truth, and can be found in the tables by someone who has not seen it."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.syntetisk import Problemandeler, Samfunn, lag_samfunn
from kjerne.syntetisk.problemandeler import NAVN, STANDARD

FERIE = ["feriepenger", "trekkILoennForFerie"]


def _par(ramme: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(ramme[["ident", "virksomhet"]])


def _siste(s: Samfunn) -> pd.Timestamp:
    return pd.Timestamp(s.siste_maaned)


def _uforklart_borte(s: Samfunn, maaneder: int) -> set[str]:
    """Running employments in Aa-registeret without income in the last months, unexplained by absence or sickness."""
    i = s.inntekt
    sene = i[i["maaned"] > _siste(s) - pd.DateOffset(months=maaneder)]
    a = s.arbeidsforhold[s.arbeidsforhold["sluttdato"].isna()]
    a = a[~_par(a).isin(_par(sene)) & _par(a).isin(_par(i)) & ~_par(a).isin(_par(s.permittering))]
    syke = s.personer[s.personer["ident"].isin(set(sene.loc[sene["beskrivelse"] == "sykepenger", "ident"]))]
    return set(a.loc[~_par(a).isin(_par(syke.rename(columns={"hovedarbeidsgiver": "virksomhet"}))), "ident"])


def _siste_maaned_mangler(s: Samfunn) -> set[str]:
    """No report from the main employer for the last month, or for the last one before a lay-off, unexplained by sickness."""
    hel = pd.DateOffset(months=1)
    ventet = (s.personer["permittert_fra"].dt.to_period("M").dt.to_timestamp() - hel).fillna(_siste(s)).dt.as_unit("s")
    p = s.personer.assign(virksomhet=s.personer["hovedarbeidsgiver"], maaned=ventet)
    a = s.arbeidsforhold[["ident", "virksomhet", "sluttdato"]]
    p = p[["ident", "virksomhet", "maaned", "ansatt_fra"]].merge(a, on=["ident", "virksomhet"])
    p = p[(p["ansatt_fra"] <= p["maaned"]) & ~(p["sluttdato"] < p["maaned"] + hel)]
    har = pd.MultiIndex.from_frame(s.inntekt[["ident", "virksomhet", "maaned"]])
    p = p[~pd.MultiIndex.from_frame(p[["ident", "virksomhet", "maaned"]]).isin(har)]
    syk = pd.MultiIndex.from_frame(s.inntekt.loc[s.inntekt["beskrivelse"] == "sykepenger", ["ident", "maaned"]])
    permisjon = s.permittering.loc[s.permittering["art"] == "permisjon", "ident"]
    return set(p.loc[~pd.MultiIndex.from_frame(p[["ident", "maaned"]]).isin(syk) & ~p["ident"].isin(permisjon), "ident"])


def _uten_arbeidsforhold(s: Samfunn) -> set[str]:
    i = s.inntekt[s.inntekt["inntekt_type"] == "Loennsinntekt"]
    return set(i.loc[~_par(i).isin(_par(s.arbeidsforhold)), "ident"])


def _hovedlonn(s: Samfunn, koder: list[str] | None = None) -> pd.DataFrame:
    """Pay from the main employer: person × month, kroner in øre."""
    i = s.inntekt.merge(s.personer[["ident", "hovedarbeidsgiver"]], on="ident")
    i = i[
        (i["virksomhet"] == i["hovedarbeidsgiver"]) & (i["fordel"] == "kontantytelse") & ~i["beskrivelse"].isin(FERIE)
    ]
    if koder:
        i = i[i["beskrivelse"].isin(koder)]
    return i.pivot_table(index="ident", columns="maaned", values="beloep_ore", aggfunc="sum").astype(float)


def _lav_lonn_uten_permittering(s: Samfunn) -> set[str]:
    lonn = _hovedlonn(s, ["fastloenn", "timeloenn"])
    siste_hele = _siste(s) - pd.DateOffset(months=1)
    for_krisen = lonn[[m for m in lonn.columns if m < siste_hele - pd.DateOffset(months=1)]].median(axis=1)
    lav = lonn[siste_hele].fillna(0) < 0.8 * for_krisen
    return set(lav[lav].index) - set(s.permittering["ident"])


def _syk_med_full_lonn(s: Samfunn) -> set[str]:
    lonn = _hovedlonn(s, ["fastloenn", "timeloenn"])
    full = lonn.ge(0.9 * lonn.median(axis=1), axis=0).stack()
    syke = s.inntekt[s.inntekt["beskrivelse"] == "sykepenger"]
    return {
        ident for ident, maaned in zip(syke["ident"], syke["maaned"], strict=True) if full.get((ident, maaned), False)
    }


def _variable(s: Samfunn) -> set[str]:
    lonn = _hovedlonn(s)
    return set(lonn.index[lonn.std(axis=1) / lonn.mean(axis=1) > 0.25])


def _hvor(maske: Callable[[pd.DataFrame], pd.Series], tabell: str = "inntekt") -> Callable[[Samfunn], set[str]]:
    def finn(s: Samfunn) -> set[str]:
        ramme = getattr(s, tabell)
        return set(ramme.loc[maske(ramme).fillna(False).astype(bool), "ident"])

    return finn


def _flere_tidspunkt(s: Samfunn) -> set[str]:
    antall = s.inntekt.groupby(["ident", "maaned", "virksomhet"])["registrert_tid"].nunique()
    return set(antall[antall > 1].index.get_level_values("ident"))


def _trekk_uten_ferie(s: Samfunn) -> set[str]:
    def par(kode: str) -> set[tuple]:
        i = s.inntekt[s.inntekt["beskrivelse"] == kode]
        return set(zip(i["ident"], i["virksomhet"], i["maaned"], strict=True))

    return {ident for ident, *_ in par("trekkILoennForFerie") - par("feriepenger")}


def _over_hundre(s: Samfunn) -> set[str]:
    per = s.permittering.groupby(["ident", "virksomhet"])["prosent"].agg(["sum", "size"])
    return set(per[(per["sum"] > 100) & (per["size"] > 1)].index.get_level_values("ident"))


def _to_nummer(s: Samfunn) -> set[str]:
    har = set(s.inntekt["ident"].unique())
    p = s.personer[s.personer["tidligere_ident"].isin(har) & s.personer["ident"].isin(har)]
    return set(p["ident"]) | set(p["tidligere_ident"])


FINN: dict[int, Callable[[Samfunn], set[str]]] = {
    1: _siste_maaned_mangler,
    2: _flere_tidspunkt,
    3: _hvor(lambda i: i.duplicated(["ident", "maaned", "virksomhet", "beskrivelse", "beloep_ore"])),
    4: _hvor(lambda i: i["opptjening_tom"] < i["maaned"]),
    5: _hvor(lambda i: i["tillegg_type"].astype("string").str.casefold() == "etterbetalingsperiode"),
    6: _trekk_uten_ferie,
    7: _hvor(lambda i: (i["beskrivelse"] == "fastloenn") & (i["beloep_ore"] < 0)),
    8: _hvor(lambda i: (i["beskrivelse"] == "timeloenn") & ~(i["antall"].fillna(0) > 0)),
    9: _hvor(lambda a: (a["stillingsprosent"] == 0) | (a["stillingsprosent"] > 100), "arbeidsforhold"),
    10: _lav_lonn_uten_permittering,
    11: lambda s: _hvor(lambda p: p["sluttdato"].isna() & (p["sist_bekreftet"] < _siste(s)), "permittering")(s),
    12: _over_hundre,
    13: _uten_arbeidsforhold,
    14: _uten_arbeidsforhold,
    15: _variable,
    16: _hvor(lambda i: i["fordel"] == "utgiftsgodtgjoerelse"),
    17: _syk_med_full_lonn,
    18: _hvor(lambda i: i["beskrivelse"].isin(["ufoeretrygd", "dagpengerVedArbeidsloeshet"])),
    19: _hvor(lambda i: i["skatteregel"].notna() | i["spesielle_forhold"].notna()),
    20: _hvor(lambda i: i["inntekt_type"] == "Naeringsinntekt"),
    21: lambda s: _uforklart_borte(s, 3),
    22: _hvor(lambda a: a["varsling"].notna(), "arbeidsforhold"),
    23: lambda s: _hvor(lambda i: i["maaned"] > _siste(s))(s),
    24: _to_nummer,
    25: _hvor(lambda i: i["beskrivelse"] == "loennEtterDoedsfall"),
    26: _hvor(lambda i: i["opplysningspliktig"].str.len() == 11),
}
# What also happens to people with nothing planted: short new employments, and pay that varies by itself.
NATURLIG = {10, 15}


@pytest.mark.parametrize("hvilket", ["samfunn", "permitterte"])
@pytest.mark.parametrize("nr", sorted(FINN))
def test_problemet_er_i_fasiten_og_synes_i_tabellene(request: pytest.FixtureRequest, nr: int, hvilket: str) -> None:
    s: Samfunn = request.getfixturevalue(hvilket)
    plantet = set(s.fasit.loc[s.fasit["problem"] == nr, "ident"])
    assert plantet, NAVN[nr]
    assert plantet <= FINN[nr](s)


@pytest.mark.parametrize("nr", sorted(set(FINN) - NATURLIG))
def test_uten_planting_finnes_det_ikke(rent: Samfunn, nr: int) -> None:
    assert not len(rent.fasit)
    assert not FINN[nr](rent)


def test_andelene(samfunn: Samfunn) -> None:
    personer = samfunn.fasit.groupby("problem")["ident"].nunique()
    for nr, _, andel in STANDARD:
        forventet = max(1, round(andel * 4_000)) * (2 if nr == 24 else 1)  # 24: both numbers
        assert personer[nr] == forventet, NAVN[nr]
    assert 0.06 <= sum(andel for *_, andel in STANDARD) <= 0.10


def test_en_person_har_hoyst_ett_plantet_problem(samfunn: Samfunn) -> None:
    assert samfunn.fasit.groupby("ident")["problem"].nunique().max() == 1


def test_fasiten_viser_til_riktige_rader(samfunn: Samfunn) -> None:
    for tabell, deler in samfunn.fasit[samfunn.fasit["rad_id"].notna()].groupby("tabell"):
        ramme = getattr(samfunn, tabell).set_index("rad_id")
        rader = ramme.loc[deler["rad_id"]]
        assert rader["ident"].tolist() == deler["ident"].tolist()
        if tabell == "inntekt":
            assert rader["maaned"].tolist() == deler["maaned"].tolist()
        nytt_sted = (deler["problem"] == 14).to_numpy()  # the fasit says where the row lies, not where it should have
        assert (rader["virksomhet"].to_numpy() == deler["virksomhet"].to_numpy())[~nytt_sted].all()


def test_ett_problem_alene() -> None:
    s = lag_samfunn(400, fro=1, problemer=Problemandeler({3: 0.05}))
    assert set(s.fasit["problem"]) == {3}
    assert len(s.fasit) == 20
    assert FINN[3](s) == set(s.fasit["ident"])


@pytest.mark.parametrize("andeler", [{27: 0.1}, {1: -0.1}, {1: 0.4, 2: 0.4}])
def test_umulige_andeler(andeler: dict[int, float]) -> None:
    with pytest.raises(Ordningsfeil, match="Andelene"):
        Problemandeler(andeler)
