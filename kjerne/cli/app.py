"""The application and its exit codes.

0 done · 1 fault · 2 wrong use · 3 stopped by a quality check · 4 waits for approval · 5 a limit is exceeded
"""

from __future__ import annotations

import gc
import os
import sys

import typer

from kjerne.cli import bunter, drift, forklaring, livslop, regler, revisjon, saker, sjekkliste, stopp
from kjerne.cli.api import api
from kjerne.cli.behandle import behandle
from kjerne.cli.bruksfeil import bruksfeil, uforutsett
from kjerne.cli.brukshjelp import NAVN, Program, med_norsk_hjelp
from kjerne.cli.demo import demo
from kjerne.cli.konsoll import konsoll
from kjerne.cli.kontroller import kontroller
from kjerne.cli.krav import krav
from kjerne.cli.medarbeider import medarbeider
from kjerne.cli.ny import ny
from kjerne.cli.ord import ord_
from kjerne.cli.prover import test
from kjerne.cli.revurder import revurder
from kjerne.cli.simuler import simuler
from kjerne.cli.skjerm import feilmelding
from kjerne.kontrakt.feil import Ordningsfeil

AVBRUTT = 130  # what Typer makes of Ctrl-C

app = Program(
    name="ordning",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": [*NAVN]},
    help="Kriseordninger fra søknad til utbetaling. Sluttkoder: 0 ferdig · 1 feil · 2 feil bruk · 3 stoppet av kvalitetskontroll · "
    "4 venter på godkjenning · 5 grense overskredet.",
)

app.command()(demo)
app.command("ord")(ord_)
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(test)
for kommando in (
    drift.kjor,
    drift.status,
    drift.sporsmal,
    kontroller,
    bunter.godkjenn,
    bunter.avbryt,
    bunter.utbetal,
    bunter.kvitter,
    bunter.avstem,
    stopp.stopp,
    stopp.start,
    behandle,
    revurder,
    krav,
    medarbeider,
    drift.rapport,
    saker.syntetisk,
    forklaring.forklar,
    saker.vurder,
    simuler,
    ny,
    regler.eksempler,
    sjekkliste.sjekk,
    regler.dok,
    api,
    konsoll,
    livslop.modenhet,
    livslop.signer,
    livslop.avvikl,
    revisjon.verifiser,
):
    app.command()(kommando)


def main() -> None:
    """Runs the command. Every fault is shown in Norwegian, never as a traceback (ORDNING_FEILSOK=1 shows the traceback)."""
    gc.set_threshold(50_000, 20, 50)  # rows live short and in no circle: looking for circles took a seventh of the time
    try:
        sys.exit(_kjor())
    except Ordningsfeil as feil:
        feilmelding(feil, som_json="--json" in sys.argv)
        sys.exit(feil.kode)


def _kjor() -> int:
    """The exit code. Raises Ordningsfeil, and nothing else."""
    try:
        kode = app(med_norsk_hjelp(sys.argv[1:]), prog_name="ordning", standalone_mode=False)
    except (Ordningsfeil, BrokenPipeError):
        raise
    except (KeyboardInterrupt, typer.Abort):
        kode = AVBRUTT
    except Exception as feil:
        if type(feil).__name__ == "NoArgsIsHelpError":  # the help has been shown
            return 2
        if norsk := bruksfeil(feil):
            raise norsk from None
        if os.environ.get("ORDNING_FEILSOK"):
            raise
        raise uforutsett(feil) from feil
    if kode == AVBRUTT:
        raise Ordningsfeil("Avbrutt.", ikke_gjort="Det som ikke var ferdig, er ikke lagret.", gjor_dette="Kjør samme kommando igjen.")
    return kode if isinstance(kode, int) else 0
