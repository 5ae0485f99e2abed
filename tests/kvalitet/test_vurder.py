"""From checks to verdicts and questions, through Great Expectations."""

import datetime as dt
import json

import pandas as pd
import pytest
from smaa_rammer import ANNEN, HENTET, HOVED, KR, ORG, PERSONER, VEDTAK, Rammer, dom, eksempelplan, plan_av, vurder
from test_masker import PRIVAT

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kvalitet import ALVORSGRAD, HANDLINGER, Kvalitetsstopp, vurder_kvalitet
from kjerne.kvalitet.maske import MASKER


def _med(plan, **endring):
    return plan.model_copy(update={"vindu": plan.vindu.model_copy(update=endring)})


def test_friske_saker_er_ok():
    resultat = vurder(Rammer(), plan=eksempelplan())
    assert len(resultat.dommer) == 0 and len(resultat.sporsmal) == 0 and not resultat.rader_utelatt.any()
    assert (resultat.kontroller["brudd"] == 0).all() and (
        resultat.kontroller["merknad"].str.startswith("ikke kjørt").sum() == 0
    )
    assert (
        resultat.dekning == 1.0 and len(resultat.kontroller) == len(MASKER) + 1 - 4
    )  # one native; four belong to the batch
    assert resultat.gx["masker_inntekt"]["success"]
    json.dumps(resultat.gx)


def test_verste_handling_vinner_og_alle_grunner_er_med():
    r = (
        Rammer()
        .sett(1, "2020-03", skatteregel="nettoloenn", opptjening_fom="2020-01-01")
        .sett(1, "2020-04", beloep_ore=-KR)
    )
    resultat = vurder(r, "inn_opptjening_i_maaned", "inn_spesielle_forhold", "inn_negativ_kun_lovlig")
    assert dom(resultat) == "KARANTENE" and dom(resultat, "s0") == "OK"
    grunner = json.loads(resultat.dommer["grunner"].iloc[0])
    assert [g["kontroll"] for g in grunner] == [
        "inn_spesielle_forhold",
        "inn_opptjening_i_maaned",
        "inn_negativ_kun_lovlig",
    ]
    assert grunner[2] == {
        "kontroll": "inn_negativ_kun_lovlig",
        "observert": "−1 kr",
        "maaned": "2020-04",
        "virksomhet": ORG,
        "handling": "FLAGG",
        "hvorfor": "Negativ lønn er en retting eller en feil i lønnssystemet.",
    }
    assert (
        list(HANDLINGER) == sorted(HANDLINGER, key=ALVORSGRAD.get)
        and HANDLINGER[0] == "OK"
        and HANDLINGER[-1] == "STOPP"
    )


def test_bare_vinduets_maaneder_og_arbeidsgiver_angaar_saken():
    plan = plan_av("inn_spesielle_forhold", "inn_beloep_satt")
    foer = Rammer().sett(1, "2020-01", beloep_ore=None)
    etter = Rammer().sett(1, "2020-05", beloep_ore=None)
    annen = Rammer().sett(1, "2020-03", beloep_ore=None, virksomhet=ANNEN, opplysningspliktig=ANNEN)
    assert [dom(vurder(r, plan=plan)) for r in (foer, etter, annen)] == ["OK"] * 3
    assert dom(vurder(annen, plan=_med(plan, arbeidsgiver=None))) == "KARANTENE"
    hoved = Rammer().sett(1, "2020-03", beloep_ore=None)
    hoved.sak["arbeidsgiver"] = HOVED  # the case names the enterprise, the row the workplace
    assert dom(vurder(hoved, plan=plan)) == "KARANTENE"
    uten = Rammer().sett(1, "2020-03", beloep_ore=None, virksomhet=None, opplysningspliktig=None)
    assert dom(vurder(uten, plan=plan)) == "KARANTENE"  # it may be the employer of the case
    uten_dato = Rammer().sett(1, "2020-03", beloep_ore=None).sett(1, tabell="sak", permittert_fra=None)
    assert dom(vurder(uten_dato, plan=plan)) == "OK"


def test_saker_som_ikke_bruker_inntekt_stoppes_ikke_av_den():
    r = Rammer().sett(1, "2020-03", beloep_ore=None).fjern(1, "2020-02").sett(1, tabell="sak", meldt_av="arbeidsgiver")
    resultat = vurder(r, "inn_beloep_satt", "inn_vindu_komplett", "inn_arbeidsgiver_mangler_mnd", "per_registrert")
    assert dom(resultat) == "FLAGG" and len(resultat.sporsmal) == 0
    assert {g["handling"] for g in json.loads(resultat.dommer["grunner"].iloc[0])} == {"FLAGG"}
    r.permittering = r.permittering.iloc[:0]
    assert dom(vurder(r, "per_registrert")) == "SPOR"  # not about income


def test_manglende_maaned_blir_sporsmal_til_arbeidsgiveren_aldri_avslag():
    resultat = vurder(Rammer().fjern(1, "2020-03"), "inn_vindu_komplett", "inn_arbeidsgiver_mangler_mnd")
    assert dom(resultat) == "SPOR"
    assert len(resultat.sporsmal) == 1  # two checks, one question
    s = resultat.sporsmal.iloc[0]
    assert (s["sak_id"], s["til"], s["mottaker"], s["felt"]) == ("s1", "arbeidsgiver", ORG, "inntekt")
    assert s["sporsmal"] == "Hvilken lønn utbetalte dere for mars 2020?"
    assert s["maaned"] == pd.Timestamp("2020-03-01") and s["frist"] == pd.Timestamp(VEDTAK + dt.timedelta(days=14))
    assert list(resultat.sporsmal) == ["sak_id", "til", "mottaker", "maaned", "felt", "kontroll", "sporsmal", "frist"]


def test_privat_arbeidsgiver_har_ikke_orgnr_saa_personen_sporres():
    r = Rammer().fjern(1, "2020-03")
    for navn in ("inntekt", "arbeidsforhold"):
        r.sett(1, tabell=navn, virksomhet=PRIVAT, opplysningspliktig=PRIVAT)
    r.sett(1, tabell="sak", arbeidsgiver=PRIVAT)
    resultat = vurder(r, "inn_vindu_komplett")
    s = resultat.sporsmal.iloc[0]
    assert s["til"] == "person" and pd.isna(s["mottaker"])
    assert PRIVAT not in resultat.sporsmal.to_csv() and PRIVAT not in str(resultat.dommer["grunner"].tolist())


def test_svar_er_sannheten_for_maaneden():
    kontroller = ("inn_vindu_komplett", "inn_dublett", "inn_hopp", "inn_beloep_satt", "inn_maanedssum_ikke_negativ")
    r = Rammer().legg(1, "2020-03").sett(1, "2020-04", beloep_ore=None).fjern(1, "2020-02")
    assert dom(vurder(r, *kontroller)) == "KARANTENE"
    svar = {"beloep_ore": 90_000 * KR, "avvik_koder": "svar:abc", "beskrivelse": None, "registrert_tid": None}
    for maaned in ("2020-02", "2020-03", "2020-04"):
        r.legg(1, "2020-05", maaned=f"{maaned}-01", **svar)
    resultat = vurder(r, *kontroller)
    assert dom(resultat) == "OK"
    ute = resultat.kontekst.rammer["inntekt"][resultat.rader_utelatt]
    assert set(ute["maaned"].dt.strftime("%Y-%m")) == {"2020-03", "2020-04"} and len(ute) == 3
    assert set(resultat.utelatt_grunn.dropna()) == {"erstattet av svar"}
    r.legg(1, "2020-05", maaned="2020-03-01", **svar | {"beloep_ore": None})
    assert dom(vurder(r, *kontroller)) == "KARANTENE"  # an answer without an amount is no answer


def test_svar_fra_foretaket_erstatter_virksomhetens_rader_men_ikke_ytelser():
    r = Rammer().legg(1, "2020-03", inntekt_type="YtelseFraOffentlige", beskrivelse="ufoeretrygd")
    r.legg(1, "2020-03", virksomhet=HOVED, avvik_koder="svar:1")
    resultat = vurder(r, "inn_ytelse_samordning")
    ute = resultat.kontekst.rammer["inntekt"][resultat.rader_utelatt]
    assert ute["virksomhet"].tolist() == [ORG] and ute["inntekt_type"].tolist() == ["Loennsinntekt"]
    assert dom(resultat) == "KARANTENE"


def test_en_rad_som_er_erstattet_angaar_ingen():
    r = Rammer().sett(1, "2020-03", skatteregel="nettoloenn")
    assert dom(vurder(r, "inn_spesielle_forhold")) == "KARANTENE"
    r.legg(1, "2020-02", maaned="2020-03-01", avvik_koder="svar:1")
    resultat = vurder(r, "inn_spesielle_forhold")
    assert dom(resultat) == "OK" and resultat.kontroller["brudd"].sum() == 0


def test_besvart_sporsmal_om_annet_enn_inntekt_blir_flagg():
    r = Rammer().fjern(1, tabell="permittering").fjern(2, tabell="permittering")
    resultat = vurder(r, "per_registrert", besvart=pd.DataFrame({"sak_id": ["s1"], "kontroll": ["per_registrert"]}))
    assert (dom(resultat, "s1"), dom(resultat, "s2")) == ("FLAGG", "SPOR")
    r = Rammer().fjern(1, "2020-03")
    resultat = vurder(
        r, "inn_vindu_komplett", besvart=pd.DataFrame({"sak_id": ["s1"], "kontroll": ["inn_vindu_komplett"]})
    )
    assert dom(resultat) == "SPOR"  # an answer about income is a row, or it is not there


def test_vent_gir_dato_og_stopp_stiller_ikke_sporsmal():
    r = Rammer().sett(1, tabell="sak", permittert_fra=pd.Timestamp("2020-07-03"))
    resultat = vurder(r, "inn_maaned_ferdig", "inn_vindu_komplett", "inn_arbeidsgiver_mangler_mnd")
    assert dom(resultat) == "VENT" and resultat.dommer["vent_til"].iloc[0] == pd.Timestamp("2020-07-10")
    r = Rammer().fjern(1, "2020-03")
    r.personer = pd.DataFrame({"ident": [PERSONER[1]], "doedsdato": pd.to_datetime(["2020-05-01"])})
    resultat = vurder(r, "sok_person_lever", "inn_vindu_komplett")
    assert dom(resultat) == "STOPP" and len(resultat.sporsmal) == 0 and resultat.dommer["vent_til"].isna().all()


def test_utelatte_rader_stopper_ingen_og_har_grunn():
    r = Rammer().legg(1, "2020-03", fordel="naturalytelse", beloep_ore=None).legg(1, "2020-03", maaned="2020-06-01")
    resultat = vurder(r, "inn_beloep_satt", "inn_fordel_tillatt", "inn_maaned_ikke_framtid")
    assert dom(resultat) == "FLAGG"
    assert resultat.utelatt_grunn.value_counts().to_dict() == {
        "erstattet av svar": 0,
        "inn_fordel_tillatt": 1,
        "inn_maaned_ikke_framtid": 1,
    }
    assert len(resultat.rader_utelatt) == len(r.inntekt)


def test_stopp_for_hele_leveransen():
    plan = plan_av("inn_dekning_personer", "inn_hopp")
    k = plan.kontroll[0].model_copy(update={"parametre": {"min_saker": 3}})
    plan = plan.model_copy(update={"kontroll": (k, *plan.kontroll[1:])})
    with pytest.raises(Kvalitetsstopp) as feil:
        vurder(Rammer().fjern(1), plan=plan)
    assert feil.value.kode == 3 and isinstance(feil.value, Ordningsfeil)
    assert "66,7% av 3" in str(feil.value) and "ser ut som fattigdom" in str(feil.value)
    assert feil.value.kontroller.set_index("navn").loc["inn_dekning_personer", "brudd"] == 1
    resultat = vurder(Rammer().fjern(1), plan=plan, overstyr={"inn_dekning_personer": "ny kommune uten ansatte"})
    assert "overstyrt: ny kommune" in resultat.kontroller["merknad"].iloc[0]
    with pytest.raises(Kvalitetsstopp):
        vurder(Rammer().fjern(1), plan=plan, overstyr={"inn_dekning_personer": "  "})
    flagg = plan.model_copy(update={"kontroll": (k.model_copy(update={"handling": "FLAGG"}),)})
    assert "66,7%" in vurder(Rammer().fjern(1), plan=flagg).kontroller["merknad"].iloc[0]


def test_like_rad_id_kan_ikke_overstyres():
    rammer = Rammer().alt()
    rammer["inntekt"].loc[1, "rad_id"] = 0
    with pytest.raises(Kvalitetsstopp, match="inn_rad_unik"):
        vurder_kvalitet(
            plan_av("inn_rad_unik"), **rammer, hentet=HENTET, vedtaksdato=VEDTAK, overstyr={"inn_rad_unik": "ja"}
        )


def test_feil_tabellform_stopper_for_alt_annet():
    rammer = Rammer().alt()
    rammer["inntekt"] = rammer["inntekt"].drop(columns="fordel")
    with pytest.raises(Kvalitetsstopp, match="kolonnen fordel mangler"):
        vurder_kvalitet(plan_av("inn_hopp"), **rammer, hentet=HENTET, vedtaksdato=VEDTAK)


def test_register_som_ikke_er_lest_staar_i_rapporten():
    rammer = Rammer().alt()
    rammer["permittering"] = rammer["arbeidsforhold"] = None
    resultat = vurder_kvalitet(eksempelplan(), **rammer, hentet=HENTET, vedtaksdato=VEDTAK)
    merknad = resultat.kontroller.set_index("navn")["merknad"]
    assert merknad["per_registrert"] == "ikke kjørt: permittering er ikke lest"
    assert merknad["arb_bekreftet"] == "ikke kjørt: arbeidsforhold er ikke lest"
    assert "folkeregisteret" in merknad["sok_person_lever"] and len(resultat.dommer) == 0


def test_ingen_saker_og_ingen_inntekt():
    tomme = {n: (r if r is None else r.iloc[:0]) for n, r in Rammer().alt().items()}
    resultat = vurder_kvalitet(eksempelplan(), **tomme, hentet=HENTET, vedtaksdato=VEDTAK)
    assert len(resultat.dommer) == 0 and resultat.dommer["dom"].dtype == "string"
    uten = Rammer().alt()
    uten["inntekt"] = uten["inntekt"].iloc[:0]
    plan = plan_av("inn_hopp", "inn_vindu_komplett", "inn_arbeidsgiver_mangler_mnd")
    resultat = vurder_kvalitet(plan, **uten, hentet=HENTET, vedtaksdato=VEDTAK)
    assert set(resultat.dommer["dom"]) == {"SPOR"} and len(resultat.sporsmal) == 9


def test_rekkefolgen_paa_radene_betyr_ingenting():
    r = Rammer().fjern(1, "2020-03").legg(2, "2020-03").sett(0, "2020-04", beloep_ore=90_000 * KR)
    plan = plan_av(
        "inn_vindu_komplett",
        "inn_arbeidsgiver_mangler_mnd",
        "inn_dublett",
        "inn_hopp",
        "inn_variabel",
        "arb_dekker_inntekt",
    )
    rett = vurder(r, plan=plan)
    stokket = r.alt()
    stokket["inntekt"] = stokket["inntekt"].sample(frac=1, random_state=3)
    omvendt = vurder_kvalitet(plan, **stokket, hentet=HENTET, vedtaksdato=VEDTAK)
    assert rett.dommer["grunner"].tolist() == omvendt.dommer["grunner"].tolist()
    pd.testing.assert_frame_equal(rett.sporsmal, omvendt.sporsmal)
