"""The fast way gives the same bytes as the template, and a template that chooses by a value is refused."""

from dataclasses import replace

import pytest
from brevsaker import BRO, FRIST, PROEVER, sak

from kjerne.brev import Brevmal, Omgjort
from kjerne.kontrakt.feil import Ordningsfeil

SAKER = [
    sak(m, utfall, avgjorende, **valg)
    for m in ("nb", "nn")
    for utfall, avgjorende in (("innvilget", ()), ("avslag", (BRO,)), ("avslag", (FRIST, BRO)))
    for valg in (
        {}, {"opphevet": False}, {"syntetisk": False}, {"hvem": "saksbehandler"}, {"hvem": "overstyrt"}, {"datakilder": ()},
        {"to_mottakere": True}, {"omgjort": Omgjort("inntekt", "innvilget", 500_00, 700_00, 200_00, 0)},
        {"omgjort": Omgjort("regel", "innvilget", 700_00, 500_00, 0, 200_00), "hvem": "saksbehandler"},
        {"omgjort": Omgjort("feil", "avslag", 0, 100_00, 100_00, 0)},
    )
]  # fmt: skip


def test_samme_bytes_som_malen():
    mal = Brevmal.les(PROEVER)
    for _ in range(2):  # the second time from skeletons made by other letters
        for en in SAKER:
            assert mal.skriv(en) == mal.skriv_rett_fra_malen(en)
    assert len({mal.skriv(en) for en in SAKER}) > 20


def test_verdier_som_maa_skjermes():
    mal, vanlig = Brevmal.les(PROEVER), SAKER[0]
    stygg = replace(vanlig, verdier={n: f"<b>&\"'{n}\ue0000\ue001" for n in vanlig.verdier}, vedtak_id="<script>")
    assert mal.skriv(stygg) == mal.skriv_rett_fra_malen(stygg)
    assert "<script>" not in mal.skriv(stygg)


@pytest.mark.parametrize("logikk", ["{% if mottatt_dato == 'x' %}a{% endif %}", "{{ mottatt_dato|upper }}", "{{ mottatt_dato ~ 'x' }}",
                                    "{% for x in mottatt_dato %}a{% endfor %}", "{{ mottatt_dato.x }}", "{{ 'x' * 9 }}"])
def test_logikk_i_ordningens_mal_er_ikke_lov(tmp_path, logikk):
    for m in ("nb", "nn"):
        tekst = (PROEVER / f"vedtak.{m}.html").read_text("utf-8")
        (tmp_path / f"vedtak.{m}.html").write_text(tekst.replace("{% block resultat %}", "{% block resultat %}" + logikk), "utf-8")
    with pytest.raises(Ordningsfeil, match="bare sette inn verdier"):
        Brevmal.les(tmp_path)
