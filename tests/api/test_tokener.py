"""Tokens, against a real issuer: the good ones are let in with their roles, and the hostile ones are not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import shutil
import time

import jwt
import pytest
from apitjener import ORDNING, Tjener
from tokenutsteder import FREMMED, PUBLIKUM, A, B, C, Tokenutsteder, b64, jwk, offentlig_pem

from kjerne.api.oidc import Oidc
from kjerne.kontrakt.identer import lag_ident
from kjerne.lager.motor import aapne
from kjerne.mottak.form import syntetisk_person

MEG = "15818000038"
NAA = int(time.time())


@pytest.fixture(scope="module")
def utstedere():
    ut = {slag: Tokenutsteder(slag) for slag in ("innbygger", "ansatt", "maskin")}
    yield ut
    for u in ut.values():
        u.stopp()


@pytest.fixture(scope="module")
def innlogget(_mal_sqlite, tmp_path_factory, utstedere):
    mappe = tmp_path_factory.mktemp("tokener")
    shutil.copy(_mal_sqlite, mappe / "lager.db")
    motor = aapne(mappe / "lager.db")
    with Tjener(motor, mappe / "data", Oidc([u.utsteder for u in utstedere.values()], pause=0.2)) as t:
        yield t
    motor.dispose()


def med(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _hs256(u: Tokenutsteder) -> str:
    """Signed with the public key as if it were a shared secret."""
    deler = f"{b64(json.dumps({'alg': 'HS256', 'typ': 'JWT', 'kid': 'a'}).encode())}.{b64(json.dumps(u.krav()).encode())}"
    return f"{deler}.{b64(hmac.new(offentlig_pem(A), deler.encode(), hashlib.sha256).digest())}"


def _endret(u: Tokenutsteder) -> str:
    hode, krav, signatur = u.token().split(".")
    nye = json.loads(base64.urlsafe_b64decode(krav + "==")) | {"pid": syntetisk_person(50)}
    return f"{hode}.{b64(json.dumps(nye).encode())}.{signatur}"


FIENDTLIGE = {
    "ingen signatur": lambda u: jwt.encode(u.krav(), None, algorithm="none", headers={"kid": "a"}),
    "None med stor forbokstav": lambda u: u.raatt({"alg": "None", "kid": "a"}, u.krav()).rsplit(".", 1)[0] + ".",
    "HS256 med offentlig noekkel": _hs256,
    "HS256 med gjettet hemmelighet": lambda u: u.token("hemmelig" * 8, alg="HS256"),
    "RS512 med riktig noekkel": lambda u: u.token(alg="RS512"), "PS256 med riktig noekkel": lambda u: u.token(alg="PS256"),
    "utloept": lambda u: u.token(exp=NAA - 60), "uten exp": lambda u: u.token(exp=None), "ikke ennaa": lambda u: u.token(nbf=NAA + 3600),
    "uten nbf": lambda u: u.token(nbf=None), "uten iat": lambda u: u.token(iat=None),
    "utstedt i framtiden": lambda u: u.token(iat=NAA + 3600),
    "varer i et aar": lambda u: u.token(exp=NAA + 365 * 86400), "exp er tekst": lambda u: u.token(exp=str(NAA + 300)),
    "exp er uendelig": lambda u: u.raatt({"alg": "RS256",
    "kid": "a"}, json.dumps(u.krav()).replace(str(u.krav()["exp"]), "1e999").encode()),
    "exp er sann": lambda u: u.token(exp=True), "annet publikum": lambda u: u.token(aud="andre"),
    "uten publikum": lambda u: u.token(aud=None),
    "publikum er liste": lambda u: u.token(aud=[PUBLIKUM, "andre"]), "publikum er jokertegn": lambda u: u.token(aud="*"),
    "annen utsteder": lambda u: u.token(iss="http://127.0.0.1:1/ond"), "uten utsteder": lambda u: u.token(iss=None),
    "utsteder med skraastrek": lambda u: u.token(iss=u.navn + "/"), "utsteder er liste": lambda u: u.raatt({"alg": "RS256",
    "kid": "a"}, u.krav(iss=[u.navn])),
    "kid finnes ikke": lambda u: u.token(kid="finnes-ikke"), "kid mangler": lambda u: u.raatt({"alg": "RS256"}, u.krav()),
    "kid er sti": lambda u: u.token(kid="../../../dev/null"), "kid er tall": lambda u: u.raatt({"alg": "RS256", "kid": 1}, u.krav()),
    "kid er sql": lambda u: u.token(kid="a' OR '1'='1"), "kid er enorm": lambda u: u.token(kid="a" * 5_000),
    "to noekler, feil kid": lambda u: u.token(A, "b"), "fremmed noekkel": lambda u: u.token(FREMMED),
    "noekkel i hodet": lambda u: u.token(FREMMED, hode={"jwk": jwk(FREMMED, "a")}),
    "noekkeladresse i hodet": lambda u: u.token(FREMMED, "x", hode={"jku": "http://127.0.0.1:1/"}),
    "crit": lambda u: u.raatt({"alg": "RS256", "kid": "a", "crit": ["exp"]}, u.krav()),
    "crit tom": lambda u: u.raatt({"alg": "RS256", "kid": "a", "crit": []}, u.krav()),
    "b64 av": lambda u: u.raatt({"alg": "RS256", "kid": "a", "b64": False, "crit": ["b64"]}, u.krav()),
    "innholdet er endret": _endret, "signaturen er kuttet": lambda u: u.token()[:-10],
    "uten signaturdel": lambda u: u.token().rsplit(".", 1)[0],
    "fire deler": lambda u: u.token() + ".x", "kryptert": lambda u: "a.b.c.d.e", "tom": lambda u: "", "soeppel": lambda u: "ikke.et.token",
    "innhold er liste": lambda u: u.raatt({"alg": "RS256", "kid": "a"}, []), "hode er liste": lambda u: u.raatt([], u.krav()),
    "hode er dypt": lambda u: u.raatt(b"[" * 5_000, u.krav()), "innhold er ikke utf-8": lambda u: u.raatt({"alg": "RS256",
    "kid": "a"}, b"\xff\xfe"),
    "stort": lambda u: u.token(fyll="a" * 30_000), "sub mangler": lambda u: u.token(sub=None), "sub er tom": lambda u: u.token(sub=""),
    "sub er objekt": lambda u: u.raatt({"alg": "RS256", "kid": "a"}, u.krav(sub={"a": 1})),
    "sub med linjeskift": lambda u: u.token(sub="a\nb"),
    "sub er foedselsnummer": lambda u: u.token(sub=MEG), "lavt nivaa": lambda u: u.token(acr="idporten-loa-substantial"),
    "uten nivaa": lambda u: u.token(acr=None), "uten pid": lambda u: u.token(pid=None), "pid er gal": lambda u: u.token(pid="12345678901"),
    "pid er liste": lambda u: u.token(pid=[MEG]),
}  # fmt: skip


@pytest.mark.parametrize("navn", FIENDTLIGE)
def test_fiendtlig_token_slipper_ikke_inn(innlogget, utstedere, navn):
    token = FIENDTLIGE[navn](utstedere["innbygger"])
    assert len(FIENDTLIGE) >= 30
    svar = innlogget.kall("GET", f"/skjema/{ORDNING}", hoder=med(token))
    assert svar.status in (401, 503) and (svar.status == 401 or "kid" in navn), svar.tekst
    if svar.status == 401:
        assert svar.hoder["www-authenticate"] == "Bearer" and "gyldig" in svar.json["detail"] or "Bearer" in svar.json["detail"]
    assert innlogget.kall("GET", f"/skjema/{ORDNING}", hoder=med(utstedere["innbygger"].token())).status == 200  # a good one still is


@pytest.mark.parametrize("hode", ["", "Bearer", "Basic YTpi", "Token x", "Bearer a b"])
def test_uten_brukbart_hode(innlogget, hode):
    assert innlogget.kall("GET", f"/skjema/{ORDNING}", hoder={"Authorization": hode} if hode else {}).status == 401


ROLLER = [  # kind, claims → status of: an application, a file, a form
    ("innbygger", {}, (201, 403, 200)), ("innbygger", {"roles": ["operator", "system"]}, (201, 403, 200)),
    ("maskin", {}, (201, 422, 403)), ("maskin", {"scope": ""}, (403, 403, 403)), ("maskin", {"scope": "ordning:soknader"}, (403, 403, 403)),
    ("maskin", {"scope": ["ordning:soknad"]}, (403, 403, 403)), ("ansatt", {}, (403, 422, 403)), ("ansatt", {"roles": []}, (403, 403, 403)),
    ("ansatt", {"roles": "operator"}, (403, 403, 403)), ("ansatt", {"roles": None}, (403, 403, 403)),
    ("ansatt", {"roles": ["system", "soker"]}, (403, 403, 403)),
    ("ansatt", {"roles": ["leder", "utvikler", "attestant"]}, (403, 403, 403)), ("ansatt", {"roles": [{}, 1, "OPERATOR"]}, (403, 403, 403)),
]  # fmt: skip


@pytest.mark.parametrize(("slag", "krav", "ventet"), ROLLER)
def test_rollene(innlogget, utstedere, slag, krav, ventet):
    hoder = med(utstedere[slag].token(**krav))
    soknad = innlogget.sok(innlogget.form.eksempel() | {"fodselsnummer": MEG}, **hoder)
    fil = innlogget.kall("POST", f"/soknad/{ORDNING}/fil", b"x", {"Content-Type": "text/csv", "Idempotency-Key": "fil-000001"} | hoder)
    assert (soknad.status, fil.status, innlogget.kall("GET", f"/skjema/{ORDNING}", hoder=hoder).status) == ventet


def test_en_soker_er_den_innlogget_og_ser_bare_sitt(innlogget, utstedere):
    annen = next(i for n in range(500) if (i := lag_ident(__import__("datetime").date(1990, 5, 5), n)))
    meg, andre = med(utstedere["innbygger"].token()), med(utstedere["innbygger"].token(sub="annen-1", pid=annen))
    uten = {n: v for n, v in innlogget.form.eksempel().items() if n != "fodselsnummer"}
    min_ = innlogget.sok(uten, "min-soknad-1", **meg)
    assert min_.status == 201
    feil = innlogget.sok(uten | {"fodselsnummer": annen}, **meg)
    assert (feil.status, feil.json["errors"][0]["field"]) == (422, "fodselsnummer")
    samme_nokkel = innlogget.sok(uten, "min-soknad-1", **andre)  # the key of another person is another key
    assert samme_nokkel.status == 201 and samme_nokkel.json["sak_id"] != min_.json["sak_id"]
    sti = min_.json["status"]
    hvem = {"meg": meg, "annen": andre, "maskin": med(utstedere["maskin"].token()), "operator": med(utstedere["ansatt"].token()),
            "leder": med(utstedere["ansatt"].token(roles=["leder"]))}  # fmt: skip
    assert {n: innlogget.kall("GET", sti, hoder=h).status for n, h in hvem.items()} == {
        "meg": 200, "annen": 404, "maskin": 404, "operator": 200, "leder": 403}  # fmt: skip
    assert innlogget.kall("GET", f"/kvittering/{min_.json['sak_id']}", hoder=andre).status == 404
    assert "Fødselsnummer" not in innlogget.kall("GET", f"/skjema/{ORDNING}", hoder=meg).tekst


def test_nokkelbytte_og_nede(_mal_sqlite, tmp_path):
    """A rotated key is found without a restart, unknown keys cannot make us ask all the time, and when the list is down we say so."""
    shutil.copy(_mal_sqlite, tmp_path / "lager.db")
    motor, u = aapne(tmp_path / "lager.db"), Tokenutsteder()
    with Tjener(motor, tmp_path / "data", Oidc([u.utsteder], pause=1.0)) as t:

        def status(token: str) -> int:
            return t.kall("GET", f"/skjema/{ORDNING}", hoder=med(token)).status

        assert status(u.token()) == 200 and u.hentet == 1
        u.nokler = [jwk(B, "b"), jwk(C, "c"), jwk(FREMMED, "d"), jwk(A, "d"), jwk(A, "e", use="enc"), jwk(A, "f", alg="RS512")]
        for _ in range(20):
            assert status(u.token(kid="ukjent")) == 401
        assert u.hentet == 1  # still waiting
        time.sleep(1.1)
        assert status(u.token(C, "c")) == 200 and u.hentet == 2
        assert [status(u.token(A, k)) for k in ("a", "d", "e", "f")] == [401] * 4  # gone, twice there, for encryption, another alg
        u.nede = True
        time.sleep(1.1)
        assert status(u.token(kid="ny")) == 503 and status(u.token(B, "b")) == 200
        hentet = u.hentet
        assert [status(u.token(kid=f"ny{i}")) for i in range(10)] == [503] * 10 and u.hentet == hentet
    u.stopp()
    motor.dispose()


def test_ingen_annen_leser_tokener():
    """`jwt` is imported in one file of the engine."""
    from pathlib import Path

    rot = Path(__file__).parents[2] / "kjerne"
    brukere = [f.name for f in rot.rglob("*.py") if "import jwt" in f.read_text("utf-8") or "jwt.decode" in f.read_text("utf-8")]
    assert brukere == ["oidc.py"]
