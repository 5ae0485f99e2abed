"""One granted decision per key (I03), and indexes that give the rows in the order in which they are read.

`rettighet` is append-only, guarded as the tables of 0001 are. Decisions made before this revision have no row in it:
the key is made of the scheme's own fields, which the database does not know.
"""

from alembic import op

revision = "0002"
down_revision = "0001"

BARE_TILFOY = ("rettighet",)


def upgrade() -> None:
    dialekt = op.get_bind().dialect.name
    tekst = {"sqlite": "TEXT", "postgresql": 'TEXT COLLATE "C"'}[dialekt]
    _kjor(f"""CREATE TABLE rettighet (
        nokkel {tekst} NOT NULL, vedtak_id {tekst} NOT NULL,
        CONSTRAINT pk_rettighet PRIMARY KEY (nokkel),
        CONSTRAINT fk_rettighet_vedtak_id FOREIGN KEY(vedtak_id) REFERENCES vedtak (vedtak_id)
    )""")
    _kjor("CREATE INDEX ix_soknad_ordning_sak_id ON soknad (ordning, sak_id)")
    _kjor("DROP INDEX ix_soknad_person_id")  # nothing asks for it, and it is filled in random order
    _kjor("DROP INDEX ix_bunt_linje_bunt_id")
    _kjor("CREATE INDEX ix_bunt_linje_bunt_id_linje_id ON bunt_linje (bunt_id, linje_id)")
    if dialekt == "sqlite":
        for handling in ("UPDATE", "DELETE"):
            _kjor(f"""CREATE TRIGGER bare_tilfoy_rettighet_{handling.lower()} BEFORE {handling} ON rettighet
                BEGIN SELECT RAISE(ABORT, 'tabellen rettighet kan bare legges til i'); END""")
    else:
        _kjor("""CREATE TRIGGER bare_tilfoy_rettighet BEFORE UPDATE OR DELETE OR TRUNCATE ON rettighet
            FOR EACH STATEMENT EXECUTE FUNCTION ordning_bare_tilfoy()""")
        _kjor("ALTER TABLE rettighet ENABLE ALWAYS TRIGGER bare_tilfoy_rettighet")


def _kjor(setning: str) -> None:
    op.get_bind().exec_driver_sql(setning)
