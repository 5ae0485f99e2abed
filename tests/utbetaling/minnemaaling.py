"""Peak memory and time of every payment format, at two sizes: `python -m tests.utbetaling.minnemaaling [few] [many]`.

Each size is written, counted again and read back through the port in a process of its own, so that the peak is that of one size.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kjerne.utbetaling.betalingsfil import Gruppe
from kjerne.utbetaling.format.formater import FORMATER
from tests.utbetaling import betalinger, oppdragsfiler

FAA, MANGE = 10_000, 1_000_000


def stor(navn: str, antall: int):
    """(head, a stream of lines) of a batch; the lines are made one at a time."""
    if navn == "oppdrag":
        hode = oppdragsfiler.oppdragshode([], antall=antall, sum_ore=antall * 100_00)
        return hode, (oppdragsfiler.oppdrag(nr, oppdragsfiler.oppdragslinje(nr, sats_ore=100_00)) for nr in range(1, antall + 1))
    en = betalinger.linje(1)
    hode = betalinger.hode([en], versjon=navn, antall=antall, sum_ore=antall * en.belop_ore,
                           grupper=(Gruppe(en.gruppe, antall, antall * en.belop_ore),))  # fmt: skip
    return hode, (en._replace(ende_til_ende_id=f"{nr:032x}") for nr in range(1, antall + 1))


def maal(navn: str, antall: int) -> tuple[float, float, int]:
    """(seconds, MB at the peak, bytes of the file), in this process."""
    begynte, formatet = time.perf_counter(), FORMATER[navn]
    with tempfile.TemporaryDirectory() as mappe:
        sti = Path(mappe) / "fil"
        hode, linjer = stor(navn, antall)
        with sti.open("wb") as fil:
            skrevet = formatet.skriv(hode, linjer, fil)
        if formatet.kontroller(sti) != skrevet:
            raise SystemExit("the file is not what was written")
        with sti.open("rb") as fil:
            if sum(1 for _ in formatet.les(fil)[1]) != antall:
                raise SystemExit("not every line came back")
        storrelse = sti.stat().st_size
    return time.perf_counter() - begynte, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, storrelse


def main(argumenter: list[str]) -> None:
    if argumenter[:1] == ["--en"]:
        return _skriv(" ".join(map(str, maal(argumenter[1], int(argumenter[2])))))
    _skriv(f"{'format':<18}{'linjer':>10}{'sekunder':>10}{'topp MB':>9}{'fil MB':>8}")
    for navn in FORMATER:
        for antall in [int(a) for a in argumenter] or (FAA, MANGE):
            kommando = [sys.executable, "-m", "tests.utbetaling.minnemaaling", "--en", navn, str(antall)]
            sekunder, topp, fil = map(float, subprocess.run(kommando, check=True, capture_output=True, text=True).stdout.split())
            _skriv(f"{navn:<18}{antall:>10}{sekunder:>10.1f}{topp:>9.0f}{fil / 1e6:>8.0f}")
    return None


def _skriv(linje: str) -> None:
    sys.stdout.write(f"{linje}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
