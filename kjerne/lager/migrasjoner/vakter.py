"""The guards that hold whoever writes the SQL, on both databases. For the migrations from 0003 on; a migration is never changed
once it has been released, so nothing here may be either: a new kind of guard is a new function.

A guard is a message and the condition under which it refuses. On PostgreSQL the triggers are ALWAYS, so that
session_replication_role = replica does not switch them off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from alembic import op

Prover = Mapping[str, str]  # message → when the row is refused


def dialekt() -> str:
    return op.get_bind().dialect.name


def kjor(setning: str) -> None:
    op.get_bind().exec_driver_sql(setning)


def kjor_fil(migrasjon: str) -> None:
    """The tables in the .sql file beside the migration. {T} text compared byte by byte, {TID} instant in UTC; lines with
    typeof() are for SQLite only."""
    tekst, tid = {"sqlite": ("TEXT", "DATETIME"), "postgresql": ('TEXT COLLATE "C"', "TIMESTAMP WITHOUT TIME ZONE")}[dialekt()]
    linjer = Path(migrasjon).with_suffix(".sql").read_text("utf-8").splitlines()[1:]
    ddl = "\n".join(x for x in linjer if dialekt() == "sqlite" or "typeof(" not in x)
    for setning in ddl.format(T=tekst, TID=tid).split(";"):
        if setning.strip():
            kjor(setning)


def person(konto: str) -> str:
    """SQL for the human behind an account: as registered last, else the account itself, however it is typed. `konto` is a column with
    its table, when the column is one that `medarbeider` has too."""
    if konto in ("av", "konto", "person", "navn"):
        raise ValueError(f"{konto} would be the column of medarbeider")
    ren = f"lower(trim({konto}))"
    return f"coalesce((SELECT m.person FROM medarbeider m WHERE m.konto = {ren} ORDER BY m.nr DESC LIMIT 1), {ren})"


def bare_tilfoy(tabeller: Sequence[str]) -> None:
    """Rows of these tables are added, never changed or taken away."""
    for tabell in tabeller:
        if dialekt() == "postgresql":
            _paa_postgres(tabell, f"bare_tilfoy_{tabell}", "BEFORE UPDATE OR DELETE OR TRUNCATE", "STATEMENT", "ordning_bare_tilfoy")
            continue
        for handling in ("UPDATE", "DELETE"):
            kjor(f"""CREATE TRIGGER bare_tilfoy_{tabell}_{handling.lower()} BEFORE {handling} ON {tabell}
                BEGIN SELECT RAISE(ABORT, 'tabellen {tabell} kan bare legges til i'); END""")


def vakt(tabell: str, navn: str, prover: Prover, handling: str = "INSERT", naar: str = "", laas: str = "") -> None:
    """Refuses rows of `tabell`. `naar`: only rows for which this holds are looked at, because the others are many. `laas`: SQL for a
    name; where several write at once (PostgreSQL), one at a time passes here for each name."""
    if dialekt() == "sqlite":
        for nr, (melding, galt) in enumerate(prover.items(), 1):
            hvis = f"({naar}) AND ({galt})" if naar else galt
            kjor(f"CREATE TRIGGER {navn}_{nr} BEFORE {handling} ON {tabell} WHEN {hvis} BEGIN SELECT RAISE(ABORT, '{melding}'); END")
        return
    lukk = f"PERFORM pg_advisory_xact_lock(hashtextextended({laas}, 0));" if laas else ""
    brudd = "\n".join(
        f"IF ({galt}) THEN RAISE EXCEPTION '{melding}' USING ERRCODE = 'check_violation'; END IF;" for melding, galt in prover.items()
    )
    svar = "OLD" if handling == "DELETE" else "NEW"
    kjor(f"CREATE FUNCTION ordning_{navn}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {lukk} {brudd} RETURN {svar}; END $$")
    _paa_postgres(tabell, navn, f"BEFORE {handling}", "ROW", f"ordning_{navn}", f"WHEN ({naar}) " if naar else "")


def fjern_vakt(tabell: str, *navn: str) -> None:
    """Triggers made by 0001 and 0002."""
    for ett in navn:
        kjor(f"DROP TRIGGER {ett}" + (f" ON {tabell}" if dialekt() == "postgresql" else ""))


def ikke_tom(tabell: str) -> None:
    """PostgreSQL: TRUNCATE is refused, whatever else may be done to the rows."""
    _paa_postgres(tabell, f"{tabell}_truncate", "BEFORE TRUNCATE", "STATEMENT", "ordning_bare_tilfoy")


def _paa_postgres(tabell: str, navn: str, handling: str, for_hver: str, funksjon: str, naar: str = "") -> None:
    kjor(f"CREATE TRIGGER {navn} {handling} ON {tabell} FOR EACH {for_hver} {naar}EXECUTE FUNCTION {funksjon}()")
    kjor(f"ALTER TABLE {tabell} ENABLE ALWAYS TRIGGER {navn}")
