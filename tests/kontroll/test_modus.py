"""What a scheme says of the controls: shadow, off, sunset, thresholds by date; and what no control can do, which is to refuse."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from kjerne.kontrakt.feil import Ordningsfeil, Samlefeil
from kjerne.kontrakt.kontrollvalg import Kontrollvalg
from kjerne.kontroll import regel as regelmodul
from kjerne.kontroll.gjennomforing import gjennomfor
from kjerne.kontroll.katalog import Plankontroll, katalog, plan_for, valgfeil
from kjerne.kontroll.regel import Treff, regler
from tests.kontroll.dag import BETALES, kjor, kontekst, linje

DAG = dt.timedelta(days=1)


def _valg(**annet) -> Kontrollvalg:
    return Kontrollvalg.model_validate(annet)


def _funn(valg: Kontrollvalg, id_: str = "K04", dag: dt.date = BETALES) -> tuple[pd.DataFrame, object]:
    g = gjennomfor([p for p in plan_for(valg, dag) if p.kontroll.id == id_], kontekst([linje(i, konto="felles") for i in range(3)]))
    return g.funn, g.tall[0]


def test_skarp_stopper_og_skygge_bare_teller():
    skarp, tall = _funn(_valg())
    assert (len(skarp), tall.treff, tall.stopper, tall.modus) == (3, 3, 3, "skarp")
    skygge, tall = _funn(_valg(skygge=["K04"]))
    assert (len(skygge), tall.treff, tall.stopper, tall.modus) == (3, 3, 0, "skygge")
    assert set(skygge["modus"]) == {"skygge"} and list(skygge["linje_id"]) == list(skarp["linje_id"])


def test_slaatt_av_sier_hvorfor():
    funn, tall = _funn(_valg(av={"K04": "Ordningen betaler bare til kommuner."}))
    assert (len(funn), tall.ikke_kjort) == (0, "slått av: Ordningen betaler bare til kommuner.")
    with pytest.raises(ValueError, match="av.K04"):
        _valg(av={"K04": "nei"})


def test_etter_siste_dag_kjores_den_ikke():
    siste = katalog()["K04"].avsluttes
    assert _funn(_valg(), dag=siste)[1].treff == 3
    funn, tall = _funn(_valg(), dag=siste + DAG)
    assert (len(funn), tall.ikke_kjort) == (0, f"avsluttet {siste:%d.%m.%Y}")


def test_grensen_folger_datoen():
    valg = _valg(grenser={"K04": {"minst_mottakere": [{"fra": "2020-05-01", "verdi": 4}, {"fra": "2020-06-01", "verdi": 3}]}})
    assert _funn(valg, dag=dt.date(2020, 5, 1))[1].treff == 0
    assert _funn(valg, dag=dt.date(2020, 5, 31))[1].treff == 0
    assert _funn(valg, dag=dt.date(2020, 6, 1))[1].treff == 3
    assert _funn(valg, dag=dt.date(2020, 4, 30))[1].ikke_kjort == "ingen verdi for minst_mottakere denne dagen"


@pytest.mark.parametrize(
    ("valg", "ord_"),
    [
        ({"skygge": ["K99"]}, "Kontrollen K99 finnes ikke"),
        ({"grenser": {"K04": {"minst_mottaker": [{"fra": "2020-01-01", "verdi": 2}]}}}, "ingen grense som heter «minst_mottaker»"),
        ({"grenser": {"K04": {"minst_mottakere": []}}}, "skal ha én verdi per dato"),
        ({"grenser": {"K04": {"minst_mottakere": [{"fra": "2020-01-01", "verdi": 2}] * 2}}}, "skal ha én verdi per dato"),
        ({"av": {"K26": "Vi vil ikke ha den."}}, "gjelder i alle ordninger"),
        ({"skygge": ["K26"]}, "gjelder i alle ordninger"),
    ],
)
def test_det_som_ikke_finnes_blir_sagt(valg, ord_):
    assert any(ord_ in f.hva for f in valgfeil(_valg(**valg), "ordning.toml"))
    with pytest.raises(Samlefeil, match=ord_):
        plan_for(_valg(**valg), BETALES)


def _odelagt(hvor: str) -> Plankontroll:
    def brister(*_, **__):
        raise KeyError("konto")

    k04 = next(p for p in plan_for(_valg(), BETALES) if p.kontroll.id == "K04")
    god = lambda pos: ["x"] * len(pos)  # noqa: E731
    treff = {"grunn": god, "bevis": lambda pos: [{}] * len(pos)} | ({hvor: brister} if hvor != "funksjon" else {})
    funksjon = brister if hvor == "funksjon" else lambda k, **_: Treff(pd.Series([True] * k.antall).to_numpy(), **treff)
    return replace(k04, regel=replace(k04.regel, funksjon=funksjon))


@pytest.mark.parametrize("hvor", ["funksjon", "grunn", "bevis"])
def test_en_kontroll_som_brister_slipper_ingen_forbi_men_i_skygge_stopper_den_ingen(hvor):
    k = kontekst([linje(1)])
    with pytest.raises(Ordningsfeil, match="K04 «Mange på samme konto» lot seg ikke utføre") as feil:
        gjennomfor([_odelagt(hvor)], k)
    assert feil.value.kode == 3 and "ingen penger er sendt" in feil.value.ikke_gjort and feil.value.gjor_dette
    tall = gjennomfor([replace(_odelagt(hvor), modus="skygge")], k).tall[0]
    assert tall.ikke_kjort == "lot seg ikke utføre (KeyError)"


def test_ingen_kontroll_kan_avslaa():
    """The only actions there are: hold a line, hold a batch, sample, look at it afterwards."""
    assert {k.handling for k in katalog().values()} <= {"STOPP", "STOPP_BUNT", "STIKK", "ETTER"}
    with pytest.raises(ValueError, match="handling"):
        type(katalog()["K04"]).model_validate(katalog()["K04"].model_dump() | {"handling": "AVSLAG"})
    linjer = [linje(i, konto="felles") for i in range(3)]
    k = kontekst(linjer)
    foer = k.linjer.copy()
    for id_, r in regler().items():
        if r.over == "linje":
            kjor(k, id_)
    pd.testing.assert_frame_equal(k.linjer, foer)  # nor does it change what it looks at


def test_hver_kontroll_i_katalogen_har_en_funksjon_og_sier_hva_den_trenger():
    assert set(katalog()) == set(regler())
    for id_, k in katalog().items():
        assert k.formaal and k.hjemmel and k.uskyldig and k.leser and (k.avsluttes > dt.date(2026, 1, 1)), id_
    assert katalog()["K26"].alltid and not any(k.alltid for id_, k in katalog().items() if id_ != "K26")
    with pytest.raises(TypeError, match="registrert før"):
        regelmodul.kontroll("K04")(lambda k: None)


def test_to_aarsaker_i_samme_linje_har_hver_sin_gruppe():
    """Whoever releases one cause does not release the other with it."""
    linjer = [linje(1, 1, konto="felles"), linje(2, 1, konto="felles", belop_ore=linje(1)["belop_ore"]), linje(3, konto="felles")]
    g = gjennomfor(plan_for(_valg(grenser={"K04": {"minst_mottakere": [{"fra": "2020-01-01", "verdi": 2}]}}), BETALES), kontekst(linjer))
    grupper = g.funn[g.funn["linje_id"] == "linje-0002"].set_index("kontroll")["gruppe"]
    assert len(grupper) > 1 and grupper.is_unique and all(v.startswith(f"{k}-") for k, v in grupper.items())
