"""The hash-chained event log and the log of who saw whom. Both append-only, guarded as the tables of 0001 are."""

from alembic import op

revision = "0005"
down_revision = "0004"

BARE_TILFOY = ("oppslagslogg", "revisjonslogg")


def upgrade() -> None:
    dialekt = op.get_bind().dialect.name
    tekst, tid = {
        "sqlite": ("TEXT", "DATETIME"),
        "postgresql": ('TEXT COLLATE "C"', "TIMESTAMP WITHOUT TIME ZONE"),
    }[dialekt]
    _kjor(f"""CREATE TABLE revisjonslogg (
        nr BIGINT NOT NULL, hendelse {tekst} NOT NULL, objekt {tekst} NOT NULL, av {tekst} NOT NULL,
        detaljer {tekst} NOT NULL, tid {tid} NOT NULL, forrige_hash {tekst} NOT NULL, radhash {tekst} NOT NULL,
        CONSTRAINT pk_revisjonslogg PRIMARY KEY (nr),
        CONSTRAINT uq_revisjonslogg_forrige_hash UNIQUE (forrige_hash),
        CONSTRAINT ck_revisjonslogg_nr CHECK (nr > 0),
        CONSTRAINT ck_revisjonslogg_av CHECK (length(trim(av)) > 0)
    )""")
    _kjor("CREATE INDEX ix_revisjonslogg_hendelse_nr ON revisjonslogg (hendelse, nr)")
    _kjor(f"""CREATE TABLE oppslagslogg (
        oppslag_id {tekst} NOT NULL, av {tekst} NOT NULL, ordning {tekst} NOT NULL, sak_id {tekst} NOT NULL,
        vist {tekst} NOT NULL, formaal {tekst} NOT NULL, tid {tid} NOT NULL,
        CONSTRAINT pk_oppslagslogg PRIMARY KEY (oppslag_id),
        CONSTRAINT ck_oppslagslogg_av CHECK (length(trim(av)) > 0),
        CONSTRAINT ck_oppslagslogg_formaal CHECK (length(trim(formaal)) > 0)
    )""")
    _kjor("CREATE INDEX ix_oppslagslogg_sak_id_tid ON oppslagslogg (sak_id, tid)")
    _kjor("CREATE INDEX ix_oppslagslogg_av_tid ON oppslagslogg (av, tid)")
    for tabell in BARE_TILFOY:
        _vakt(dialekt, tabell)


def _vakt(dialekt: str, tabell: str) -> None:
    if dialekt == "sqlite":
        for handling in ("UPDATE", "DELETE"):
            _kjor(f"""CREATE TRIGGER bare_tilfoy_{tabell}_{handling.lower()} BEFORE {handling} ON {tabell}
                BEGIN SELECT RAISE(ABORT, 'tabellen {tabell} kan bare legges til i'); END""")
        return
    _kjor(f"""CREATE TRIGGER bare_tilfoy_{tabell} BEFORE UPDATE OR DELETE OR TRUNCATE ON {tabell}
        FOR EACH STATEMENT EXECUTE FUNCTION ordning_bare_tilfoy()""")
    _kjor(f"ALTER TABLE {tabell} ENABLE ALWAYS TRIGGER bare_tilfoy_{tabell}")


def _kjor(setning: str) -> None:
    op.get_bind().exec_driver_sql(setning)
