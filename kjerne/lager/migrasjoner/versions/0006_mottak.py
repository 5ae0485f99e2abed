"""Applications one at a time: idempotency keys. `innsending` is append-only, guarded as the tables of 0001 are."""

from alembic import op

revision = "0006"
down_revision = "0005"

BARE_TILFOY = ("innsending",)


def upgrade() -> None:
    dialekt = op.get_bind().dialect.name
    t, tid = {"sqlite": ("TEXT", "DATETIME"), "postgresql": ('TEXT COLLATE "C"', "TIMESTAMP WITHOUT TIME ZONE")}[dialekt]
    _kjor(f"""CREATE TABLE innsending (
        ordning {t} NOT NULL, klient {t} NOT NULL, nokkel {t} NOT NULL, innhold_sha256 {t} NOT NULL, sak_id {t},
        mottatt_tid {tid} NOT NULL,
        CONSTRAINT pk_innsending PRIMARY KEY (ordning, klient, nokkel),
        CONSTRAINT uq_innsending_sak_id UNIQUE (sak_id),
        CONSTRAINT fk_innsending_sak_id FOREIGN KEY(sak_id) REFERENCES soknad (sak_id) DEFERRABLE INITIALLY DEFERRED
    )""")
    if dialekt == "sqlite":
        for handling in ("UPDATE", "DELETE"):
            _kjor(f"""CREATE TRIGGER bare_tilfoy_innsending_{handling.lower()} BEFORE {handling} ON innsending
                BEGIN SELECT RAISE(ABORT, 'tabellen innsending kan bare legges til i'); END""")
    else:
        _kjor("""CREATE TRIGGER bare_tilfoy_innsending BEFORE UPDATE OR DELETE OR TRUNCATE ON innsending
            FOR EACH STATEMENT EXECUTE FUNCTION ordning_bare_tilfoy()""")
        _kjor("ALTER TABLE innsending ENABLE ALWAYS TRIGGER bare_tilfoy_innsending")


def _kjor(setning: str) -> None:
    op.get_bind().exec_driver_sql(setning)
