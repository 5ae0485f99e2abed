"""A question to a person is in the written form that she chose; an employer is asked in bokmål."""

import pytest
from smaa_rammer import FELT, ORG, Rammer, vurder

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kvalitet import les_kvalitet

KONTROLL = 'navn = "inn_beloep_satt"\nhandling = "SPOR"\nalvor = "critical"\nhvorfor = "Et beløp som mangler, er ikke null."\n'
VINDU = '[vindu]\ndato = "permittert_fra"\nmaaneder = 3\n\n'


def plan(tmp_path, til: str, sporsmal: str):
    sti = tmp_path / "kvalitet.toml"
    sti.write_text(f'{VINDU}[[kontroll]]\n{KONTROLL}sporsmal_til = "{til}"\nsporsmal = {sporsmal}\n', "utf-8")
    return les_kvalitet(sti, FELT)


def stilt(plan, **kolonner) -> list[tuple[str, str]]:
    r = Rammer().sett(1, "2020-03", beloep_ore=None)
    r.sak = r.sak.assign(**kolonner)
    svar = vurder(r, plan=plan).sporsmal
    return list(zip(svar["til"], svar["sporsmal"], strict=True))


BEGGE = '{ nb = "Hva fikk du i {maaned}?", nn = "Kva fekk du i {maaned}?" }'


@pytest.mark.parametrize(("form", "tekst"), [("nn", "Kva fekk du i mars 2020?"), ("nb", "Hva fikk du i mars 2020?")])
def test_personen_blir_spurt_paa_sin_maalform(tmp_path, form, tekst):
    assert stilt(plan(tmp_path, "person", BEGGE), maalform=["nb", form, "nb"]) == [("person", tekst)]


def test_arbeidsgiveren_blir_spurt_paa_bokmaal_og_personen_i_stedet_paa_sin(tmp_path):
    p = plan(tmp_path, "arbeidsgiver", BEGGE)
    assert stilt(p, maalform="nn") == [("arbeidsgiver", "Hva fikk du i mars 2020?")]
    uten = Rammer().sett(1, "2020-03", beloep_ore=None, virksomhet=None, opplysningspliktig=None)
    uten.sak = uten.sak.assign(maalform="nn", arbeidsgiver=[ORG, None, ORG])
    assert list(vurder(uten, plan=p).sporsmal["sporsmal"]) == ["Kva fekk du i mars 2020?"]


def test_en_bare_tekst_er_bokmaal_for_alle(tmp_path):
    p = plan(tmp_path, "person", '"Hva fikk du i {maaned}?"')
    assert stilt(p, maalform="nn") == stilt(p) == [("person", "Hva fikk du i mars 2020?")]


def test_flettefeltene_proeves_i_begge_maalformer(tmp_path):
    with pytest.raises(Ordningsfeil, match="aar"):
        plan(tmp_path, "person", '{ nb = "I {maaned}?", nn = "I {aar}?" }')
