"""Many applications in one file over HTTP: an answer for each line, once for each key, and a status for each case."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from apitjener import ORDNING, Tjener
from tokenutsteder import Tokenutsteder

from kjerne.api.oidc import Oidc
from kjerne.lager.tabeller import innsending, leveranse, leveranse_karantene, sak, soknad

HODE = "soknad_id;fodselsnummer;kontonummer;maalform;mottatt_dato;arbeidsgiver;jaget_fra;grad;har_spist_kappspist;har_bortforklaring;" \
       "oppgitt_lønn;meldt_av"  # fmt: skip
GOD = "04929200026;10000000197;nb;11.06.2020;810000279;13.05.2020;50 %;ja;nei;;askeladden"
GAL = "13837600027;10000000634;nb;12.06.2020;810000279;31.02.2020;50 %;nei;ja;29640,00;kongen"


def csv(*linjer: str) -> bytes:
    return "\n".join([HODE, *linjer, ""]).encode()


def send(t: Tjener, data: bytes, nokkel: str, **hoder: str):
    return t.kall("POST", f"/soknad/{ORDNING}/fil", data, {"Content-Type": "text/csv", "Idempotency-Key": nokkel} | hoder)


def antall(motor) -> list[int]:
    with motor.connect() as conn:
        return [conn.scalar(sa.select(sa.func.count()).select_from(t)) for t in (soknad, sak, leveranse, leveranse_karantene, innsending)]


def test_hver_linje_faar_sitt_svar(tjener, lager):
    svar = send(tjener, csv(f"A1;{GOD}", f"A2;{GAL}", f"A3;{GOD}"), "fil-nokkel-1")
    assert svar.status == 200 and (svar.json["linjer_inn"], svar.json["tatt_imot"], svar.json["karantene"]) == (3, 2, 1)
    forste, andre, tredje = svar.json["linjer"]
    assert (forste["linje"], tredje["linje"]) == (2, 4) and forste["sak_id"] != tredje["sak_id"]
    assert andre == {"linje": 3, "grunn": "jaget_fra kan ikke leses som dato (skriv 2020-03-20 eller 20.03.2020)"}
    for linje in (forste, tredje):
        status = tjener.kall("GET", f"/status/{linje['sak_id']}")
        assert (status.status, status.json["status"], status.json["mottatt_dato"]) == (200, "mottatt", "2020-06-11")
    assert antall(lager) == [2, 2, 1, 1, 1]


def test_samme_noekkel(tjener, lager):
    """The same file again is answered the same and stores nothing; another file under the key is refused, and stores nothing."""
    forst = send(tjener, csv(f"A1;{GOD}", f"A2;{GAL}"), "fil-nokkel-1")
    foer = antall(lager)
    assert send(tjener, csv(f"A1;{GOD}", f"A2;{GAL}"), "fil-nokkel-1").json == forst.json and antall(lager) == foer
    annen = send(tjener, csv(f"A9;{GOD}"), "fil-nokkel-1")
    assert (annen.status, annen.json["type"]) == (422, "urn:ordning:problem:nokkel-brukt") and antall(lager) == foer
    under_ny = send(tjener, csv(f"A1;{GOD}", f"A2;{GAL}"), "fil-nokkel-2")  # lost key, same file: no application twice
    assert under_ny.json == forst.json and antall(lager)[:4] == foer[:4]


def test_samme_soknad_i_to_filer_er_en_soknad_og_annet_innhold_er_karantene(tjener, lager):
    send(tjener, csv(f"A1;{GOD}"), "fil-nokkel-1")
    svar = send(tjener, csv(f"A1;{GOD}", f"A1;{GOD.replace('50 %', '60 %')}"), "fil-nokkel-2").json
    assert svar["linjer_inn"] == 2 == svar["tatt_imot"] + svar["karantene"] and svar["karantene"] == 1
    assert antall(lager)[:2] == [1, 1]


def test_et_system_ser_sine_egne_ogsaa_de_som_kom_i_fil(lager, tmp_path):
    utstedere = [Tokenutsteder("maskin"), Tokenutsteder("ansatt")]
    mitt, andres = ({"Authorization": f"Bearer {utstedere[0].token(sub=s)}"} for s in ("mitt-system", "annet-system"))
    with Tjener(lager, tmp_path / "data", Oidc([u.utsteder for u in utstedere])) as t:
        sak_id = send(t, csv(f"A1;{GOD}"), "fil-nokkel-1", **mitt).json["linjer"][0]["sak_id"]
        assert [t.kall("GET", f"/status/{sak_id}", hoder=h).status for h in (mitt, andres)] == [200, 404]
        assert send(t, csv(f"A1;{GOD}"), "fil-nokkel-1", **andres).status == 200  # the other one sends the same file itself
        assert t.kall("GET", f"/status/{sak_id}", hoder=andres).status == 200
    for u in utstedere:
        u.stopp()


def test_naar_databasen_er_borte_er_svaret_prov_igjen(tjener, lager, caplog):
    """The database is really gone. Nothing is 201, the log says where and nothing of what, and who asks is told to come back."""
    if lager.dialect.name == "sqlite":
        return  # a file that is open does not go away
    sak_id = send(tjener, csv(f"A1;{GOD}"), "fil-nokkel-1").json["linjer"][0]["sak_id"]
    admin = sa.create_engine(lager.url.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as conn:
        conn.exec_driver_sql(f"ALTER DATABASE {lager.url.database} ALLOW_CONNECTIONS false")
        slaa_av = sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :n")
        conn.execute(slaa_av, {"n": lager.url.database})
        try:
            svar = [tjener.kall("GET", f"/status/{sak_id}"), send(tjener, csv(f"A2;{GOD}"), "fil-nokkel-2"), tjener.sok(
                    tjener.form.eksempel()), tjener.kall("GET", "/isready")]  # fmt: skip
        finally:
            conn.exec_driver_sql(f"ALTER DATABASE {lager.url.database} ALLOW_CONNECTIONS true")
    assert [s.status for s in svar] == [503] * 4 and all(s.hoder["content-type"] == "application/problem+json" for s in svar)
    assert all("retry-after" in s.hoder for s in svar[:3]) and GOD[:11] not in caplog.text + "".join(s.tekst for s in svar)
    assert send(tjener, csv(f"A2;{GOD}"), "fil-nokkel-2").status == 200 and antall(lager)[0] == 2


@pytest.mark.parametrize("type_", ["text/csv", "application/x-ndjson", "application/json", "application/vnd.apache.parquet"])
def test_en_fil_av_et_annet_slag_enn_den_sier(tjener, lager, type_):
    """The kind is judged by the content; what cannot be read is refused in words, and nothing is stored."""
    svar = send(tjener, b"\x89PNG\r\n\x1a\n" + b"\0" * 500, "fil-nokkel-1", **{"Content-Type": type_})
    assert svar.status == 422 and svar.json["title"].endswith(".") and svar.json["detail"] and antall(lager) == [0, 0, 0, 0, 0]
