"""What is killed: the whole demo, in a process that a warm server has forked. Preloaded by that server (forkserver).

Importing this module does the slow things once (Great Expectations alone takes seconds), so that a fork costs nothing.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import tempfile
from pathlib import Path

from tests.punkter import tell

EVENTYR = Path(__file__).parents[1] / "eventyr"
ANTALL = 45
BIT = 15  # three chunks
MERKE = "opptak.json"


def arbeid(url: str, mappe: str, onske: str = "", opptak: bool = False, inndata: str = "") -> None:
    """The demo from people to sent bank file. `onske` is FEILPUNKT; `opptak` writes down how often each point was passed.
    `inndata` is a folder with the people already made, to save time."""
    from kjerne.kjoring import demo
    from kjerne.lager import feilpunkt

    os.environ |= {"ORDNINGER_STI": str(EVENTYR), "ORDNING_DATABASE_URL": url, "FEILPUNKT": onske}
    feilpunkt.nullstill()
    if opptak:
        feilpunkt.feilpunkt.__code__ = tell.__code__
    if inndata:
        demo.lag_syntetisk = lambda mappe, *_: shutil.copytree(inndata, mappe, dirs_exist_ok=True)
    valg = demo.Demovalg("askeladden", antall=ANTALL, form="parquet", maaneder=7, bitstorrelse=BIT)
    os.dup2(os.open(Path(mappe).with_suffix(".logg"), os.O_WRONLY | os.O_APPEND | os.O_CREAT), 2)  # what a failing test shows
    demo.kjor_demo(Path(mappe), valg, lambda *_: None)
    if opptak:
        (Path(mappe) / MERKE).write_text(json.dumps(feilpunkt._passert))


def _varm_opp() -> None:
    import alembic.command  # noqa: F401
    import psycopg  # noqa: F401

    with tempfile.TemporaryDirectory(prefix="ordning-varm-") as mappe:
        arbeid(f"sqlite:///{mappe}/varm.db", f"{mappe}/varm")
    for navn in ("FEILPUNKT", "ORDNING_DATABASE_URL"):
        os.environ.pop(navn, None)
    gc.collect()
    gc.freeze()  # or the collector would touch, and so copy, every page in each child


if os.environ.get("ORDNING_VARM_OPP") == "1":  # set where the server is started, not where a test imports this
    _varm_opp()
