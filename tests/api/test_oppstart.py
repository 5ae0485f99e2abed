"""An unsafe set-up is refused before anything is opened: each danger alone, all of them at once, and by the command itself."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest
from apitjener import EVENTYR, ROT

from kjerne.api.oidc import Utsteder
from kjerne.api.oppstart import Oppsett, krev_trygt, les_utstedere
from kjerne.kontrakt.feil import Ordningsfeil, Samlefeil

IDP = Utsteder("innbygger", "https://idp.example", "ordning", "https://idp.example/jwks")
PROD = Oppsett("prod", "postgresql://u@db.example/o?sslmode=verify-full", False, "0.0.0.0", 8080, 4, False, (IDP,))
LOKAL = Oppsett("test", "sqlite:////tmp/o.db", True)

FARER = {
    "ingen innlogging i produksjon": (replace(PROD, utstedere=(), vert="127.0.0.1", arbeidere=1), "Ingen innlogging"),
    "starttoken utenfra": (replace(LOKAL, vert="0.0.0.0"), "bare nås fra denne maskinen"),
    "starttoken på alle adresser": (replace(LOKAL, vert="::"), "bare nås fra denne maskinen"),
    "starttoken på et navn": (replace(LOKAL, vert="localhost.ond.example"), "bare nås fra denne maskinen"),
    "bare syntetiske i produksjon": (replace(PROD, krev_syntetisk=True), "syntetiske"),
    "ekte personer i prøve": (replace(LOKAL, krev_syntetisk=False), "Ekte personer"),
    "feilsøking i produksjon": (replace(PROD, feilsok=True), "Feilsøking"),
    "SQLite i produksjon": (replace(PROD, url="sqlite:////data/o.db", arbeidere=1), "SQLite-fil"),
    "database uten sertifikat": (replace(PROD, url="postgresql://u@db.example/o"), "ikke sikret"),
    "database med svakt sertifikat": (replace(PROD, url="postgresql://u@db.example/o?sslmode=require"), "ikke sikret"),
    "to svar på sslmode": (replace(PROD, url="postgresql://u@db.example/o?sslmode=verify-full&sslmode=disable"), "ikke sikret"),
    "to som skriver i SQLite": (replace(LOKAL, arbeidere=2), "bare én prosess"),
    "utsteder uten publikum": (replace(PROD, utstedere=(replace(IDP, publikum=""),)), "publikum"),
    "utsteder for alle": (replace(PROD, utstedere=(replace(IDP, publikum="*"),)), "publikum"),
    "utsteder uten https": (replace(PROD, utstedere=(replace(IDP, navn="http://idp.example"),)), "Utstederen bruker ikke https"),
    "nøkler uten https": (replace(PROD, utstedere=(replace(IDP, nokler="http://idp.example/jwks"),)), "Nøkkellisten bruker ikke https"),
    "nøkler fra en fil": (replace(PROD, utstedere=(replace(IDP, nokler="file:///etc/nokler"),)), "Nøkkellisten bruker ikke https"),
    "nøkler på maskinen i produksjon": (replace(PROD, utstedere=(replace(IDP, nokler="http://127.0.0.1/jwks"),)), "Nøkkellisten"),
    "passord i adressen": (replace(PROD, utstedere=(replace(IDP, nokler="https://a:b@idp.example/jwks"),)), "passord"),
    "samme utsteder to ganger": (replace(PROD, utstedere=(IDP, replace(IDP, slag="ansatt"))), "samme navn"),
}  # fmt: skip


@pytest.mark.parametrize("hva", FARER)
def test_en_fare_er_nok(hva):
    oppsett, ventet = FARER[hva]
    with pytest.raises(Samlefeil) as feil:
        krev_trygt(oppsett)
    assert any(ventet in f.hva for f in feil.value.feil), str(feil.value)
    assert all(f.gjor_dette and f.hvor and f.ikke_gjort == "Tjenesten er ikke startet." and f.kode == 2 for f in feil.value.feil)


def test_alle_farer_sies_paa_en_gang_og_ingen_hemmelighet_med_dem():
    oppsett = replace(PROD, url="postgresql://u:hemmelig@db.example/o", feilsok=True, krev_syntetisk=True, utstedere=())
    with pytest.raises(Samlefeil) as feil:
        krev_trygt(oppsett)
    assert len(feil.value.feil) >= 5 and "hemmelig" not in str(feil.value) + repr(oppsett)


@pytest.mark.parametrize("trygt", [PROD, LOKAL, replace(LOKAL, vert="localhost"), replace(LOKAL, vert="::1"),
                                   replace(PROD, url="postgresql:///o?host=/run/postgresql")])  # fmt: skip
def test_det_trygge_slippes_fram(trygt):
    krev_trygt(trygt)


@pytest.mark.parametrize("linje", ["ansatt;https://a;b", "sjef;https://a;b;https://c", "ansatt https://a b https://c", ";;;"])
def test_en_utsteder_som_ikke_er_en(linje):
    with pytest.raises(Ordningsfeil, match="Linje 1 er ikke en utsteder"):
        les_utstedere(linje)


@pytest.mark.parametrize(("miljo", "valg", "ventet"), [
    ({"ORDNING_MILJO": "prod", "ORDNING_BETALER": "Etat;889640782;AVT;12345678911;DNBANOKK"}, (), "Ingen innlogging"),
    ({}, ("--vert", "0.0.0.0"), "bare nås fra denne maskinen"), ({"ORDNING_OIDC": "tull"}, (), "ikke en utsteder"),
    ({}, ("--arbeidere", "2"), "bare én prosess")])  # fmt: skip
def test_kommandoen_starter_ikke(tmp_path, miljo, valg, ventet):
    """In a process of its own: it ends by itself, says why in Norwegian, and has made no database."""
    egne = os.environ | {"ORDNING_DATA": str(tmp_path / "d"), "ORDNINGER_STI": str(EVENTYR), "ORDNING_DATABASE_URL": ""} | miljo
    svar = subprocess.run([sys.executable, "-m", "kjerne.cli", "api", "--port", "1025", *valg], cwd=ROT, env=egne, capture_output=True,
                          text=True, timeout=120)  # fmt: skip
    assert svar.returncode == 2 and ventet in svar.stderr and "Tjenesten er ikke startet." in svar.stderr, svar.stderr
    assert "Traceback" not in svar.stderr and not (tmp_path / "d").exists()
