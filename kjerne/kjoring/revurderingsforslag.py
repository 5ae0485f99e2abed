"""A revurdering is proposed by one person and approved by another. What is approved is exactly what was proposed, byte for byte.

Proposing stores frames on disk and one row; it changes no case. Approving is one transaction: all versions, lines and claims, or none.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from kjerne.kjoring import delkjoring
from kjerne.kjoring.etterbrev import skriv_etterbrev
from kjerne.kjoring.lesing import lagre_snapshot
from kjerne.kjoring.port import port
from kjerne.kjoring.revurdering import Funnet
from kjerne.kjoring.rom import Arbeidsrom, Grunnlag, Kjoring
from kjerne.kjoring.utgaver import bevar
from kjerne.kjoring.vurdering import rettigheter
from kjerne.kontrakt.feil import Ordningsfeil, uten_nummer
from kjerne.kontrakt.fritekst import fritekst
from kjerne.lager import snapshot as lagring
from kjerne.lager.bulk import sett_inn
from kjerne.lager.feilpunkt import feilpunkt
from kjerne.lager.kanonisk import json_tekst, sha256
from kjerne.lager.motor import laas, lesende
from kjerne.lager.tabeller import revurdering, revurdering_hendelse
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.revisjon import logg
from kjerne.tilgang import krev, person_bak
from kjerne.vedtak.endring import differanse, netto, per_sak
from kjerne.vedtak.omgjoring import lagre_versjoner

IKKE_GJORT = "Ingen vedtak er omgjort."
ARTER = ("vedtak", "linjer", "krav", "perioder")  # the frames of a proposal
_TEKST = ("sak_id", "utfall", "avgjorende", "begrunnelse", "parameterrader", "snapshot_id", "fingeravtrykk", "sporing_id", "kjoring_id",
          "forrige_vedtak_id", "for_utfall", "rettighet", "rolle", "klasse", "person_id", "orgnr", "konto")  # fmt: skip


@dataclass(frozen=True)
class Forslag:
    """One proposal and what became of it."""

    revurdering_id: str
    ordning: str
    aarsak: str
    grunn: str
    antall: int
    til_ugunst: int
    tillegg_ore: int
    krav_ore: int
    vedtaksdato: dt.date
    innhold_sha256: str
    foreslaatt_av: str
    tilstand: str = "foreslått"
    avgjort_av: str | None = None

    def som_dict(self) -> dict:
        return asdict(self) | {"vedtaksdato": self.vedtaksdato.isoformat()}


def foreslaa(rom: Arbeidsrom, verk: Regelverk, funnet: Funnet, av: str) -> Forslag:
    """Stores the proposal. The same findings on the same day are the same proposal. Raises Ordningsfeil when nothing would change."""
    with lesende(rom.motor) as conn:
        krev(conn, av, "foresla_revurdering", alle_roller=rom.krev_syntetisk)
    if not funnet.omgjores:
        raise Ordningsfeil("Ingen vedtak ville bli endret.", verk.id, "Se listen uten --foreslaa.", IKKE_GJORT, kode=2)
    bevar(rom, verk)
    dag, h = rom.klokke.idag(), funnet.hvorfor
    fritekst(h.grunn, 0, verk.id, "", IKKE_GJORT)
    grunn = uten_nummer(h.grunn)  # it is shown in lists
    kjoringer = [delkjoring.avgjor(d, f"revurdering:{h.aarsak}:{dag}", funnet.inntekt) for d in funnet.omgjores]
    rammer = _rammer(rom, verk, funnet, kjoringer)
    filer = {art: lagring.skriv(r, rom.snapshotmappe, f"revurdert_{art}") for art, r in rammer.items()}
    feilpunkt("revurdering.etter_filer")
    deler = [k.som_dict() for k in kjoringer]
    innhold = json_tekst({"aarsak": h.aarsak, "grunn": grunn, "vedtaksdato": dag.isoformat(), "kjoringer": deler,
                          **{art: fil[0] for art, fil in filer.items()}})  # fmt: skip
    ut = rammer["vedtak"]
    rad = {"revurdering_id": sha256(f"revurdering:{verk.id}:{innhold}")[:32], "ordning": verk.id, "aarsak": h.aarsak, "grunn": grunn,
           "antall": len(ut), "til_ugunst": int(ut["til_ugunst"].sum()), "tillegg_ore": int(ut["tillegg_ore"].sum()),
           "krav_ore": int(ut["krav_ore"].sum()), "vedtaksdato": dag, "innhold": innhold, "innhold_sha256": sha256(innhold),
           "foreslaatt_av": av, "foreslaatt_tid": rom.klokke.naa()}  # fmt: skip
    with rom.motor.begin() as conn:
        k = Kjoring(rom, verk, Grunnlag(), "")
        for del_ in kjoringer:
            delkjoring.lagre_filer(conn, del_)
        for art, fil in filer.items():
            lagre_snapshot(conn, k, f"revurdert_{art}", *fil)
        if sett_inn(conn, revurdering, rad):
            logg(conn, "revurdering.foreslaatt", f"revurdering:{rad['revurdering_id']}", av, _til_logg(rad), rom.klokke.naa())
        feilpunkt("revurdering.etter_forslag")
    rom.foranker()
    return les_forslag(rom, verk.id, rad["revurdering_id"])[0]


def _til_logg(rad: dict) -> dict:
    return {n: rad[n] for n in ("ordning", "aarsak", "antall", "til_ugunst", "tillegg_ore", "krav_ore", "innhold_sha256")}


def _rammer(rom: Arbeidsrom, verk: Regelverk, funnet: Funnet, kjoringer: list[delkjoring.Delkjoring]) -> dict[str, pd.DataFrame]:
    """What approving will store: the new versions, their lines, their claims, and all that they give."""
    with lesende(rom.motor) as conn:
        foer = netto(conn, verk.id)
    samlet: dict[str, list[pd.DataFrame]] = {art: [] for art in ARTER}
    for del_, gjort in zip(funnet.omgjores, kjoringer, strict=True):
        v, saker = del_.vedtakene, gjort.ramme["sak_id"].tolist()
        linjer, krav = differanse(foer[foer["sak_id"].isin(saker)], gjort.linjer)
        avslag = (v["utfall"] == "innvilget").to_numpy(dtype=bool) & (gjort.ramme["tilstand"] == "avslag").to_numpy(dtype=bool)
        ramme = gjort.ramme[["sak_id", "utfall", "avgjorende", "begrunnelse", "parameterrader", "sporing_rad"]].assign(
            versjon=v["versjon"] + 1, forrige_vedtak_id=v["vedtak_id"], for_utfall=v["utfall"], for_ore=v["gjelder_ore"],
            etter_ore=gjort.ramme["belop_ore"], tillegg_ore=per_sak(linjer, saker), krav_ore=per_sak(krav, saker),
            snapshot_id=gjort.filer["inntekt"][0], sporing_id=gjort.filer["sporing"][0], fingeravtrykk=del_.verk.fingeravtrykk,
            kjoring_id=gjort.kjoring_id, rettighet=rettigheter(del_.verk.manifest, gjort.ramme, gjort.saker),
        )  # fmt: skip
        ramme["til_ugunst"] = ((ramme["krav_ore"] > 0).to_numpy() | avslag).astype("int64")
        for navn, r in zip(ARTER, (ramme, linjer, krav, gjort.linjer), strict=True):
            samlet[navn].append(_typet(r))
    return {navn: pd.concat(r, ignore_index=True) for navn, r in samlet.items()}


def _typet(ramme: pd.DataFrame) -> pd.DataFrame:
    """As a snapshot holds it: text is text also where every value is missing, amounts are whole."""
    tekst = {n: "string[pyarrow]" for n in ramme if n in _TEKST}
    hele = {n: "int64" for n in ramme if n.endswith("_ore") or n in ("versjon", "sporing_rad", "nr")}
    dager = {n: "datetime64[s]" for n in ("fom", "tom") if n in ramme}
    return ramme.astype(tekst | hele | dager)


def les_forslag(rom: Arbeidsrom, ordning: str, revurdering_id: str = "") -> list[Forslag]:
    """The proposals of the scheme, the newest last; only the named one when an id is given."""
    with lesende(rom.motor) as conn:
        return _forslag(conn, ordning, revurdering_id)


def _forslag(conn: Connection, ordning: str, revurdering_id: str = "") -> list[Forslag]:
    r, h = revurdering.c, revurdering_hendelse.c
    navn = [n for n in Forslag.__dataclass_fields__ if n in r]
    sporring = (
        sa.select(*(r[n] for n in navn), h.hendelse, h.av).outerjoin(revurdering_hendelse, h.revurdering_id == r.revurdering_id)
        .where(r.ordning == ordning).order_by(r.foreslaatt_tid, r.revurdering_id)
    )  # fmt: skip
    if revurdering_id:
        sporring = sporring.where(r.revurdering_id == revurdering_id)
    return [Forslag(*rad[: len(navn)], rad.hendelse or "foreslått", rad.av) for rad in conn.execute(sporring)]


def forslagets_saker(rom: Arbeidsrom, ordning: str, revurdering_id: str) -> pd.DataFrame:
    """One row per case of the proposal: what approving it will store. Raises Ordningsfeil when there is no such proposal."""
    with lesende(rom.motor) as conn:
        innhold = json.loads(_krev(conn, ordning, revurdering_id).innhold)
    ramme = lagring.les(rom.snapshotmappe, innhold["vedtak"], "revurdert_vedtak")
    return ramme[["sak_id", "versjon", "til_ugunst", "for_utfall", "utfall", "for_ore", "etter_ore", "tillegg_ore", "krav_ore"]]


def godkjenn_forslag(rom: Arbeidsrom, verk: Regelverk, revurdering_id: str, av: str, antall: int, grunn: str = "") -> dict[str, int]:
    """Approves exactly what was proposed, and carries it out. `antall` is what the approver typed. Again: nothing changes.

    Raises Ordningsfeil (kode 4) for the person who proposed it, for another number, for changes to somebody's disadvantage without
    a reason, and when a case has been decided since."""
    port(rom, verk, "godkjent", hva="Å omgjøre vedtak")
    svar = _godkjenn(rom, verk, revurdering_id, av, antall, grunn)
    rom.foranker()
    skriv_etterbrev(rom, verk)  # also those that a killed process did not come to
    return svar


def _godkjenn(rom: Arbeidsrom, verk: Regelverk, revurdering_id: str, av: str, antall: int, grunn: str) -> dict[str, int]:
    with rom.motor.begin() as conn:
        laas(conn, f"vedtak:{verk.id}")
        rad = _krev(conn, verk.id, revurdering_id)
        (sett,) = _forslag(conn, verk.id, revurdering_id)
        if sett.tilstand == "godkjent":
            return {"nye_vedtak": 0, "nye_linjer": 0, "krav": 0}
        person = krev(conn, av, "godkjenn_revurdering", alle_roller=rom.krev_syntetisk).person
        _prov_godkjenner(sett, person == person_bak(conn, sett.foreslaatt_av), antall, grunn)
        _hendelse(conn, rom, sett, "godkjent", av, grunn)
        feilpunkt("revurdering.etter_godkjenning")
        svar = _gjennomfor(conn, rom, verk, rad)
        logg(conn, "revurdering.godkjent", f"revurdering:{revurdering_id}", av, _til_logg(rad._asdict()), rom.klokke.naa())
        feilpunkt("revurdering.etter_logg")
    return svar


def avvis_forslag(rom: Arbeidsrom, ordning: str, revurdering_id: str, av: str, grunn: str) -> None:
    """Puts a proposal away for good. Raises Ordningsfeil when it is approved already."""
    with rom.motor.begin() as conn:
        laas(conn, f"vedtak:{ordning}")
        krev(conn, av, "avvis_revurdering", alle_roller=rom.krev_syntetisk)
        _krev(conn, ordning, revurdering_id)
        (sett,) = _forslag(conn, ordning, revurdering_id)
        if sett.tilstand == "godkjent":
            raise Ordningsfeil("Revurderingen er allerede godkjent og gjennomført.", revurdering_id, "Foreslå en ny revurdering.", kode=4)
        if sett.tilstand == "foreslått":
            _hendelse(conn, rom, sett, "avvist", av, grunn)
            logg(conn, "revurdering.avvist", f"revurdering:{revurdering_id}", av, {"ordning": ordning}, rom.klokke.naa())
    rom.foranker()


def _krev(conn: Connection, ordning: str, revurdering_id: str) -> Row:
    r = revurdering.c
    rad = conn.execute(sa.select(revurdering).where(r.revurdering_id == revurdering_id, r.ordning == ordning)).first()
    if rad is None:
        raise Ordningsfeil("Revurderingen finnes ikke.", revurdering_id[:60], f"Se: ordning revurder {ordning}", IKKE_GJORT, kode=2)
    if sha256(rad.innhold) != rad.innhold_sha256:
        raise Ordningsfeil("Forslaget er ikke det som ble lagret.", revurdering_id, "Stans, og meld feilen.", IKKE_GJORT)
    return rad


def _prov_godkjenner(sett: Forslag, samme_person: bool, antall: int, grunn: str) -> None:
    grunner = {
        "Forslaget er avvist.": sett.tilstand == "avvist",
        "Den som foreslo revurderingen, kan ikke godkjenne den.": samme_person,
        f"Forslaget gjelder {sett.antall} saker, ikke {antall}.": antall != sett.antall,
        f"{sett.til_ugunst} saker endres til ugunst, og da må den som godkjenner oppgi en grunn.":
            sett.til_ugunst > 0 and not grunn.strip(),
    }
    for hva, galt in grunner.items():
        if galt:
            raad = f"Se forslaget: ordning revurder {sett.ordning} --vis {sett.revurdering_id}"
            raise Ordningsfeil(hva, f"revurdering {sett.revurdering_id}", raad, IKKE_GJORT, kode=4)


def _hendelse(conn: Connection, rom: Arbeidsrom, sett: Forslag, hendelse: str, av: str, grunn: str) -> None:
    grunn = fritekst(grunn, 0, f"revurdering {sett.revurdering_id}", "", IKKE_GJORT)
    conn.execute(revurdering_hendelse.insert().values(
        revurdering_id=sett.revurdering_id, hendelse=hendelse, av=av, innhold_sha256=sett.innhold_sha256, grunn=grunn or None,
        tid=rom.klokke.naa()))  # fmt: skip


def _gjennomfor(conn: Connection, rom: Arbeidsrom, verk: Regelverk, rad: Row) -> dict[str, int]:
    innhold = json.loads(rad.innhold)
    rammer = {art: lagring.les(rom.snapshotmappe, innhold[art], f"revurdert_{art}") for art in ARTER}
    rammer = {art: r.astype({n: object for n in r if n in _TEKST}).replace({np.nan: None}) for art, r in rammer.items()}
    for del_ in innhold["kjoringer"]:
        delkjoring.lagre(conn, rom, verk.id, del_, rad.vedtaksdato)
    return lagre_versjoner(conn, ordning=verk.id, revurdering_id=rad.revurdering_id, ramme=rammer["vedtak"], linjer=rammer["linjer"],
                           krav=rammer["krav"], perioder=rammer["perioder"], fattet_dato=rad.vedtaksdato, naa=rom.klokke.naa())
