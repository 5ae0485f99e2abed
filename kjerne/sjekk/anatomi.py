"""The folder has the files a scheme needs, and no others."""

from __future__ import annotations

import fnmatch
from pathlib import Path

from kjerne.kontrakt.mappefil import filer
from kjerne.sjekk.funn import Funn

PAAKREVD = ("ordning.toml", "parametre.csv", "regler.py", "kvalitet.toml", "flyt.py", "eksempler/saker.csv", "brev/vedtak.nb.html",
            "brev/vedtak.nn.html", "REGLER.md", "README.md")
TILLATT = (*PAAKREVD, "eksempler/*.csv", "brev/*.html", "modenhet.toml", "runbook.md", ".mal/*", "*.tmp")
HVORFOR = "En ordning er én mappe med de samme filene hver gang, så alle finner fram og mappen kan slettes."


def sjekk(mappe: Path) -> list[Funn]:
    har = {str(f.relative_to(mappe)) for f in filer(mappe)}
    funn = [Funn(f"Filen {navn} mangler.", str(mappe / navn), HVORFOR, _lag(navn, mappe.name)) for navn in PAAKREVD if navn not in har]
    ukjente = sorted(f for f in har if not any(fnmatch.fnmatch(f, m) for m in TILLATT))
    return funn + [Funn(f"Filen {f} hører ikke hjemme i en ordning.", str(mappe / f), HVORFOR, "Flytt eller slett den.") for f in ukjente]


def _lag(navn: str, id_: str) -> str:
    return f"Kjør: ordning dok {id_}" if navn == "REGLER.md" else "Lag filen."
