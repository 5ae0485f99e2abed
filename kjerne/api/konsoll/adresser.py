"""Where things are shown. An address holds ids that were computed, never anything about a person."""

from __future__ import annotations

_STEDER = {
    "bunt": "/bunt/{id}", "kjoring": "/kjoring/{id}", "kjoringer": "/kjoringer", "stopp": "/stopp", "avstemming": "/avstemming/{ordning}",
    "avviste": "/avviste/{ordning}", "kontroll": "/kontroll/{ordning}", "ko": "/ko/{ordning}", "sporsmal": "/sporsmal/{ordning}",
    "revurdering": "/revurdering/{ordning}/{id}", "krav": "/krav/{ordning}",
}  # fmt: skip


def adresse(slag: str, ordning: str, id: str = "") -> str:
    return _STEDER[slag].format(ordning=ordning, id=id)
