"""`ordning test`: the whole test suite, on both databases."""

from __future__ import annotations

import os
import subprocess
import sys

import typer


def test(
    ctx: typer.Context,
    grundig: bool = typer.Option(False, "--grundig", help="Ta med de lange prøvene: en million saker mot orakelet, flere drap."),
) -> None:
    """Kjør alle prøvene, på SQLite og på en ekte PostgreSQL, én arbeider per kjerne. Resten av linjen går til pytest."""
    from kjerne.drift.telemetri import slaa_av
    from kjerne.regelmotor.oppdagelse import ROT

    slaa_av()
    if grundig:
        os.environ["ORDNING_GRUNDIG"] = "1"
    svar = subprocess.run([sys.executable, "-m", "ruff", "check", "."], cwd=ROT).returncode
    svar = subprocess.run([sys.executable, "-c", "from importlinter.cli import lint_imports_command as l; l()"], cwd=ROT).returncode or svar
    hele = ["-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder", "--durations", "20"]  # one worker per core
    hvilke = ctx.args or hele
    raise typer.Exit(subprocess.run([sys.executable, "-m", "pytest", *hvilke], cwd=ROT).returncode or svar)
