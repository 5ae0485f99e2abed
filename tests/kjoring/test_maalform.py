"""Everything that goes to a person is in the written form that she chose: the questions, and the answers that a letter repeats."""

import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from kjerne.api.skjemafelt import felter
from kjerne.kjoring import kvalitetssteg
from kjerne.kjoring.eksempelbrev import eksempelbrev
from kjerne.kjoring.helt import kjor_ordning
from kjerne.kjoring.vurdering import manglende_fakta
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.manifest import les_manifest
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import soknad, sporsmal
from kjerne.mottak import Soknadsform
from kjerne.regelmotor.eksempler import les_eksempler
from kjerne.regelmotor.regelverk import les_regelverk
from kjerne.sjekk import brev
from kjerne.styring.simulering import Utgaveteller
from tests.cli.dorer import EVENTYR
from tests.sjekk.ordningskopi import bytt

VALG = 'valg = ["kongen", "askeladden"]'
TEKST = ', valgtekst = { kongen = { nb = "kongen selv", nn = "kongen sjølv" }, askeladden = { nb = "gutten", nn = "guten" } }'


@pytest.fixture
def mappe(tmp_path) -> Path:
    """The fictional scheme, whose letters tell who sent the report."""
    shutil.copytree(EVENTYR, tmp_path / "eventyr", ignore=shutil.ignore_patterns("__pycache__"))
    kopi = tmp_path / "eventyr" / "askeladden"
    for m in ("nb", "nn"):
        bytt(kopi / f"brev/vedtak.{m}.html", "{% block god_forklaring %}", "{% block god_forklaring %}Meldt av {{ meldt_av }}. ")
    return kopi


def avslag(mappe: Path, maalform: str) -> str:
    sett = les_eksempler(les_regelverk(mappe))
    return eksempelbrev(sett.kjor(utvalg=[list(sett.tabell["sak"]).index("A-05")]), maalform)


def test_spoersmaalet_om_et_svar_som_mangler_er_paa_soekerens_maalform():
    manifest = les_manifest(EVENTYR / "askeladden" / "ordning.toml")
    ramme = pd.DataFrame({"sak_id": ["a", "b"], "tilstand": "manuell", "grunn": "jaget_fra"})
    saker = pd.DataFrame({"sak_id": ["a", "b"], "maalform": ["nn", "nb"], "arbeidsgiver": "910000004"})
    stilt = manglende_fakta(manifest, ramme, saker)
    assert list(stilt["sporsmal"]) == ["Kva dag vart du jaga?", "Hvilken dag ble du jaget?"]
    hos_gaarden = manifest.model_copy(update={"felt": tuple(f.model_copy(update={"spor": "arbeidsgiver"}) for f in manifest.felt)})
    stilt = manglende_fakta(hos_gaarden, ramme, saker)
    assert set(stilt["til"]) == {"arbeidsgiver"} and all("«Hvilken dag ble du jaget?»" in s for s in stilt["sporsmal"])


def test_en_kjoring_spoer_personene_paa_deres_maalform(rom, inndata, grunnlag, tmp_path, monkeypatch):
    """Quality checks and missing answers alike: everybody writes nynorsk here."""
    soknader = (inndata / "soknader.csv").read_text("utf-8").replace(";nb;", ";nn;")
    (tmp_path / "soknader.csv").write_text(soknader, "utf-8")
    ekte, sett = kvalitetssteg.vurder_kvalitet, []
    monkeypatch.setattr(kvalitetssteg, "vurder_kvalitet", lambda plan, saker, *a, **k: sett.append(saker) or ekte(plan, saker, *a, **k))
    kjor_ordning(rom, "askeladden", replace(grunnlag, soknader=(tmp_path / "soknader.csv",)))
    assert set(sett[0]["maalform"]) == {"nn"}
    felt = {f.navn: f for f in les_manifest(EVENTYR / "askeladden" / "ordning.toml").felt}
    sporring = sa.select(sporsmal.c.felt, sporsmal.c.sporsmal, soknad.c.maalform).join(soknad, soknad.c.sak_id == sporsmal.c.sak_id)
    with lesende(rom.motor) as conn:
        stilt = conn.execute(sporring.where(sporsmal.c.til == "person", sporsmal.c.felt.in_(felt))).all()
    assert stilt and {m for _, _, m in stilt} == {"nn"}
    assert [t for n, t, _ in stilt if t != felt[n].nn] == []


def test_et_valg_i_brevet_har_ordene_til_maalformen(mappe):
    assert "Meldt av kongen." in avslag(mappe, "nn")
    bytt(mappe / "ordning.toml", VALG, VALG + TEKST)
    assert "Meldt av kongen sjølv." in avslag(mappe, "nn") and "Meldt av kongen selv." in avslag(mappe, "nb")


def test_et_valg_i_brevet_uten_nynorsk_er_et_funn(mappe):
    assert any("Brevet viser valget meldt_av" in f.hva for f in brev.sjekk(les_regelverk(mappe)))
    bytt(mappe / "ordning.toml", VALG, VALG + TEKST)
    assert brev.sjekk(les_regelverk(mappe)) == []


def test_hvert_valg_har_en_tekst_eller_ingen_har_det(mappe):
    bytt(mappe / "ordning.toml", VALG, VALG + TEKST.split(", askeladden")[0] + " }")
    with pytest.raises(Ordningsfeil, match="en tekst til hvert av valgene: kongen, askeladden"):
        les_regelverk(mappe)


def test_skjemaet_og_simuleringen_bruker_de_samme_ordene(mappe):
    bytt(mappe / "ordning.toml", VALG, VALG + TEKST)
    verk = les_regelverk(mappe)
    vist = {f.navn: f.valg for f in felter(Soknadsform(verk.manifest), "nn", {}, [], med_ident=True)}
    assert vist["meldt_av"] == (("kongen", "Kongen sjølv"), ("askeladden", "Guten"))
    teller = Utgaveteller(verk)
    teller.tell(les_eksempler(verk).kjor(), {})
    assert {h.svar for h in teller.tall("x").hvem if h.felt == "Hvem melder?"} == {"kongen selv", "gutten"}
