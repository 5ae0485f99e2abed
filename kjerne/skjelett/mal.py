"""templates/ordning/ and answers → the files of a scheme. The marks are << >>, <% %> and <# #>: the letters keep theirs."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import jinja2

from kjerne.kontrakt.ordforrad import ORDFORRAAD
from kjerne.skjelett.grunnlag import malverdier
from kjerne.skjelett.svar import Svar, toml

_KJERNE = Path(__file__).parents[1]
MALER = next((m for m in (_KJERNE / "templates",) if m.is_dir()), _KJERNE.parent / "templates")  # wheel, or source tree
BARE_MED_INNTEKT = ("eksempler/inntekter.csv",)


def tegn(id_: str, svar: Svar, mal: Path | None = None) -> dict[str, str]:
    """Path in the folder → text, for every file but REGLER.md, which the engine makes. Same answers, same bytes."""
    mal = mal or MALER / "ordning"
    miljo = _miljo(mal)
    verdier = malverdier(id_, svar)
    ut = {}
    for sti in sorted(p.relative_to(mal).as_posix() for p in mal.rglob("*") if p.is_file()):
        if sti in BARE_MED_INNTEKT and not verdier["med_inntekt"]:
            continue
        maltekst = miljo.get_template(sti)
        ordene = _ordene(maltekst.render(verdier, ordene=[])) if sti == "regler.py" else []
        ut[sti] = maltekst.render(verdier, ordene=ordene)
    return ut


def _ordene(regler: str) -> list[str]:
    """The words of the vocabulary that the rules use, as an import lists them."""
    return ["Regelsett", *sorted(o for o in ORDFORRAAD if re.search(rf"(?<![\w]){o}\(", regler))]


def _miljo(mal: Path) -> jinja2.Environment:
    miljo = jinja2.Environment(
        loader=jinja2.FileSystemLoader(mal), undefined=jinja2.StrictUndefined, keep_trailing_newline=True, trim_blocks=True,
        lstrip_blocks=True, autoescape=False, block_start_string="<%", block_end_string="%>", variable_start_string="<<",
        variable_end_string=">>", comment_start_string="<#", comment_end_string="#>",
    )  # fmt: skip  no autoescape: `Linje` lets in nothing that means anything in TOML, CSV, HTML, Markdown or Python
    miljo.filters |= {"toml": toml, "dato": lambda d: dt.date.strftime(d, "%d.%m.%Y")}
    return miljo
