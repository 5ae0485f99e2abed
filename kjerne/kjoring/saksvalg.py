"""Which cases a step looks at, with their facts: as they were applied for, and as the registers say."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kjoring.rom import Kjoring
from kjerne.kontrakt.tabeller import DTYPER
from kjerne.lager.tabeller import person, sak, soknad, vedtak
from kjerne.mottak import fakta_ramme
from kjerne.regelmotor.saksfil import tom_verdi
from kjerne.vedtak.sporsmal import saker_med_alle_svar


def velg_saker(conn: Connection, k: Kjoring) -> pd.DataFrame:
    """The cases to take up, in key order: sak_id, ident, person_id, konto, maalform and the facts; `forrige_kjoring` is
    the run that looked at the case before, missing where none has."""
    besvart = set(saker_med_alle_svar(conn, k.ordning))
    sporring = (
        _saker(k)
        .where(sak.c.tilstand.in_(("mottatt", "venter", "sporsmal")))  # by its index: the open ones
        .where((sak.c.tilstand != "venter") | (sak.c.vent_til <= k.grunnlag.vedtaksdato))
        .order_by(soknad.c.sak_id)
    )
    deler = [_saksramme([], k)]
    for rader in conn.execute(sporring.execution_options(yield_per=_BIT)).partitions():
        deler.append(_saksramme([r for r in rader if r[-1] != "sporsmal" or r[0] in besvart], k))
    return _fra_register(conn, k, pd.concat(deler, ignore_index=True))


def les_saken(conn: Connection, k: Kjoring, sak_id: str) -> pd.DataFrame:
    """One case in whatever state, as `velg_saker` gives them; no row when there is none."""
    rader = conn.execute(_saker(k).where(sak.c.sak_id == sak_id)).all()
    return _fra_register(conn, k, _saksramme(rader, k))


def _saker(k: Kjoring) -> sa.Select:
    fra_for = sa.case((sak.c.tilstand != "mottatt", sak.c.kjoring_id))
    kolonner = (soknad.c.sak_id, person.c.ident, soknad.c.person_id, soknad.c.konto, soknad.c.maalform, fra_for, soknad.c.mottatt_dato,
                soknad.c.fakta, sak.c.tilstand)  # fmt: skip
    fra = sa.select(*kolonner).join(sak, sak.c.sak_id == soknad.c.sak_id).join(person, person.c.person_id == soknad.c.person_id)
    return fra.where(sak.c.ordning == k.ordning)


_SAK = ["sak_id", "ident", "person_id", "konto", "maalform", "forrige_kjoring"]
_TEKST = DTYPER["tekst"]
_BIT = 20_000  # rows read at a time: what is Python objects is soon columns


def _saksramme(rader: Sequence[sa.Row], k: Kjoring) -> pd.DataFrame:
    *tekster, mottatt, fakta, _ = zip(*rader, strict=True) if rader else [()] * (len(_SAK) + 3)
    ramme = pd.DataFrame({n: _TEKST.__from_arrow__(pa.array(t, pa.string())) for n, t in zip(_SAK, tekster, strict=True)})
    dager = pa.array(mottatt, pa.date32()).cast(pa.timestamp("s")).to_numpy(zero_copy_only=False)
    return pd.concat([ramme, fakta_ramme(fakta, k.verk.manifest)], axis=1).assign(mottatt_dato=dager)


def _fra_register(conn: Connection, k: Kjoring, saker: pd.DataFrame) -> pd.DataFrame:
    """Facts that the engine itself answers: whether the same key (`entydig`) has been granted before. A register that is not
    connected says nothing: there `tomt_betyr` rules. What earlier decisions gave is not known yet: see registerfakta."""
    register = [f for f in k.verk.manifest.felt if f.kilde == "register" and f.oppslag is None]
    tomme = {f.navn: tom_verdi(f) for f in register if f.type != "ja_nei" and f.tomt_betyr is not None}
    saker = saker.assign(**{n: pd.Series([v] * len(saker), dtype=saker[n].dtype) for n, v in tomme.items()})
    felt = [f.navn for f in register if f.type == "ja_nei"]
    if not felt or not len(saker):
        return saker
    innvilget = conn.execute(
        sa.select(soknad.c.person_id, soknad.c.fakta)
        .join(vedtak, vedtak.c.sak_id == soknad.c.sak_id)
        .where(soknad.c.ordning == k.ordning, vedtak.c.utfall == "innvilget")
    ).all()
    nokler = [n for n in k.verk.manifest.entydig if n != "fodselsnummer"]
    kjente = fakta_ramme([f for _, f in innvilget], k.verk.manifest)[nokler].assign(person_id=[p for p, _ in innvilget])
    egne = saker[["person_id", *nokler]].astype(str).merge(kjente.astype(str).drop_duplicates(), how="left", indicator=True)
    return saker.assign(**{n: pd.array(egne["_merge"] == "both", dtype="boolean") for n in felt})
