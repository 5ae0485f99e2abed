"""The controls once more, slowly: plain loops over plain rows, from the words of the catalogue and not from the engine.

Each takes the day and its thresholds and gives (line → action, lines that cannot be judged).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from statistics import median
from zoneinfo import ZoneInfo

from kjerne.kontrakt.identer import lag_ident

FERIE = {"feriepenger", "trekkILoennForFerie"}
Svar = tuple[dict[str, str], set[str]]


@dataclass
class Dag:
    """Rows as dicts. `linjer` are about to be paid, `andre` are not."""

    ordning: str
    linjer: list[dict]
    andre: list[dict]
    soknader: list[dict]
    inntekt: list[dict] | None
    inntekt_for: list[dict] | None
    arbeidsforhold: list[dict] | None
    betales: dt.date
    kunngjort: dt.date
    maks_dager: int
    forenlige: tuple[str, ...]
    fodt: dict[str, tuple[dt.date, bool]] = field(default_factory=dict)  # ident → birthday, whether it is a D-number
    _mennesker: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def alle(self) -> list[dict]:
        return self.linjer + self.andre

    @property
    def egne(self) -> list[dict]:
        return [r for r in self.alle if r["ordning"] == self.ordning]

    def menneske(self, rad: dict) -> frozenset[str]:
        """All the person ids of the same human being: who shares an account and a birthday, of whom some have a D-number and some not,
        and whoever is the same as one of them."""
        if not self._mennesker:
            grupper = [{r["person_id"]} for r in self.alle]
            for a in self.alle:
                felles = [r for r in self.alle if r["sokerkonto"] == a["sokerkonto"] is not None and self._dag(r) == self._dag(a)]
                if len({self.fodt[r["ident"]][1] for r in felles}) == 2:
                    grupper.append({r["person_id"] for r in felles})
            for person in {r["person_id"] for r in self.alle}:
                ny = {person}
                while ny != (ny := ny.union(*(g for g in grupper if g & ny))):
                    pass
                self._mennesker[person] = frozenset(ny)
        return self._mennesker[rad["person_id"]]

    def _dag(self, rad: dict) -> dt.date:
        return self.fodt[rad["ident"]][0]

    def foretak(self, orgnr: str | None) -> str | None:
        """The lowest enterprise that any register names for the establishment."""
        rader = (self.inntekt or []) + (self.arbeidsforhold or [])
        navn = [r["opplysningspliktig"] for r in rader if orgnr and r["virksomhet"] == orgnr and r["opplysningspliktig"]]
        return min(navn, default=orgnr)

    def betalt(self, sak_id: str) -> bool:
        return any(r["sak_id"] == sak_id for r in self.andre) or any(r["sak_id"] == sak_id and r["merket"] for r in self.linjer)


def k04(d: Dag, minst_mottakere: int = 3) -> Svar:
    ut = {}
    for en in d.linjer:
        paa = [r for r in d.alle if en["konto"] is not None and r["konto"] == en["konto"]]
        if len({d.foretak(r["orgnr"]) or d.menneske(r) for r in paa}) >= minst_mottakere:
            ut[en["linje_id"]] = "STOPP"
    return ut, {r["linje_id"] for r in d.linjer if r["konto"] is None}


def k05(d: Dag, dager: int = 14) -> Svar:
    ut, ukjent = {}, set()
    for en in d.linjer:
        if en["konto"] is None or (en["til_soker"] and en["sokerkonto"] is None):
            ukjent.add(en["linje_id"])
        if en["til_soker"] and None not in (en["konto"], en["sokerkonto"]) and en["konto"] != en["sokerkonto"]:
            ut[en["linje_id"]] = "STOPP"
        if en["orgnr"]:
            foer = [r for r in d.alle if r["orgnr"] == en["orgnr"]]
        else:
            foer = [s for s in d.soknader if s["person_id"] == en["person_id"]] if en["til_soker"] else []
        foer = [r["konto"] for r in foer if r["mottatt_dato"] < en["mottatt_dato"] and r["konto"] is not None]
        if en["konto"] is not None and (d.betales - en["mottatt_dato"]).days <= dager and foer and en["konto"] not in foer:
            ut[en["linje_id"]] = "STOPP"
    return ut, ukjent


def k06(d: Dag) -> Svar:
    ut = {}
    for en in d.linjer:
        like = [r for r in d.egne if en["nokkel"] is not None and r["nokkel"] == en["nokkel"] and d.menneske(r) == d.menneske(en)]
        saker = {(not d.betalt(r["sak_id"]), r["mottatt_dato"], r["sak_id"]) for r in like}
        if saker and min(saker)[2] != en["sak_id"]:
            ut[en["linje_id"]] = "STOPP"
    return ut, {r["linje_id"] for r in d.linjer if r["nokkel"] is None}


def _felles_dager(a: dict, b: dict) -> int:
    return max(0, (min(a["tom"], b["tom"]) - max(a["fom"], b["fom"])).days + 1)


def k07(d: Dag) -> Svar:
    ut = {}
    for en in d.linjer:
        for r in d.alle:
            annen = r["ordning"] not in (d.ordning, *d.forenlige)
            if annen and d.menneske(r) == d.menneske(en) and r["sak_id"] != en["sak_id"] and _felles_dager(en, r):
                ut[en["linje_id"]] = "STOPP"
    return ut, set()


def k20(d: Dag) -> Svar:
    ut, ukjent = {}, set()
    med = any(r["arbeidsgiver"] for r in d.alle)
    for en in d.linjer:
        if med and en["arbeidsgiver"] is None:
            ukjent.add(en["linje_id"])
            continue
        like = [r for r in d.egne if r["arbeidsgiver"] == en["arbeidsgiver"] and d.menneske(r) == d.menneske(en)]
        dager = {r["fom"] + dt.timedelta(n) for r in like for n in range((r["tom"] - r["fom"]).days + 1)}
        min_plass = (not d.betalt(en["sak_id"]), en["mottatt_dato"], en["sak_id"])
        sist = any(
            r["sak_id"] != en["sak_id"] and _felles_dager(en, r) and (not d.betalt(r["sak_id"]), r["mottatt_dato"], r["sak_id"]) < min_plass
            for r in like
        )
        if sist or len(dager) > d.maks_dager:
            ut[en["linje_id"]] = "STOPP"
    return ut, ukjent


def k26(d: Dag) -> Svar:
    ut = {}
    for en in d.linjer:
        like = [r for r in d.egne if all(r[n] == en[n] for n in ("person_id", "orgnr", "klasse", "fom", "tom", "belop_ore"))]
        if min((not r["merket"], r["linje_id"]) for r in like)[1] != en["linje_id"]:
            ut[en["linje_id"]] = "STOPP"
    return ut, set()


# Pay
def _hos(rader: list[dict], en: dict) -> list[dict]:
    hos = en["arbeidsgiver"]
    return [r for r in rader if r["ident"] == en["ident"] and (hos is None or hos in (r["virksomhet"], r["opplysningspliktig"]))]


def _er_svar(r: dict) -> bool:
    return bool(r["avvik_koder"]) and r["avvik_koder"].startswith("svar:")


def _er_lonn(r: dict) -> bool:
    return (r["inntekt_type"] == "Loennsinntekt" and r["beskrivelse"] not in FERIE and r["beloep_ore"] is not None
            and r["fordel"] in ("kontantytelse", None))  # fmt: skip


def _dag(r: dict) -> dt.date | None:
    return r["registrert_tid"] and r["registrert_tid"].astimezone(ZoneInfo("Europe/Oslo")).date()


def k08(d: Dag, dager_etter: int = 0) -> Svar:
    ut, ukjent = {}, set()
    for en in d.linjer:
        tider = [_dag(r) for r in _hos(d.inntekt, en) if not _er_svar(r)]
        kjente = [t for t in tider if t]
        if en["arbeidsgiver"] is None or not kjente:
            ukjent.add(en["linje_id"])
        elif min(kjente) > d.kunngjort + dt.timedelta(dager_etter):
            if None in tider:
                ukjent.add(en["linje_id"])
            else:
                ut[en["linje_id"]] = "STOPP"
    return ut, ukjent


def _okninger(d: Dag, en: dict) -> list[tuple[int, int]]:
    """(øre before, øre after) seen in the reports, and between the two extracts."""
    naa = [r for r in _hos(d.inntekt, en) if _er_lonn(r) and not _er_svar(r)]
    foer = etter = 0
    for maaned in {r["maaned"] for r in naa}:
        tidlig = sum(r["beloep_ore"] for r in naa if r["maaned"] == maaned and _dag(r) and _dag(r) <= d.kunngjort)
        sent = sum(r["beloep_ore"] for r in naa if r["maaned"] == maaned and _dag(r) and _dag(r) > d.kunngjort)
        if tidlig > 0 and sent:
            foer, etter = foer + tidlig, etter + tidlig + sent
    ut = [(foer, etter)]
    if d.inntekt_for:
        da = [r for r in _hos(d.inntekt_for, en) if _er_lonn(r) and not _er_svar(r) and _dag(r) and _dag(r) <= d.kunngjort]
        gammel = ny = 0
        for maaned in {r["maaned"] for r in da}:
            sum_ = sum(r["beloep_ore"] for r in da if r["maaned"] == maaned)
            if sum_ > 0:
                gammel, ny = gammel + sum_, ny + sum(r["beloep_ore"] for r in naa if r["maaned"] == maaned)
        ut.append((gammel, ny))
    return ut


def k09(d: Dag, prosent: int = 5, kroner: int = 2000, stopp_kroner: int = 10000) -> Svar:
    ut, ukjent = {}, set()
    for en in d.linjer:
        foer, etter = max(_okninger(d, en), key=lambda p: p[1] - p[0])
        opp = etter - foer
        if foer > 0 and opp > kroner * 100 and opp * 100 > prosent * foer:
            ut[en["linje_id"]] = "STOPP" if opp > stopp_kroner * 100 else "ETTER"
            continue
        egne = [r for r in _hos(d.inntekt, en) if _er_lonn(r) and not _er_svar(r)]
        if not egne or any(_dag(r) is None for r in egne):
            ukjent.add(en["linje_id"])
    return ut, ukjent


def _nr(dag: dt.date) -> int:
    return dag.year * 12 + dag.month


def k10(d: Dag, prosent: int = 150, stopp_prosent: int = 200, stopp_kroner: int = 10000, minst_maaneder: int = 3) -> Svar:
    ut, ukjent = {}, set()
    for en in d.linjer:
        lonn: dict[int, int] = {}
        for r in _hos(d.inntekt, en):
            if _er_lonn(r):
                lonn[_nr(r["maaned"])] = lonn.get(_nr(r["maaned"]), 0) + r["beloep_ore"]
        mottatt = _nr(en["mottatt_dato"])
        siste = max((m for m, ore in lonn.items() if ore > 0 and mottatt - 12 <= m < mottatt), default=None)
        foer = [ore for m, ore in lonn.items() if siste is not None and ore > 0 and siste - 12 <= m < siste]
        if len(foer) < minst_maaneder:
            ukjent.add(en["linje_id"])
        elif lonn[siste] * 100 > prosent * median(foer):
            hardt = lonn[siste] * 100 > stopp_prosent * median(foer) and lonn[siste] - median(foer) > stopp_kroner * 100
            ut[en["linje_id"]] = "STOPP" if hardt else "STIKK"
    return ut, ukjent


def k18(d: Dag, minst_over: int = 3, prosent_av_lonn: int = 110) -> Svar:
    ut, ukjent = {}, set()
    for en in d.linjer:
        hos = en["arbeidsgiver"]
        if hos is None:
            ukjent.add(en["linje_id"])
            continue
        krav = [r for r in d.egne if r["arbeidsgiver"] == hos]
        ansatte = None
        if d.arbeidsforhold:
            ansatte = len({
                a["ident"] for a in d.arbeidsforhold
                if hos in (a["virksomhet"], a["opplysningspliktig"]) and (a["startdato"] is None or a["startdato"] <= d.kunngjort)
                and (a["sluttdato"] is None or a["sluttdato"] >= d.kunngjort)
            })  # fmt: skip
        lonnede, sum_per_maaned = _lonnede(d, hos, krav)
        mine = [r for r in krav if r["ident"] in lonnede]
        if ansatte is None and not mine:
            ukjent.add(en["linje_id"])
            continue
        maaneder = -(-((max(r["tom"] for r in mine) - min(r["fom"] for r in mine)).days + 1) // 30) if mine else 1
        tak = max(sum_per_maaned) * max(1, maaneder) * prosent_av_lonn // 100
        for_mange = ansatte is not None and len({d.menneske(r) for r in krav}) - ansatte >= minst_over
        if for_mange or (sum(r["belop_ore"] for r in mine) > tak and len({d.menneske(r) for r in mine}) >= minst_over):
            ut[en["linje_id"]] = "STOPP"
    return ut, ukjent


def _lonnede(d: Dag, hos: str, krav: list[dict]) -> tuple[set[str], list[int]]:
    """Whoever is about to be paid and has wages there in the three months before, and what they sum up to in each."""
    siste, sum_, hvem = _nr(d.kunngjort), [0, 0, 0], set()
    for person in {r["ident"] for r in d.linjer if r["arbeidsgiver"] == hos}:
        egne = [0, 0, 0]
        for r in _hos(d.inntekt or [], {"ident": person, "arbeidsgiver": hos}):
            if _er_lonn(r) and siste - 3 <= _nr(r["maaned"]) < siste:
                egne[_nr(r["maaned"]) - siste + 3] += r["beloep_ore"]
        if sum(egne) > 0:
            hvem.add(person)
            sum_ = [a + b for a, b in zip(sum_, egne, strict=True)]
    return hvem, sum_


def to_numre(nr: int) -> tuple[str, str, dt.date]:
    """The fødselsnummer and the D-number of one birthday."""
    fodt = dt.date(1970, 1, 1) + dt.timedelta(days=nr)
    vanlig, d = (next(i for n in range(500) if (i := lag_ident(fodt, n, d_nummer=er_d))) for er_d in (False, True))
    return vanlig, d, fodt
