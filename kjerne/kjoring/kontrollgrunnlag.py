"""What the controls before payment look at: lines by SQL across all schemes, and the registers that the decisions stood on."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kjoring.lesing import hent_ramme
from kjerne.kjoring.linjelesing import faktum, hent
from kjerne.kjoring.rom import Kjoring
from kjerne.kontrakt.kontrollvalg import Kontrollvalg
from kjerne.kontrakt.manifest import Manifest
from kjerne.kontroll.helhet import Buntkontekst, profil
from kjerne.kontroll.katalog import katalog
from kjerne.kontroll.kontekst import Kontrollkontekst
from kjerne.lager import snapshot as lagring
from kjerne.lager.tabeller import (
    betalingsavtrykk,
    bunt,
    bunt_hendelse,
    bunt_linje,
    kjoring,
    kjoring_steg,
    linje,
    person,
    snapshot,
    soknad,
    vedtak,
)
from kjerne.utbetaling.ledig import FRA, KONTO, PAA_NYTT, er_ledig
from kjerne.utbetaling.tilstand import OVER

FORRIGE_KJORINGER = 3
_I_BUNT = (
    bunt_linje.join(linje, linje.c.linje_id == bunt_linje.c.linje_id).join(vedtak, vedtak.c.vedtak_id == linje.c.vedtak_id)
    .join(soknad, soknad.c.sak_id == vedtak.c.sak_id)
)  # fmt: skip
_MERKET = sa.exists().where(betalingsavtrykk.c.linje_id == linje.c.linje_id)


_UTEN = "Ordningen har ingen [kontroll] i ordning.toml."


def kontrollvalg(m: Manifest) -> Kontrollvalg:
    """What the scheme says; a scheme that says nothing has only the controls that all have."""
    return m.kontroll or Kontrollvalg(av={id_: _UTEN for id_, en in katalog().items() if not en.alltid})


def linjekontekst(conn: Connection, k: Kjoring, betalingsdato: dt.date) -> Kontrollkontekst:
    """The lines of the scheme that are in no batch, and what touches them. Also those that are held: they are looked at again."""
    m, valg = k.verk.manifest, kontrollvalg(k.verk.manifest)
    ledig = er_ledig(k.ordning)
    linjer = _linjer(conn, k, ledig)
    innhentet = k.resultat("innhenting") or {}
    return Kontrollkontekst(
        ordning=k.ordning,
        linjer=linjer.drop(columns=["snapshot_id", "rolle"]),
        andre=_andre(conn, k, ledig) if len(linjer) else linjer,
        soknader=_soknader(conn, ledig),
        betalingsdato=betalingsdato,
        kunngjort=valg.kunngjort or m.gjelder.fra,
        maks_dager=valg.maks_dager or (m.gjelder.til - m.gjelder.fra).days + 1,
        kan_kombineres=valg.kan_kombineres,
        inntekt=_inntekt(conn, k, linjer),
        inntekt_for=_eldste_inntekt(conn, k, innhentet.get("inntekt")),
        arbeidsforhold=hent_ramme(k, sha, "arbeidsforhold") if (sha := innhentet.get("arbeidsforhold")) else None,
    )


def _linjer(conn: Connection, k: Kjoring, utvalg: sa.ColumnElement[bool]) -> pd.DataFrame:
    """LINJE of the lines in `utvalg`, with snapshot_id of their decision and the payee's role."""
    m = k.verk.manifest
    egen = soknad.c.ordning == k.ordning
    deler = [_tekst(conn, n) for n in m.entydig if n != "fodselsnummer"]
    nokkel = deler[0] if deler else sa.literal("")
    for del_ in deler[1:]:
        nokkel = nokkel + "/" + del_
    sporring = (
        sa.select(
            linje.c.linje_id, linje.c.vedtak_id, vedtak.c.sak_id, soknad.c.ordning, soknad.c.person_id, person.c.ident,
            soknad.c.konto.label("sokerkonto"), linje.c.orgnr, _konto().label("konto"), linje.c.rolle, linje.c.klasse, linje.c.fom,
            linje.c.tom,
            linje.c.belop_ore, soknad.c.mottatt_dato, vedtak.c.snapshot_id,
            sa.case((egen, faktum(conn, m.arbeidsgiverfelt))).label("arbeidsgiver"), sa.case((egen, nokkel)).label("nokkel"),
            sa.case((_MERKET, 1), else_=0).label("merket"),
        )
        .select_from(FRA.join(person, person.c.person_id == soknad.c.person_id))
        .where(utvalg).order_by(linje.c.linje_id)
    )  # fmt: skip
    ramme = hent(conn, sporring)
    til_soker = [rolle for rolle, mottaker in m.utbetaling.mottakere.items() if mottaker.konto == "kontonummer" and not mottaker.orgnr]
    ramme["arbeidsgiver"] = ramme["arbeidsgiver"].replace("", pd.NA)
    egne = (ramme["rolle"].isin(til_soker) & (ramme["ordning"] == k.ordning)).to_numpy(bool)
    return ramme.assign(merket=ramme["merket"].to_numpy(bool), til_soker=egne)


def _konto() -> sa.ColumnElement[str]:
    """Where the line's money goes next, or else where it went last: a line that came back may have been paid to another account."""
    siste = sa.select(bunt_linje.c.konto).where(bunt_linje.c.linje_id == linje.c.linje_id).order_by(bunt_linje.c.forsok.desc()).limit(1)
    return sa.func.coalesce(PAA_NYTT.c.konto, siste.correlate(linje).scalar_subquery(), linje.c.konto)


def _tekst(conn: Connection, felt: str) -> sa.ColumnElement:
    verdi = soknad.c.mottatt_dato if felt == "mottatt_dato" else faktum(conn, felt)
    return sa.func.coalesce(sa.cast(verdi, sa.Text), "")


def _andre(conn: Connection, k: Kjoring, ledig: sa.ColumnElement[bool]) -> pd.DataFrame:
    """Lines that are not about to be paid, of the same persons, accounts, payees and (in this scheme) employers."""

    def kandidatenes(kolonne: sa.ColumnElement) -> sa.Select:
        return sa.select(kolonne).select_from(FRA).where(ledig, kolonne.is_not(None)).correlate(None)

    beror = [kolonne.in_(kandidatenes(kolonne)) for kolonne in (soknad.c.person_id, soknad.c.konto, linje.c.orgnr)]
    beror.append(_konto().in_(kandidatenes(KONTO)))
    if felt := k.verk.manifest.arbeidsgiverfelt:
        beror.append((soknad.c.ordning == k.ordning) & faktum(conn, felt).in_(kandidatenes(faktum(conn, felt))))
    return _linjer(conn, k, sa.not_(ledig) & sa.or_(*beror)).drop(columns=["snapshot_id", "rolle"])


def _soknader(conn: Connection, ledig: sa.ColumnElement[bool]) -> pd.DataFrame:
    kandidater = sa.select(soknad.c.person_id).select_from(FRA).where(ledig).correlate(None)
    s = soknad.alias("alle_soknader")
    return hent(conn, sa.select(s.c.person_id, s.c.sak_id, s.c.konto, s.c.mottatt_dato).where(s.c.person_id.in_(kandidater)))


def _inntekt(conn: Connection, k: Kjoring, linjer: pd.DataFrame) -> pd.DataFrame | None:
    """The income that the decisions behind the lines stood on. One extract, as a rule; several after several runs: then each person's
    newest, so that no pay is counted twice."""
    s, med = snapshot.c, linjer.dropna(subset="snapshot_id")
    brukt = list(med["snapshot_id"].unique())
    if len(brukt) < 2:
        return hent_ramme(k, brukt[0], "inntekt") if brukt else None
    nyest = sa.select(s.snapshot_id).where(s.snapshot_id.in_(brukt)).order_by(s.hentet_tid.desc(), s.snapshot_id)
    valgt, sett = [], set()
    for sha in conn.scalars(nyest).all():
        egne = set(med.loc[med["snapshot_id"] == sha, "ident"]) - sett
        sett |= egne
        ramme = hent_ramme(k, sha, "inntekt")
        valgt.append(ramme[ramme["ident"].isin(egne)])
    koder = {n: "string[pyarrow]" for ramme in valgt for n in ramme.columns[ramme.dtypes == "category"]}
    return pd.concat([r.astype(koder) for r in valgt], ignore_index=True)


def _eldste_inntekt(conn: Connection, k: Kjoring, naa: str | None) -> pd.DataFrame | None:
    """The first extract of income that the scheme ever read, when it is not the one of this run."""
    sporring = (
        sa.select(kjoring_steg.c.resultat)
        .join(kjoring, kjoring.c.kjoring_id == kjoring_steg.c.kjoring_id)
        .where(kjoring.c.ordning == k.ordning, kjoring_steg.c.steg == "innhenting", kjoring_steg.c.resultat.like('%"inntekt":%'))
        .order_by(kjoring_steg.c.ferdig_tid, kjoring_steg.c.kjoring_id)
        .limit(1)
    )
    forste = conn.scalar(sporring)
    sha = json.loads(forste)["inntekt"] if forste else None
    return hent_ramme(k, sha, "inntekt") if sha and naa and sha != naa else None


def buntkontekst(conn: Connection, k: Kjoring, bunter: tuple[str, ...]) -> Buntkontekst:
    """The batches that this run made, and those of the runs before it."""
    return Buntkontekst(bunter, _i_bunter(conn, k, bunter), _tidligere(conn, k, bunter), k.verk.manifest.utbetaling.maks_per_sak * 100)


def _i_bunter(conn: Connection, k: Kjoring, bunter: tuple[str, ...]) -> pd.DataFrame:
    v, alle = vedtak.c, linje.alias("alle_linjer").c
    hele = sa.select(sa.func.sum(alle.belop_ore)).where(alle.vedtak_id == linje.c.vedtak_id).correlate(linje).scalar_subquery()
    sporring = (
        sa.select(
            bunt_linje.c.bunt_id, linje.c.linje_id, linje.c.vedtak_id, linje.c.belop_ore, v.belop_ore.label("vedtatt_ore"), v.versjon,
            sa.cast(hele, sa.BigInteger).label("linjene_ore"),
            v.sporing_id, v.sporing_rad, faktum(conn, k.verk.manifest.arbeidsgiverfelt).label("arbeidsgiver"),
        )
        .select_from(_I_BUNT).where(bunt_linje.c.bunt_id.in_(bunter)).order_by(linje.c.linje_id)
    )  # fmt: skip
    ramme = hent(conn, sporring)
    return ramme.assign(arbeidsgiver=ramme["arbeidsgiver"].replace("", pd.NA)).assign(**_fra_sporing(k, ramme))


def _fra_sporing(k: Kjoring, linjer: pd.DataFrame) -> dict[str, pd.array]:
    """sporet_ore: what the rules came to in each case, from the file of the trace, which is kept apart from the database, added up anew.
    Missing for a later version of a decision, whose lines are a difference, and where the trace has other rules than the scheme has
    now. skal_ha_spor: a first version of a decision. spor_borte: the file is not there."""
    regler = [r.navn for r in k.verk.regelsett.av_art("beløp")]
    ut = pd.array([pd.NA] * len(linjer), dtype="Int64")
    borte = np.zeros(len(linjer), bool)
    for sporing_id, egne in linjer[linjer["versjon"] == 1].groupby("sporing_id"):
        if not (k.rom.snapshotmappe / lagring.relativ_sti(sporing_id, "sporing")).exists():
            borte[linjer.index.get_indexer(egne.index)] = True
            continue
        if set(regler) - set(lagring.kolonner_i(k.rom.snapshotmappe, sporing_id, "sporing")):
            continue
        sporet = lagring.les(k.rom.snapshotmappe, sporing_id, "sporing", regler)
        ore = sum(np.rint(sporet[n].fillna(0).to_numpy(float) * 100).astype(np.int64) for n in regler)
        ut[linjer.index.get_indexer(egne.index)] = ore[egne["sporing_rad"].to_numpy()]
    return {"sporet_ore": ut, "skal_ha_spor": (linjer["versjon"] == 1).to_numpy(bool), "spor_borte": borte}


def _tidligere(conn: Connection, k: Kjoring, bunter: tuple[str, ...]) -> pd.DataFrame:
    """What a batch is to look like. A batch that came to nothing is no example: it may have been the fault itself."""
    over = sa.select(bunt_hendelse.c.bunt_id).where(bunt_hendelse.c.tilstand.in_(OVER))
    levende = (bunt.c.ordning == k.ordning) & bunt.c.bunt_id.not_in(bunter) & bunt.c.bunt_id.not_in(over)
    sporring = (
        sa.select(bunt.c.kjoring_id).where(levende, bunt.c.kjoring_id != k.id)
        .group_by(bunt.c.kjoring_id).order_by(sa.func.max(bunt.c.laget_tid).desc(), bunt.c.kjoring_id).limit(FORRIGE_KJORINGER)
    )  # fmt: skip
    rader = []
    for kjoring_id in conn.scalars(sporring).all():
        i_kjoringen = sa.select(bunt.c.bunt_id).where(bunt.c.kjoring_id == kjoring_id, levende)
        arbeidsgiver = faktum(conn, k.verk.manifest.arbeidsgiverfelt).label("arbeidsgiver")
        linjer = hent(conn, sa.select(linje.c.belop_ore, arbeidsgiver).select_from(_I_BUNT).where(bunt_linje.c.bunt_id.in_(i_kjoringen)))
        p = profil(linjer.assign(arbeidsgiver=linjer["arbeidsgiver"].replace("", pd.NA)))
        rader.append((p.antall, p.sum_ore, p.topp, p.storste))
    return pd.DataFrame(rader, columns=["antall", "sum_ore", "topp", "storste"])
