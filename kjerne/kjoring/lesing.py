"""Steps 1 and 2: applications and registers come in, each line accounted for, each file once."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.innhenting import les_arbeidsforhold, les_inntekt, les_personer
from kjerne.kjoring.rom import Arbeidsrom, Kjoring
from kjerne.kontrakt.manifest import Manifest
from kjerne.kontrakt.tabeller import REGISTRE
from kjerne.lager import id as ider
from kjerne.lager import snapshot as lagring
from kjerne.lager.bulk import konflikter, sett_inn
from kjerne.lager.kanonisk import sha256
from kjerne.lager.motor import laas, lesende
from kjerne.lager.person import person_ider
from kjerne.lager.tabeller import kjoring, kjoring_steg, leveranse, leveranse_karantene, sak, snapshot, soknad
from kjerne.lager.verdikolonner import drivverdier
from kjerne.mottak import Soknadslesning, fakta_json, les_soknader

ANNET_INNHOLD = "En søknad med samme søknads-id finnes fra før med et annet innhold"


def leveranse_id(art: str, ordning: str, fil_sha: str) -> str:
    """The same file for the same scheme is the same delivery."""
    return sha256(f"{art}:{ordning}:{fil_sha}")


def mottak(k: Kjoring) -> dict:
    """Stores the applications of every file. Lines that cannot be read are quarantined with line number and reason."""
    samlet = {"linjer_inn": 0, "akseptert": 0, "karantene_linjer": 0, "nye": 0}
    for sti in k.grunnlag.soknader:
        k.fremdrift("Leser søknader", samlet["linjer_inn"], 0)
        lest = les_soknader(sti, k.verk.manifest, krev_syntetisk=k.rom.krev_syntetisk)
        with k.rom.motor.begin() as conn:
            laas(conn, f"mottak:{k.ordning}")
            antall = lagre_soknader(conn, k.rom, k.verk.manifest, sti.name, lest, k.id)
        samlet = {n: v + antall[n] for n, v in samlet.items()}
    return samlet


def lagre_soknader(
    conn: Connection, rom: Arbeidsrom, manifest: Manifest, filnavn: str, lest: Soknadslesning, kjoring_id: str | None
) -> dict:
    """Stores what was read from one file, and the file as a delivery. The caller holds the lock `mottak:<ordning>`."""
    ramme, ordning, naa = lest.ramme, manifest.id, rom.klokke.naa()
    lev_id = leveranse_id("soknad", ordning, lest.sha256)
    rader = drivverdier(
        soknad,
        {
            "sak_id": ider.sak_ider(ordning, ramme["soknad_id"].tolist()),
            "ordning": ordning,
            "soknad_id": ramme["soknad_id"],
            "person_id": person_ider(conn, ramme["fodselsnummer"].tolist()),
            "konto": ramme["kontonummer"],
            "maalform": ramme["maalform"],
            "mottatt_dato": ramme["mottatt_dato"],
            "fakta": fakta_json(ramme, manifest),
            "leveranse_id": lev_id,
            "linje": ramme["kilde_linje"],
        },
    )
    nye = sett_inn(conn, soknad, rader)
    aapne_saker(conn, ordning, rader["sak_id"], naa, kjoring_id)
    karantene, ulike = lest.karantene, []
    if nye < len(ramme):  # some were here before: the same again, or something else under the same id
        ulike = [f.rad for f in konflikter(conn, soknad, rader, ("sak_id",), ("leveranse_id", "linje"))]
    if ulike:
        andre = {
            "linje": [int(rader["linje"][r]) for r in ulike],
            "grunn": ANNET_INNHOLD,
            "raa_sha256": [sha256(rader["fakta"][r]) for r in ulike],
        }
        karantene = pd.concat([karantene, pd.DataFrame(andre)], ignore_index=True)
    akseptert = lest.akseptert - len(ulike)
    _lagre_leveranse(conn, naa, "soknad", ordning, lev_id, filnavn, lest.format, lest.linjer_inn, akseptert, karantene)
    return {"linjer_inn": lest.linjer_inn, "akseptert": akseptert, "karantene_linjer": len(karantene), "nye": nye}


def aapne_saker(
    conn: Connection, ordning: str | Sequence[str], sak_ider: Sequence[str], naa: dt.datetime, kjoring_id: str | None
) -> None:
    """A case for each application; one that is there is left as it stands."""
    faste = {"ordning": ordning, "tilstand": "mottatt", "grunn": None, "vent_til": None, "kjoring_id": kjoring_id, "endret_tid": naa}
    sett_inn(conn, sak, {"sak_id": sak_ider} | faste)


def _lagre_leveranse(
    conn: Connection, naa: dt.datetime, art: str, ordning: str, lev_id: str, filnavn: str, format_: str, inn: int, akseptert: int,
    karantene: pd.DataFrame,
) -> None:  # fmt: skip
    sett_inn(
        conn,
        leveranse,
        {
            "leveranse_id": lev_id,
            "art": art,
            "ordning": ordning,
            "filnavn": filnavn,
            "format": format_,
            "linjer_inn": inn,
            "akseptert": akseptert,
            "karantene": len(karantene),
            "mottatt_tid": naa,
        },
    )
    sett_inn(conn, leveranse_karantene, {n: karantene[n] for n in ("linje", "grunn", "raa_sha256")} | {"leveranse_id": lev_id})


def innhenting(k: Kjoring) -> dict:
    """Reads the register files into immutable snapshots. Without income files, the run stands on the snapshots of the
    scheme's last run, but for those that it has got anew."""
    g = k.grunnlag
    forrige = {} if g.inntekter else forrige_registre(k)
    if not (g.inntekter or g.arbeidsforhold or g.personer):
        return forrige
    deler: dict[str, list[pd.DataFrame]] = {n: [] for n in REGISTRE}
    leveranser = []
    register = k.verk.manifest.inntekt  # the legal filter: what stands under another one is not read
    for art, les, stier in (
        ("inntekt", partial(les_inntekt, filternavn=register.filter if register else None), g.inntekter),
        ("arbeidsforhold", les_arbeidsforhold, g.arbeidsforhold),
        ("personer", les_personer, g.personer),
    ):
        for sti in stier:
            lest = les(sti, fremdrift=lambda lest_, av, art=art: k.fremdrift(f"Leser {art}", lest_, av))
            leveranser.append((art, leveranse_id(art, k.ordning, lest.sha256), sti, lest))
            for navn, ramme in lest.tabeller.items():
                deler[navn].append(ramme)
    tabeller = {navn: samlet_register(navn, rammer) for navn, rammer in deler.items() if rammer}
    k.hurtig |= tabeller
    ut = {
        "linjer_inn": sum(lest.linjer_inn for *_, lest in leveranser),
        "karantene_linjer": sum(len(lest.karantene) for *_, lest in leveranser),
        "merknader": sorted({m for *_, lest in leveranser for m in lest.merknader})[:20],
    }
    lagret = {navn: lagring.skriv(ramme, k.rom.snapshotmappe, navn) for navn, ramme in tabeller.items()}
    with k.rom.motor.begin() as conn:
        for art, lev_id, sti, lest in leveranser:
            antall = (lest.linjer_inn, lest.akseptert, lest.karantene)
            _lagre_leveranse(conn, k.rom.klokke.naa(), art, k.ordning, lev_id, sti.name, lest.format, *antall)
        for navn, (sha, relativ, antall) in lagret.items():
            lagre_snapshot(conn, k, navn, sha, relativ, antall)
    return forrige | ut | {navn: sha for navn, (sha, _, _) in lagret.items()} | {f"rader_{n}": len(r) for n, r in tabeller.items()}


def samlet_register(navn: str, rammer: list[pd.DataFrame]) -> pd.DataFrame:
    """One table, sorted by person (and month), with rad_id unique over all files."""
    form = REGISTRE[navn]
    if len(rammer) > 1:
        koder = [n.navn for n in form.kolonner if n.type == "kode"]
        rammer = [r.assign(**{n: r[n].astype("string[pyarrow]") for n in koder}) for r in rammer]
        ramme = form.ramme(pd.concat(rammer, ignore_index=True).assign(rad_id=range(sum(map(len, rammer)))))
    else:
        ramme = rammer[0]
    nokler = [n for n in ("ident", "maaned") if n in ramme]
    orden = ramme[nokler].assign(ident=pd.factorize(ramme["ident"], sort=True)[0]).sort_values(nokler, kind="stable").index
    return ramme if orden.is_monotonic_increasing else ramme.loc[orden].reset_index(drop=True)


def lagre_snapshot(conn: Connection, k: Kjoring, art: str, sha: str, relativ: str, antall: int) -> None:
    """Names a file that is on disk (see `snapshot.skriv`)."""
    inntekt = k.verk.manifest.inntekt
    sett_inn(
        conn,
        snapshot,
        {
            "snapshot_id": sha,
            "art": art,
            "rader": antall,
            "sti": relativ,
            "filter": inntekt.filter if inntekt else None,
            "hentet_tid": k.rom.klokke.naa(),
            "leveranse_id": None,
        },
    )


def lagre_ramme(k: Kjoring, ramme: pd.DataFrame, art: str) -> str:
    """Stores a frame as a snapshot and returns its hash; on disk before the transaction that names it."""
    sha, relativ, antall = lagring.skriv(ramme, k.rom.snapshotmappe, art)
    with k.rom.motor.begin() as conn:
        lagre_snapshot(conn, k, art, sha, relativ, antall)
    return sha


def hent_ramme(k: Kjoring, sha: str, art: str) -> pd.DataFrame:
    """A stored frame, read once per process."""
    nokkel = f"{art}:{sha}"
    if nokkel not in k.hurtig:
        k.hurtig[nokkel] = lagring.les(k.rom.snapshotmappe, sha, art)
    return k.hurtig[nokkel]


def forrige_registre(k: Kjoring) -> dict:
    """The result of the newest finished `innhenting` of the scheme, so that a run without files decides on the same data."""
    with lesende(k.rom.motor) as conn:
        tekst = conn.scalar(
            sa.select(kjoring_steg.c.resultat)
            .join(kjoring, kjoring.c.kjoring_id == kjoring_steg.c.kjoring_id)
            .where(kjoring.c.ordning == k.ordning, kjoring_steg.c.steg == "innhenting", kjoring_steg.c.resultat.like('%"inntekt":%'))
            .order_by(kjoring_steg.c.ferdig_tid.desc(), kjoring_steg.c.kjoring_id)
            .limit(1)
        )
    return {n: v for n, v in json.loads(tekst).items() if n in REGISTRE} if tekst else {}


def fil_sha(sti: Path) -> str:
    with sti.open("rb") as fil:
        return hashlib.file_digest(fil, "sha256").hexdigest()
