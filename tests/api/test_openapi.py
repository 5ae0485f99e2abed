"""The OpenAPI is what the service does: Schemathesis asks everything that it says, well and badly, of a real server on both databases.

30 examples per operation; 500 with ORDNING_GRUNDIG=1.
"""

from __future__ import annotations

import json
import os

import schemathesis
import sqlalchemy as sa
from apitjener import ORDNING, ROT
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)  # fmt: skip

from kjerne.lager.tabeller import metadata
from kjerne.mottak import Soknadsform
from kjerne.regelmotor.oppdagelse import oppdag

EKSEMPLER = 500 if os.environ.get("ORDNING_GRUNDIG") == "1" else 30
HOLDER = [schemathesis.checks.not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def test_schemathesis_finner_ingen_5xx_og_ingen_svar_som_ikke_er_beskrevet(tjener, lager):
    api = schemathesis.openapi.from_url(f"http://127.0.0.1:{tjener.port}/openapi.json", headers=tjener.kapsel)
    api.config.generation.update(modes=list(GenerationMode))
    spurt: dict[str, int] = {}
    for funnet in api.get_all_operations():
        _spor_om(funnet.ok(), tjener.kapsel, spurt)
    assert len(spurt) == 5 and all(n >= EKSEMPLER // 2 for n in spurt.values()), spurt
    assert tjener.sok(tjener.form.eksempel()).status == 201  # it works afterwards, and what is stored is whole
    with lager.connect() as conn:
        antall = {n: conn.scalar(sa.select(sa.func.count()).select_from(metadata.tables[n])) for n in ("soknad", "sak")}
    assert antall["soknad"] == antall["sak"] > 0


def _spor_om(operasjon, kapsel: dict[str, str], spurt: dict[str, int]) -> None:
    @given(case=operasjon.as_strategy(generation_mode=GenerationMode.NEGATIVE) | operasjon.as_strategy())
    @settings(max_examples=EKSEMPLER, deadline=None, database=None, phases=(Phase.explicit, Phase.generate, Phase.shrink),
              suppress_health_check=list(HealthCheck), derandomize=EKSEMPLER == 30)  # fmt: skip
    def ett(case) -> None:
        svar = case.call(headers=kapsel)
        assert "\\x00" not in svar.text and "Traceback" not in svar.text
        case.validate_response(svar, checks=HOLDER)
        spurt[operasjon.label] = spurt.get(operasjon.label, 0) + 1

    ett()


def test_hver_ordning_har_sitt_skjema_med_norsk_eksempel_som_tas_imot(tjener):
    dokument = tjener.kall("GET", "/openapi.json").json
    assert dokument["security"] == [{"token": []}] and "HTTPValidationError" not in json.dumps(dokument)
    for ordning, form in tjener.app.state.sted.former.items():
        en = dokument["paths"][f"/soknad/{ordning}"]["post"]
        skjema = en["requestBody"]["content"]["application/json"]["schema"]
        assert en["summary"] == form.manifest.navn.nb and skjema["additionalProperties"] is False
        assert skjema["properties"].keys() == {k.navn for k in form.kolonner}
        for felt in form.manifest.felt:
            if felt.navn in skjema["properties"]:
                assert skjema["properties"][felt.navn]["description"] == felt.nb
        (eksempel,) = skjema["examples"]
        hoder = {"Content-Type": "application/json", "Idempotency-Key": f"eksempel-{ordning}"}
        assert tjener.kall("POST", f"/soknad/{ordning}", json.dumps(eksempel).encode(), hoder).status == 201
    assert ORDNING in dokument["paths"][f"/soknad/{ORDNING}"]["post"]["tags"]


def test_ogsaa_de_virkelige_ordningene_har_et_eksempel_som_leses():
    for verk in oppdag(ROT / "ordninger")[0].values() if (ROT / "ordninger").is_dir() else ():
        form = Soknadsform(verk.manifest)
        form.les(form.eksempel())
