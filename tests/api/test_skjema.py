"""The public form of each scheme: in both languages, without JavaScript, sent once however often it is sent, mended with nothing lost."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from html.parser import HTMLParser

import pytest
import sqlalchemy as sa
from apitjener import ORDNING, ROT, Tjener

from kjerne.api.skjematekst import NYNORSK, TEKST, til_nynorsk
from kjerne.kontrakt.identer import lag_kontonr
from kjerne.lager.tabeller import innsending, soknad
from kjerne.mottak import Soknadsavvik
from kjerne.mottak.form import IKKE_OBJEKT
from tests.ekteform import ekte_form

NB, NN = "nb", "nn"


class Side(HTMLParser):
    """The fields, labels and text of one page."""

    def __init__(self, html: str):
        super().__init__()
        self.felt: dict[str, str] = {}
        self.ledetekster: list[str] = []
        self.id_er: list[str] = []
        self.lenker: list[str] = []
        self.skript = 0
        self._i: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        self.skript += tag == "script" or any(n.startswith("on") for n in a)
        if "id" in a:
            self.id_er.append(a["id"])
        if tag == "input" and (a.get("type") != "radio" or "checked" in a):
            self.felt[a["name"]] = a.get("value", "")
        if tag == "a":
            self.lenker.append(a["href"])
        if tag in ("label", "legend"):
            self._i.append(tag)

    def handle_endtag(self, tag):
        if self._i and tag == self._i[-1]:
            self._i.pop()

    def handle_data(self, data):
        if self._i:
            self.ledetekster.append(data.strip())


@pytest.fixture
def virkelig(lager, tmp_path):
    """The service with the schemes of this house."""
    with Tjener(lager, tmp_path / "data", ordninger=ROT / "ordninger") as t:
        yield t


def svar_i_skjema(tjener) -> dict[str, str]:
    eksempel = tjener.form.eksempel() | {"kontonummer": lag_kontonr(7), "jaget_fra": "15.03.2020", "oppgitt_lønn": "12 345,50"}
    tekst = {n: {True: "ja", False: "nei"}.get(v, str(v)) if isinstance(v, bool) else str(v) for n, v in eksempel.items()}
    return tekst | {"nokkel": str(uuid.uuid4())}


def antall(motor, tabell=soknad) -> int:
    with motor.connect() as conn:
        return conn.scalar(sa.select(sa.func.count()).select_from(tabell))


def test_hver_ordning_har_skjema_paa_bokmaal_og_nynorsk(virkelig):
    """A scheme that is laid in the folder has a form at once, that asks what its manifest asks."""
    former = virkelig.app.state.sted.former
    assert former or not (ROT / "ordninger").is_dir()
    for ordning, form in former.items():
        for m in (NB, NN):
            html = virkelig.kall("GET", f"/skjema/{ordning}?malform={m}").tekst
            side = Side(html)
            assert f'<html lang="{m}">' in html and TEKST[m]["send"] in html and side.skript == 0
            assert getattr(form.manifest.navn, m) in html and len(side.id_er) == len(set(side.id_er))
            for f in form.manifest.felt:
                if f.kilde != "register":
                    assert f.sporsmal(m) in side.ledetekster, f.navn
            assert ("opphevet" in html or "oppheva" in html) == form.manifest.opphevet


def test_sendt_lagret_og_bekreftet_en_gang(tjener, lager):
    felt = svar_i_skjema(tjener)
    forst = tjener.skjema(felt)
    assert forst.status == 303 and forst.hoder["location"].startswith("/kvittering/")
    assert tjener.skjema(felt).hoder["location"] == forst.hoder["location"] and antall(lager) == 1  # pressed twice
    for m in (NB, NN):
        kvittering = tjener.kall("GET", forst.hoder["location"].split("?")[0] + f"?malform={m}")
        assert kvittering.status == 200 and TEKST[m]["lagret"] in kvittering.tekst
        assert felt["fodselsnummer"] not in kvittering.tekst and kvittering.hoder["cache-control"] == "no-store"
    endret = tjener.skjema(felt | {"grad": "51"})
    assert endret.status == 422 and TEKST[NB]["nokkel_brukt"] in endret.tekst and 'value="51"' in endret.tekst and antall(lager) == 1


def test_det_som_er_galt_staar_ved_feltet_og_resten_er_beholdt(tjener, lager):
    """On the language of the page, with a link to each field; what was right need not be written again."""
    galt = {"jaget_fra": "i går", "arbeidsgiver": "123456789", "grad": "101", "fodselsnummer": ekte_form()}
    for m in (NB, NN):
        svar = tjener.skjema(svar_i_skjema(tjener) | galt | {"maalform": m})
        side = Side(svar.tekst)
        assert svar.status == 422 and side.skript == 0 and TEKST[m]["rett_dette"] in svar.tekst
        assert {f"#felt-{n}" for n in galt} <= set(side.lenker) and all(x[1:] in side.id_er for x in side.lenker if x[0] == "#")
        assert side.felt["oppgitt_lønn"] == "12 345,50" and side.felt["jaget_fra"] == "i går"
        assert ekte_form() not in svar.tekst and svar.tekst.count('aria-invalid="true"') == len(galt)
        ord_ = "kan ikkje lesast som dato" if m == NN else "kan ikke leses som dato"
        assert ord_ in svar.tekst
    assert antall(lager) == antall(lager, innsending) == 0


def test_alt_som_kan_vaere_galt_finnes_paa_nynorsk(tjener):
    """Every reason that a form can give, from the reading itself."""
    grunner = set()
    for galt in (None, "", "x", "\x01", [], {}, True, 10**20, "101", "999999999", "9" * 5000, ekte_form(), "2020-13-01"):
        for felt in tjener.form.eksempel():
            try:
                tjener.form.les(tjener.form.eksempel() | {felt: galt, "ukjent": 1})
            except Soknadsavvik as feil:
                grunner |= {a.grunn for a in feil.avvik}
    assert len(grunner) > 10
    for grunn in grunner | set(NYNORSK):
        nn = til_nynorsk(grunn)
        assert nn and not re.search(r"\b(ikke|leses|mulig|hvilken|noen|være|fra og)\b", nn), nn
    assert til_nynorsk(IKKE_OBJEKT) != IKKE_OBJEKT


def test_de_to_spraakene_har_de_samme_tekstene():
    assert TEKST[NB].keys() == TEKST[NN].keys()
    assert sum(TEKST[NB][n] != TEKST[NN][n] for n in TEKST[NB]) > len(TEKST[NB]) / 2


def test_forsiden_viser_de_som_er_aapne(tjener):
    for m in (NB, NN):
        html = tjener.kall("GET", f"/?malform={m}").tekst
        for ordning, form in tjener.app.state.sted.former.items():
            assert f"/skjema/{ordning}" in html and getattr(form.manifest.navn, m) in html
    assert ORDNING in html


def test_helsen(tjener, lager, monkeypatch):
    """Alive without the database; ready only with it, and with a writer that is not stuck."""
    assert [tjener.kall("GET", f"/{h}").status for h in ("isalive", "isready", "metrics")] == [200] * 3
    her = tjener.app.state.sted
    with monkeypatch.context() as m:
        m.setattr("kjerne.api.program._spor", lambda rom: (_ for _ in ()).throw(sa.exc.OperationalError("", {}, Exception("nede"))))
        svar = tjener.kall("GET", "/isready")
        assert (svar.status, svar.json["type"]) == (503, "urn:ordning:problem:ikke-klar") and tjener.kall("GET", "/isalive").status == 200
    assert tjener.kall("GET", "/isready").status == 200
    her.skriver.stopp()
    assert tjener.kall("GET", "/isready").status == 503 and tjener.kall("GET", "/isalive").status == 200
    svar = tjener.sok(tjener.form.eksempel())
    assert (svar.status, svar.hoder["retry-after"]) == (503, "2") and antall(lager) == 0


def test_tidspunktet_er_norsk_tid(lager, tmp_path):
    from kjerne.drift.klokke import Stillklokke

    with Tjener(lager, tmp_path / "d", klokke=Stillklokke(dt.date(2020, 7, 15))) as t:
        sted = t.skjema(svar_i_skjema(t)).hoder["location"]
        assert "15.07.2020" in t.kall("GET", sted).tekst or "15. juli 2020" in t.kall("GET", sted).tekst
