"""The first tables, and the guards that hold whoever writes the SQL.

Append-only: UPDATE, DELETE and TRUNCATE are refused. On PostgreSQL the guards are ALWAYS, so that
session_replication_role = replica does not switch them off; one statement trigger also sees ON CONFLICT DO UPDATE.
On SQLite INSERT OR REPLACE is a delete, seen because motor.py sets recursive_triggers.
Four eyes: see _HENDELSE. A batch that somebody has approved takes no more lines.
"""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None

BARE_TILFOY = (
    "brev", "bunt", "bunt_hendelse", "bunt_linje", "egenskap", "kvalitetsdom", "leveranse", "leveranse_karantene",
    "linje", "person", "snapshot", "soknad", "sporsmal", "svar", "vedtak",
)  # fmt: skip

# A new row in bunt_hendelse is refused: message → when
_HENDELSE = {
    "hendelsen gjelder ikke buntens innhold":
        "NOT EXISTS (SELECT 1 FROM bunt WHERE bunt_id = NEW.bunt_id AND innhold_sha256 = NEW.innhold_sha256)",
    "den som laget bunten kan ikke godkjenne den":
        "NEW.hendelse = 'godkjent' AND EXISTS (SELECT 1 FROM bunt WHERE bunt_id = NEW.bunt_id"
        " AND lower(trim(laget_av)) = lower(trim(NEW.av)))",
    "bunten er ikke godkjent med dette innholdet":
        "NEW.hendelse = 'sendt' AND NOT EXISTS (SELECT 1 FROM bunt_hendelse WHERE bunt_id = NEW.bunt_id"
        " AND hendelse = 'godkjent' AND innhold_sha256 = NEW.innhold_sha256)",
}  # fmt: skip
_STENGT = "EXISTS (SELECT 1 FROM bunt_hendelse WHERE bunt_id = NEW.bunt_id)"


def upgrade() -> None:
    dialekt = op.get_bind().dialect.name
    typer = {
        "sqlite": ("TEXT", "DATETIME", "DOUBLE"),
        "postgresql": ('TEXT COLLATE "C"', "TIMESTAMP WITHOUT TIME ZONE", "DOUBLE PRECISION"),
    }[dialekt]
    linjer = Path(__file__).with_suffix(".sql").read_text("utf-8").splitlines()[1:]
    ddl = "\n".join(x for x in linjer if dialekt == "sqlite" or "typeof(" not in x)
    for setning in ddl.format(T=typer[0], TID=typer[1], D=typer[2]).split(";"):
        if setning.strip():
            _kjor(setning)
    {"sqlite": _vakter_sqlite, "postgresql": _vakter_postgresql}[dialekt]()


def _kjor(setning: str) -> None:
    op.get_bind().exec_driver_sql(setning)


def _vakter_sqlite() -> None:
    for tabell in BARE_TILFOY:
        for handling in ("UPDATE", "DELETE"):
            _kjor(f"""CREATE TRIGGER bare_tilfoy_{tabell}_{handling.lower()} BEFORE {handling} ON {tabell}
                BEGIN SELECT RAISE(ABORT, 'tabellen {tabell} kan bare legges til i'); END""")
    for nr, (melding, galt) in enumerate(_HENDELSE.items(), 1):
        _kjor(f"""CREATE TRIGGER bunt_hendelse_vakt_{nr} BEFORE INSERT ON bunt_hendelse WHEN {galt}
            BEGIN SELECT RAISE(ABORT, '{melding}'); END""")
    _kjor(f"""CREATE TRIGGER bunt_linje_stengt BEFORE INSERT ON bunt_linje WHEN {_STENGT}
        BEGIN SELECT RAISE(ABORT, 'bunten er godkjent og tar ikke flere linjer'); END""")


def _vakter_postgresql() -> None:
    _kjor("""CREATE FUNCTION ordning_bare_tilfoy() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'tabellen %% kan bare legges til i', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation'; END $$""")
    for tabell in BARE_TILFOY:
        naar = "BEFORE UPDATE OR DELETE OR TRUNCATE"
        _vakt(tabell, f"bare_tilfoy_{tabell}", naar, "STATEMENT", "ordning_bare_tilfoy")
    prover = "\n".join(f"IF {galt} THEN RAISE EXCEPTION '{melding}' USING ERRCODE = 'check_violation'; END IF;"
                       for melding, galt in _HENDELSE.items())  # fmt: skip
    _kjor(f"""CREATE FUNCTION ordning_bunt_hendelse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN {prover} RETURN NEW; END $$""")
    _vakt("bunt_hendelse", "bunt_hendelse_vakt", "BEFORE INSERT", "ROW", "ordning_bunt_hendelse")
    _kjor(f"""CREATE FUNCTION ordning_bunt_linje() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN IF {_STENGT} THEN RAISE EXCEPTION 'bunten er godkjent og tar ikke flere linjer'
            USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$""")
    _vakt("bunt_linje", "bunt_linje_stengt", "BEFORE INSERT", "ROW", "ordning_bunt_linje")


def _vakt(tabell: str, navn: str, naar: str, for_hver: str, funksjon: str) -> None:
    _kjor(f"CREATE TRIGGER {navn} {naar} ON {tabell} FOR EACH {for_hver} EXECUTE FUNCTION {funksjon}()")
    _kjor(f"ALTER TABLE {tabell} ENABLE ALWAYS TRIGGER {navn}")
