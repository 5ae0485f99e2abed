"""The scheme folder as it was when it decided: one copy per fingerprint, kept with the decisions.

A rule may be changed and a scheme removed; what was decided can still be explained and made again, byte for byte.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import sqlalchemy as sa

from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.fil import fsync_mappe, fsync_treet
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import soknad, vedtak
from kjerne.regelmotor.oppdagelse import finn, mapper
from kjerne.regelmotor.regelverk import FELLES, Regelverk, les_regelverk

MAPPE = "utgaver"
_TEGN = 16  # of the fingerprint, in the name of a folder
_UTEN = shutil.ignore_patterns("__pycache__", "*.tmp", ".*")


def bevar(rom: Arbeidsrom, verk: Regelverk) -> Path:
    """Keeps the folder as it is, once per fingerprint. The copy is there whole, or not at all. Returns where it lies."""
    maal = _sted(rom, verk.id, verk.fingeravtrykk)
    if maal.exists():
        return maal
    maal.parent.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=maal.parent.parent, prefix=".halv-") as midlertidig:
        kopi = Path(midlertidig) / maal.parent.name
        kopier_ordning(verk.mappe, kopi)
        if les_regelverk(kopi / verk.id).fingeravtrykk != verk.fingeravtrykk:
            raise Ordningsfeil("Ordningens mappe ble endret mens kjøringen begynte.", str(verk.mappe), "Kjør en gang til.",
                               "Ingen vedtak er fattet.")  # fmt: skip
        fsync_treet(kopi)
        if not maal.exists():  # another process may have been first; then its copy is the same
            kopi.rename(maal.parent)
    fsync_mappe(maal.parent.parent)
    return maal


def kopier_ordning(mappe: Path, maal: Path) -> None:
    """The folder, and the shared parameters beside it, so that the copy can be read by itself."""
    shutil.copytree(mappe, maal / mappe.name, ignore=_UTEN)
    if (felles := mappe.parent / FELLES).is_dir():
        shutil.copytree(felles, maal / FELLES, ignore=_UTEN)


def utgave(rom: Arbeidsrom, id: str, fingeravtrykk: str) -> Regelverk:
    """The scheme as it was. Raises Ordningsfeil when no copy was kept, or when the copy is no longer what it was."""
    sted = _sted(rom, id, fingeravtrykk)
    if not sted.exists():
        raise Ordningsfeil("Reglene slik de var da vedtaket ble fattet, finnes ikke.", str(sted),
                           "Hent mappen fra en sikkerhetskopi, eller legg den gamle versjonen av ordningen der.", kode=2)  # fmt: skip
    verk = les_regelverk(sted)
    if verk.fingeravtrykk != fingeravtrykk:
        raise Ordningsfeil("De bevarte reglene er endret.", str(sted), "Hent mappen fra en sikkerhetskopi.", "Ingenting er regnet på nytt.")
    return verk


def fingeravtrykk_i_bruk(rom: Arbeidsrom, id: str) -> list[str]:
    """Every fingerprint that has decided a case of the scheme, the first first."""
    sporring = sa.select(vedtak.c.fingeravtrykk).join(soknad, soknad.c.sak_id == vedtak.c.sak_id).where(soknad.c.ordning == id)
    sporring = sporring.group_by(vedtak.c.fingeravtrykk).order_by(sa.func.min(vedtak.c.fattet_tid), vedtak.c.fingeravtrykk)
    with lesende(rom.motor) as conn:
        return list(conn.scalars(sporring))


def finn_eller_bevart(rom: Arbeidsrom, id: str) -> Regelverk:
    """The scheme as it stands, or, when its folder has been taken out, as it last decided."""
    if id not in {m.name for m in mapper()} and (brukt := fingeravtrykk_i_bruk(rom, id)):
        return utgave(rom, id, brukt[-1])
    return finn(id)


def _sted(rom: Arbeidsrom, id: str, fingeravtrykk: str) -> Path:
    return rom.data / MAPPE / f"{id}-{fingeravtrykk[:_TEGN]}" / id
