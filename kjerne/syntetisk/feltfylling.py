"""One field of synthetic applications, filled as its `syntetisk` in the manifest says. No scheme is known here.

Ways to fill a field:
  { verdi = X }                                                    the same for all
  { fordeling = "valg", verdier = [ … ], vekter = [ … ] }          vekter may be left out
  { fordeling = "dato", fra = …, til = …, ukedag = true }          ukedag: Monday to Friday only
  { fordeling = "heltall", fra = 0, til = 10, vekter = [ … ] }     one weight per number
  { fordeling = "kroner", snitt = 30000, spredning = 8000 }        normal, whole kroner, never below 0
  { fra = "arbeidsgiver" }                                         one of KILDER, from the society
  { fra = "permittert_fra", mellom = [2020-03-16, 2020-06-01] }    when lay-offs begin in a society made for the scheme
  { fra = "ansatt_fra", avvik = 0.03, avvik_dager = [-45, -20] }   a share says another date: so many days from the true one
  { fra = "oppdragstaker", andel = 0.3 }                           whether the main job is an assignment, as this share's are
  { tillegg_dager = [3, 40], fra_felt = "permittert_fra" }         a date so many days after another
and on any of them `mangler = 0.01` (share left empty) and `naar = { felt = "…", er = [ … ] }` (otherwise empty, or `ellers`).
A field without `syntetisk` is left empty, unless it is required. Kroner are written in kroner, per cent as a share
(0.5 = 50 %). Who can apply when a field is a lay-off's, stands in permitteringer.py.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from kjerne.kontrakt import verdier
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.manifest import MAAL, Felttype, Soknadsfelt
from kjerne.syntetisk import oppdrag

DTYPER: dict[Felttype, Any] = {
    "dato": "datetime64[s]",
    "heltall": "Int64",
    "tall": "Float64",
    "kroner": "Int64",
    "prosent": "Float64",
    "ja_nei": "boolean",
} | dict.fromkeys(("valg", "orgnr", "kontonummer", "tekst"), pd.StringDtype("pyarrow"))

# source: (column of personer, the types of field it fits)
KILDER: dict[str, tuple[str, tuple[Felttype, ...]]] = {
    "arbeidsgiver": ("hovedarbeidsgiver", ("orgnr", "tekst")),
    "arbeidsgiver_konto": ("arbeidsgiver_konto", ("kontonummer", "tekst")),
    "ansatt_fra": ("ansatt_fra", ("dato",)),
    "maanedslonn": ("maanedslonn_ore", ("kroner",)),
    "dagslonn": ("dagslonn_ore", ("kroner",)),
    "permittert_fra": ("permittert_fra", ("dato",)),
    "permittert_til": ("permittert_til", ("dato",)),
    "permittert_prosent": ("permittert_andel", ("prosent",)),
    oppdrag.KILDE: (oppdrag.KILDE, ("ja_nei",)),
}
_FELLES = frozenset({"mangler", "naar", "ellers"})
_NOKLER = {
    "verdi": {"verdi"},
    "valg": {"fordeling", "verdier", "vekter"},
    "dato": {"fordeling", "fra", "til", "ukedag"},
    "heltall": {"fordeling", "fra", "til", "vekter"},
    "kroner": {"fordeling", "snitt", "spredning"},
    "kilde": {"fra", "mellom", "avvik", "avvik_dager", "andel"},
    "tillegg": {"tillegg_dager", "fra_felt"},
}
_VALGFRIE = {"vekter", "ukedag", "mellom", "avvik", "avvik_dager", "andel"}


class Feltfyller:
    """Fills the fields, each by its own generator, so that a new field does not change the others."""

    def __init__(self, felt: Sequence[Soknadsfelt], sokere: pd.DataFrame, fro: int):
        self.felt = {f.navn: f for f in felt}
        self.navnene = [f.navn for f in felt if f.kilde == "soknad"]
        self.sokere, self.fro = sokere, fro
        self.avvik: dict[str, np.ndarray] = {}  # field → the applications that say otherwise than the society
        self._ferdige: dict[str, pd.Series] = {}
        self._underveis: list[str] = []

    def kolonne(self, navn: str) -> pd.Series:
        if navn in self._ferdige:
            return self._ferdige[navn]
        if navn in self._underveis:
            raise Ordningsfeil(
                f"Feltene viser til hverandre i ring: {' → '.join([*self._underveis, navn])}.",
                gjor_dette="Bryt ringen.",
            )
        self._underveis.append(navn)
        self._ferdige[navn] = self._fyll(self.felt[navn])
        self._underveis.pop()
        return self._ferdige[navn]

    def _fyll(self, f: Soknadsfelt) -> pd.Series:
        n, s = len(self.sokere), f.syntetisk
        krev_brukbar(f)
        if not s:
            return pd.Series(pd.NA, index=range(n), dtype="object").astype(DTYPER[f.type])
        slag = _slag(f)
        rng = lag_rng(self.fro, f.navn)
        laget: dict[str, Callable[[], Any]] = {
            "verdi": lambda: [_verdi(f, s["verdi"])] * n,
            "valg": lambda: _trekk(rng, [_verdi(f, v) for v in s["verdier"]], s.get("vekter"), n, f),
            "dato": lambda: _datoer(rng, f, n),
            "heltall": lambda: _trekk(
                rng, [_verdi(f, v) for v in range(s["fra"], s["til"] + 1)], s.get("vekter"), n, f
            ),
            "kroner": lambda: 100 * np.maximum(np.rint(rng.normal(s["snitt"], s["spredning"], n)), 0).astype(np.int64),
            "kilde": lambda: self._kilde(f, rng),
            "tillegg": lambda: self._tillegg(rng, f),
        }
        try:
            ut = pd.Series(laget[slag](), index=range(n)).astype(DTYPER[f.type])
        except (TypeError, ValueError, KeyError) as feil:
            raise _feil(f, f"kan ikke brukes for et felt av typen {f.type} ({feil})") from None
        ut = ut.mask(self._tomme(f, rng))
        if "ellers" in s:
            ut = ut.mask(~self._gjelder(f), _verdi(f, s["ellers"]))
        if f.navn in self.avvik:
            self.avvik[f.navn] &= ut.notna().to_numpy()
        return ut

    def _tomme(self, f: Soknadsfelt, rng: np.random.Generator) -> np.ndarray:
        tomme = rng.random(len(self.sokere)) < f.syntetisk.get("mangler", 0)
        return tomme | ~self._gjelder(f)

    def _gjelder(self, f: Soknadsfelt) -> np.ndarray:
        """Where `naar` holds: everywhere without one."""
        naar = f.syntetisk.get("naar")
        if not naar:
            return np.ones(len(self.sokere), dtype=bool)
        if set(naar) != {"felt", "er"}:
            raise _feil(f, "har naar uten felt og er")
        annet = self._felt(f, naar["felt"])
        gjelder = self.kolonne(annet.navn).isin([_verdi(annet, v) for v in naar["er"]])
        return gjelder.to_numpy(dtype=bool, na_value=False)

    def _felt(self, f: Soknadsfelt, navn: str) -> Soknadsfelt:
        if navn not in self.felt or self.felt[navn].kilde != "soknad":
            raise _feil(f, f"viser til feltet «{navn}», som ikke finnes i søknaden")
        return self.felt[navn]

    def _kilde(self, f: Soknadsfelt, rng: np.random.Generator) -> Any:
        navn = f.syntetisk["fra"]
        if navn not in KILDER:
            raise _feil(f, f"har ukjent kilde «{navn}»; kjenner {', '.join(KILDER)}")
        kolonne, typer = KILDER[navn]
        if f.type not in typer:
            raise _feil(f, f"tar {navn}, som bare passer typen {' eller '.join(typer)}")
        sant, mellom = self.sokere[kolonne], f.syntetisk.get("mellom")
        if mellom is not None and (navn != "permittert_fra" or len(mellom) != 2):
            raise _feil(f, "har mellom, som er to datoer og bare passer med fra = permittert_fra")
        return self._med_avvik(f, sant, rng) if {"avvik", "avvik_dager"} & set(f.syntetisk) else sant.array

    def _med_avvik(self, f: Soknadsfelt, sant: pd.Series, rng: np.random.Generator) -> pd.Series:
        andel, (minst, mest) = f.syntetisk["avvik"], f.syntetisk["avvik_dager"]
        if f.type != "dato" or not 0 <= andel <= 1 or minst > mest or minst <= 0 <= mest:
            raise _feil(f, "har et avvik som ikke er en andel av datoer flyttet et antall dager")
        self.avvik[f.navn] = rng.random(len(sant)) < andel
        flyttet = rng.integers(minst, mest + 1, len(sant)) * self.avvik[f.navn]
        return sant + pd.to_timedelta(flyttet, unit="D")

    def _tillegg(self, rng: np.random.Generator, f: Soknadsfelt) -> pd.Series:
        annet = self._felt(f, f.syntetisk["fra_felt"])
        if f.type != "dato" or annet.type != "dato":
            raise _feil(f, "bruker tillegg_dager, som bare passer mellom to datoer")
        minst, mest = f.syntetisk["tillegg_dager"]
        return self.kolonne(annet.navn) + pd.to_timedelta(rng.integers(minst, mest + 1, len(self.sokere)), unit="D")


def _slag(f: Soknadsfelt) -> str:
    """Which way of filling it is. Raises Ordningsfeil for unknown, missing or mixed keys."""
    s = f.syntetisk
    slag = (
        s.get("fordeling")
        if "fordeling" in s
        else "verdi"
        if "verdi" in s
        else "tillegg"
        if "tillegg_dager" in s
        else "kilde"
    )
    if slag not in _NOKLER:
        raise _feil(f, f"har ukjent fordeling «{slag}»; kjenner valg, dato, heltall og kroner")
    if ukjente := set(s) - _NOKLER[slag] - _FELLES:
        raise _feil(f, f"har ukjent nøkkel: {', '.join(sorted(ukjente))}")
    if manglende := _NOKLER[slag] - set(s) - _VALGFRIE:
        raise _feil(f, f"mangler {', '.join(sorted(manglende))}")
    if slag == "kroner" and f.type != "kroner":
        raise _feil(f, "er en fordeling av kroner, og det er ikke feltet")
    return slag


def krev_brukbar(f: Soknadsfelt) -> None:
    """Raises Ordningsfeil when the field's `syntetisk` has unknown keys, or a value that an application may not have."""
    if not f.syntetisk:
        if f.paakrevd:
            raise _feil(f, "mangler, og feltet er påkrevd")
        return
    _slag(f)
    s = f.syntetisk
    try:
        for v in [*s.get("verdier", ()), *(s[n] for n in ("verdi", "ellers") if n in s)]:
            _verdi(f, v)
    except (TypeError, ValueError, ArithmeticError) as feil:
        grunn = f" ({feil})" if type(feil) is ValueError else ""  # ours are in Norwegian
        raise _feil(f, f"har en verdi som ikke kan brukes for et felt av typen {f.type}{grunn}") from None


def _verdi(f: Soknadsfelt, v: Any) -> Any:
    """A value of the manifest as the frame holds it, within the bounds of the field."""
    ut = _i_rammen(f, v)
    if f.type in MAAL and not f.grenser[0] <= ut <= f.grenser[1]:
        andel = ". Prosent skrives som andel (1.0 er 100 %) eller som tekst (\"100 %\")" if f.type == "prosent" else ""
        raise _feil(f, f"har verdien {v}, utenfor minst og hoyst for feltet{andel}")
    return ut


def _i_rammen(f: Soknadsfelt, v: Any) -> Any:
    if f.type == "kroner":
        return verdier.ore_av_desimal(Decimal(str(v)))
    if f.type == "prosent":
        return float(verdier.prosent(v) or 0) if isinstance(v, str) else float(v)
    if f.type == "dato":
        return pd.Timestamp(verdier.dato(v) if isinstance(v, str) else v)
    if f.type == "ja_nei" and not isinstance(v, bool):
        raise _feil(f, f"har verdien {v!r}; et felt av typen ja_nei trenger true eller false")
    if f.type == "valg" and v not in f.valg:
        raise _feil(f, f"har verdien «{v}», som ikke er et av valgene")
    return v


def _trekk(rng: np.random.Generator, mulige: list, vekter: Sequence[float] | None, n: int, f: Soknadsfelt) -> pd.Series:
    if vekter is not None and len(vekter) != len(mulige):
        raise _feil(f, f"har {len(vekter)} vekter til {len(mulige)} verdier")
    p = None if vekter is None else np.asarray(vekter, dtype=float) / sum(vekter)
    return pd.Series(mulige).astype(DTYPER[f.type]).take(rng.choice(len(mulige), n, p=p)).reset_index(drop=True)


def _datoer(rng: np.random.Generator, f: Soknadsfelt, n: int) -> np.ndarray:
    if f.type != "dato":
        raise _feil(f, "er en fordeling av datoer, og det er ikke feltet")
    fra, til = (np.datetime64(_verdi(f, f.syntetisk[k]).date()) for k in ("fra", "til"))
    dager = np.arange(fra, til + 1)
    if f.syntetisk.get("ukedag"):
        dager = dager[np.is_busday(dager)]
    if not len(dager):
        raise _feil(f, "har ingen dager mellom fra og til")
    return dager[rng.integers(0, len(dager), n)].astype("datetime64[s]")


def lag_rng(fro: int, navn: str) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([fro, 99, zlib.crc32(navn.encode())])))


def _feil(f: Soknadsfelt, hva: str) -> Ordningsfeil:
    return Ordningsfeil(
        f"syntetisk for feltet «{f.navn}» {hva}.",
        f"ordning.toml, feltet {f.navn}",
        "Rett syntetisk; kjerne/syntetisk/feltfylling.py viser hva som kan stå der.",
        "Ingen søknader er laget.",
    )
