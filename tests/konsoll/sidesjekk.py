"""What every page must hold, without a browser: one heading, labels, captions, no script, no style of its own, no person in an address."""

from __future__ import annotations

import re

from tests.konsoll.konsolltjener import Svar

ELLEVE = re.compile(r"(?<![0-9a-f-])\d{6}[  %20+]*\d{5}(?![0-9a-f-])")


def feil_paa(svar: Svar) -> list[str]:
    """Everything that is wrong with a page; a page of somebody else's (the report, a letter) is not judged here."""
    s = svar.side
    ut = [f"{n} h1" for n in [len(s.findall(".//h1"))] if n != 1]
    ut += _overskrifter(s) + _tabeller(s) + _skjema(s)
    alle = [e for e in s.iter() if isinstance(e.tag, str)]
    ider = [e.get("id") for e in alle if e.get("id")]
    ut += [f"id {i} to ganger" for i in {i for i in ider if ider.count(i) > 1}]
    peker = [(a, i) for e in alle for a in ("aria-labelledby", "aria-describedby") for i in e.get(a, "").split()]
    ut += [f"{a} peker på {i}, som ikke finnes" for a, i in peker if i not in ider]
    ut += [f"<{e.tag}>" for e in s.iter("script", "style")] + [e.tag for e in alle if e.get("style")]
    ut += [f"{e.tag} {a}" for e in alle for a in e.attrib if a.startswith("on")]
    ut += [] if s.get("lang") == "nb" and s.findtext(".//title") else ["språk eller tittel mangler"]
    return ut + [f"person i adressen: {a}" for a in adresser(svar) if ELLEVE.search(a)]


def adresser(svar: Svar) -> list[str]:
    egne = [e.get(a) for e in svar.side.iter() if isinstance(e.tag, str) for a in ("href", "action", "src") if e.get(a)]
    return [*egne, svar.sted]


def _overskrifter(s) -> list[str]:
    nivaa = [int(e.tag[1]) for e in s.iter("h1", "h2", "h3", "h4")]
    return [f"h{b} etter h{a}" for a, b in zip(nivaa, nivaa[1:], strict=False) if b > a + 1]


def _tabeller(s) -> list[str]:
    ut = []
    for t in s.iter("table"):
        ut += [] if (t.findtext("caption") or "").strip() else ["tabell uten caption"]
        ut += ["th uten scope" for th in t.iter("th") if not th.get("scope")]
        ut += ["tabell uten hode"] if t.find("thead") is None else []
    return ut


def _skjema(s) -> list[str]:
    ut, merket = [], {e.get("for") for e in s.iter("label")}
    for felt in s.iter("input", "select", "textarea"):
        if felt.get("type") != "hidden" and felt.get("id") not in merket and not felt.get("aria-label"):
            ut.append(f"feltet {felt.get('name')} mangler ledetekst")
    for f in s.iter("form"):
        ut += [] if f.get("method") == "post" else [f"skjemaet {f.get('action')} er ikke POST"]
        ut += [] if f.find(".//input[@name='csrf']") is not None else [f"skjemaet {f.get('action')} mangler token"]
    return ut
