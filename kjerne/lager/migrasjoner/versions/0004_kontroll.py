"""Controls before payment: findings, and decisions on them. Both append-only, guarded as the tables of 0001 are; a finding is never
released by the one who made the run that found it."""

from alembic import op

revision = "0004"
down_revision = "0003"

BARE_TILFOY = ("kontrollbeslutning", "kontrollfunn")

_EGEN = """NEW.beslutning = 'slipp' AND EXISTS (SELECT 1 FROM kontrollfunn f WHERE f.funn_id = NEW.funn_id
    AND lower(trim(f.laget_av)) = lower(trim(NEW.av)))"""
_MELDING = "den som kjørte, kan ikke slippe funnet"


def upgrade() -> None:
    dialekt = op.get_bind().dialect.name
    t, tid = {"sqlite": ("TEXT", "DATETIME"), "postgresql": ('TEXT COLLATE "C"', "TIMESTAMP WITHOUT TIME ZONE")}[dialekt]
    heltall = "CONSTRAINT ck_kontrollfunn_belop_ore_heltall CHECK (typeof(belop_ore) = 'integer')," if dialekt == "sqlite" else ""
    _kjor(f"""CREATE TABLE kontrollfunn (
        funn_id {t} NOT NULL, ordning {t} NOT NULL, kontroll {t} NOT NULL, versjon INTEGER NOT NULL, handling {t} NOT NULL,
        modus {t} NOT NULL, linje_id {t}, bunt_id {t}, gruppe {t} NOT NULL, grunn {t} NOT NULL, bevis {t} NOT NULL,
        belop_ore BIGINT NOT NULL, kjoring_id {t} NOT NULL, laget_av {t} NOT NULL, funnet_tid {tid} NOT NULL,
        CONSTRAINT pk_kontrollfunn PRIMARY KEY (funn_id),
        CONSTRAINT ck_kontrollfunn_handling CHECK (handling IN ('STOPP', 'STOPP_BUNT', 'STIKK', 'ETTER')),
        CONSTRAINT ck_kontrollfunn_modus CHECK (modus IN ('skarp', 'skygge')), {heltall}
        CONSTRAINT ck_kontrollfunn_objekt CHECK ((linje_id IS NULL) <> (bunt_id IS NULL)),
        CONSTRAINT fk_kontrollfunn_linje_id FOREIGN KEY(linje_id) REFERENCES linje (linje_id),
        CONSTRAINT fk_kontrollfunn_bunt_id FOREIGN KEY(bunt_id) REFERENCES bunt (bunt_id)
    )""")
    _kjor("CREATE INDEX ix_kontrollfunn_ordning_linje_id ON kontrollfunn (ordning, linje_id)")
    _kjor("CREATE INDEX ix_kontrollfunn_bunt_id ON kontrollfunn (bunt_id)")
    _kjor(f"""CREATE TABLE kontrollbeslutning (
        funn_id {t} NOT NULL, nr INTEGER NOT NULL, beslutning {t} NOT NULL, grunn {t} NOT NULL, av {t} NOT NULL, tid {tid} NOT NULL,
        CONSTRAINT pk_kontrollbeslutning PRIMARY KEY (funn_id, nr),
        CONSTRAINT ck_kontrollbeslutning_beslutning CHECK (beslutning IN ('slipp', 'hold')),
        CONSTRAINT ck_kontrollbeslutning_av CHECK (length(trim(av)) > 0),
        CONSTRAINT ck_kontrollbeslutning_grunn CHECK (length(trim(grunn)) > 0),
        CONSTRAINT fk_kontrollbeslutning_funn_id FOREIGN KEY(funn_id) REFERENCES kontrollfunn (funn_id)
    )""")
    (_vakter_sqlite if dialekt == "sqlite" else _vakter_postgresql)()


def _vakter_sqlite() -> None:
    for tabell in BARE_TILFOY:
        for handling in ("UPDATE", "DELETE"):
            _kjor(f"""CREATE TRIGGER bare_tilfoy_{tabell}_{handling.lower()} BEFORE {handling} ON {tabell}
                BEGIN SELECT RAISE(ABORT, 'tabellen {tabell} kan bare legges til i'); END""")
    _kjor(f"""CREATE TRIGGER kontrollbeslutning_fire_oyne BEFORE INSERT ON kontrollbeslutning WHEN {_EGEN}
        BEGIN SELECT RAISE(ABORT, '{_MELDING}'); END""")


def _vakter_postgresql() -> None:
    for tabell in BARE_TILFOY:
        _kjor(f"""CREATE TRIGGER bare_tilfoy_{tabell} BEFORE UPDATE OR DELETE OR TRUNCATE ON {tabell}
            FOR EACH STATEMENT EXECUTE FUNCTION ordning_bare_tilfoy()""")
        _kjor(f"ALTER TABLE {tabell} ENABLE ALWAYS TRIGGER bare_tilfoy_{tabell}")
    _kjor(f"""CREATE FUNCTION ordning_kontrollbeslutning() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN IF {_EGEN} THEN RAISE EXCEPTION '{_MELDING}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$""")
    _kjor("""CREATE TRIGGER kontrollbeslutning_fire_oyne BEFORE INSERT ON kontrollbeslutning
        FOR EACH ROW EXECUTE FUNCTION ordning_kontrollbeslutning()""")
    _kjor("ALTER TABLE kontrollbeslutning ENABLE ALWAYS TRIGGER kontrollbeslutning_fire_oyne")


def _kjor(setning: str) -> None:
    op.get_bind().exec_driver_sql(setning)
