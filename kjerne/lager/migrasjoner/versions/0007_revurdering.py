"""Decisions taken once more, claims for what was paid too much, and the manual queue.

New tables are append-only, guarded as those of 0001 are. More than that, whoever writes the SQL: what is approved is the content
that was proposed, by another person; a new version follows the newest one of its case and stands on an approval; a claim is not
decided before the day after the deadline of its warning, nor handed over before it is decided (I16); a decision by hand is what
the rules gave, or what two persons agreed on. `rettighet` may now change, in two ways only: it follows a newer granted version
of its own case, and it is set free when the newest version is a refusal.
"""

from pathlib import Path

from alembic import op

revision = "0007"
down_revision = "0006"

BARE_TILFOY = (
    "manuelt_vedtak", "omgjoring", "overstyring", "overstyring_hendelse", "revurdering", "revurdering_hendelse",
    "saksopplysning", "tilbakekreving", "tilbakekreving_hendelse",
)  # fmt: skip
IKKE_LENGER = ("rettighet",)  # was append-only from 0002 on

_KRAV = "SELECT 1 FROM tilbakekreving_hendelse WHERE krav_id = NEW.krav_id AND hendelse"

# A new row is refused: table → message → when
VAKTER = {
    "vedtak": {
        "en ny versjon følger den nyeste i samme sak":
            "NEW.versjon > 1 AND NOT EXISTS (SELECT 1 FROM vedtak WHERE vedtak_id = NEW.forrige_vedtak_id"
            " AND sak_id = NEW.sak_id AND versjon = NEW.versjon - 1)",
    },
    "revurdering_hendelse": {
        "hendelsen gjelder ikke det som ble foreslått":
            "NOT EXISTS (SELECT 1 FROM revurdering WHERE revurdering_id = NEW.revurdering_id"
            " AND innhold_sha256 = NEW.innhold_sha256)",
        "den som foreslo revurderingen kan ikke godkjenne den":
            "NEW.hendelse = 'godkjent' AND EXISTS (SELECT 1 FROM revurdering WHERE revurdering_id = NEW.revurdering_id"
            " AND lower(trim(foreslaatt_av)) = lower(trim(NEW.av)))",
        "endringer til ugunst krever en grunn fra den som godkjenner":
            "NEW.hendelse = 'godkjent' AND length(trim(coalesce(NEW.grunn, ''))) = 0 AND EXISTS (SELECT 1 FROM revurdering"
            " WHERE revurdering_id = NEW.revurdering_id AND til_ugunst > 0)",
        "revurderingen er allerede avgjort":
            "EXISTS (SELECT 1 FROM revurdering_hendelse WHERE revurdering_id = NEW.revurdering_id AND hendelse <> NEW.hendelse)",
    },
    "omgjoring": {
        "revurderingen er ikke godkjent":
            "NOT EXISTS (SELECT 1 FROM revurdering_hendelse WHERE revurdering_id = NEW.revurdering_id AND hendelse = 'godkjent')",
    },
    "tilbakekreving_hendelse": {
        "kravet er frafalt": f"NEW.hendelse <> 'frafalt' AND EXISTS ({_KRAV} = 'frafalt')",
        "kravet er vedtatt": f"NEW.hendelse = 'frafalt' AND EXISTS ({_KRAV} = 'vedtatt')",
        "kravet kan ikke vedtas før fristen i varselet er ute":
            f"NEW.hendelse = 'vedtatt' AND NOT EXISTS ({_KRAV} = 'varslet' AND frist < NEW.dato)",
        "kravet kan ikke vedtas med et større beløp enn det som er varslet":
            "NEW.hendelse = 'vedtatt' AND NEW.belop_ore > (SELECT belop_ore FROM tilbakekreving WHERE krav_id = NEW.krav_id)",
        "kravet kan ikke kreves inn før det er vedtatt": f"NEW.hendelse = 'oversendt' AND NOT EXISTS ({_KRAV} = 'vedtatt')",
    },
    "overstyring_hendelse": {
        "hendelsen gjelder ikke det som ble foreslått":
            "NOT EXISTS (SELECT 1 FROM overstyring WHERE overstyring_id = NEW.overstyring_id"
            " AND innhold_sha256 = NEW.innhold_sha256)",
        "den som overstyrer kan ikke bekrefte det selv":
            "NEW.hendelse = 'bekreftet' AND EXISTS (SELECT 1 FROM overstyring WHERE overstyring_id = NEW.overstyring_id"
            " AND lower(trim(av)) = lower(trim(NEW.av)))",
        "overstyringen er allerede avgjort":
            "EXISTS (SELECT 1 FROM overstyring_hendelse WHERE overstyring_id = NEW.overstyring_id AND hendelse <> NEW.hendelse)",
    },
    "manuelt_vedtak": {
        "vedtaket er et annet enn reglene gir":
            "NEW.overstyring_id IS NULL AND NOT EXISTS (SELECT 1 FROM vedtak WHERE vedtak_id = NEW.vedtak_id"
            " AND utfall = NEW.regelutfall AND belop_ore = NEW.regel_belop_ore)",
        "overstyringen er ikke bekreftet, eller vedtaket er et annet":
            "NEW.overstyring_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM overstyring o"
            " JOIN overstyring_hendelse h ON h.overstyring_id = o.overstyring_id AND h.hendelse = 'bekreftet'"
            " JOIN vedtak v ON v.sak_id = o.sak_id AND v.utfall = o.utfall AND v.belop_ore = o.belop_ore"
            " WHERE o.overstyring_id = NEW.overstyring_id AND v.vedtak_id = NEW.vedtak_id)",
    },
}  # fmt: skip
_FULGT = (
    "NEW.nokkel = OLD.nokkel AND EXISTS (SELECT 1 FROM vedtak WHERE vedtak_id = NEW.vedtak_id"
    " AND forrige_vedtak_id = OLD.vedtak_id AND utfall = 'innvilget')"
)
_FRI = (
    "EXISTS (SELECT 1 FROM vedtak g JOIN vedtak n ON n.sak_id = g.sak_id AND n.versjon = g.versjon + 1"
    " WHERE g.vedtak_id = OLD.vedtak_id AND n.utfall = 'avslag')"
)
_RETTIGHET = {"UPDATE": ("rettigheten følger bare et nyere innvilget vedtak i samme sak", _FULGT),
              "DELETE": ("rettigheten er i bruk", _FRI)}  # fmt: skip


def upgrade() -> None:
    dialekt = op.get_bind().dialect.name
    tekst, tid = {"sqlite": ("TEXT", "DATETIME"), "postgresql": ('TEXT COLLATE "C"', "TIMESTAMP WITHOUT TIME ZONE")}[dialekt]
    linjer = Path(__file__).with_suffix(".sql").read_text("utf-8").splitlines()[1:]
    ddl = "\n".join(x for x in linjer if dialekt == "sqlite" or "typeof(" not in x)
    for setning in ddl.format(T=tekst, TID=tid).split(";"):
        if setning.strip():
            _kjor(setning)
    {"sqlite": _vakter_sqlite, "postgresql": _vakter_postgresql}[dialekt]()


def _vakter_sqlite() -> None:
    for tabell in BARE_TILFOY:
        for handling in ("UPDATE", "DELETE"):
            _kjor(f"""CREATE TRIGGER bare_tilfoy_{tabell}_{handling.lower()} BEFORE {handling} ON {tabell}
                BEGIN SELECT RAISE(ABORT, 'tabellen {tabell} kan bare legges til i'); END""")
    for tabell, prover in VAKTER.items():
        for nr, (melding, galt) in enumerate(prover.items(), 1):
            _kjor(f"""CREATE TRIGGER {tabell}_vakt_0007_{nr} BEFORE INSERT ON {tabell} WHEN {galt}
                BEGIN SELECT RAISE(ABORT, '{melding}'); END""")
    for handling, (melding, lov) in _RETTIGHET.items():
        _kjor(f"DROP TRIGGER bare_tilfoy_rettighet_{handling.lower()}")
        _kjor(f"""CREATE TRIGGER rettighet_{handling.lower()} BEFORE {handling} ON rettighet WHEN NOT ({lov})
            BEGIN SELECT RAISE(ABORT, '{melding}'); END""")


def _vakter_postgresql() -> None:
    for tabell in BARE_TILFOY:
        _vakt(tabell, f"bare_tilfoy_{tabell}", "BEFORE UPDATE OR DELETE OR TRUNCATE", "STATEMENT", "ordning_bare_tilfoy")
    for tabell, prover in VAKTER.items():
        brudd = "\n".join(_hvis(galt, melding) for melding, galt in prover.items())
        _funksjon(f"ordning_{tabell}_0007", f"{brudd} RETURN NEW;")
        naar = "WHEN (NEW.versjon > 1) " if tabell == "vedtak" else ""  # the first versions are many
        _vakt(tabell, f"{tabell}_vakt_0007", "BEFORE INSERT", "ROW", f"ordning_{tabell}_0007", naar)
    _kjor("DROP TRIGGER bare_tilfoy_rettighet ON rettighet")
    _vakt("rettighet", "rettighet_truncate", "BEFORE TRUNCATE", "STATEMENT", "ordning_bare_tilfoy")
    for handling, (melding, lov) in _RETTIGHET.items():
        navn = f"rettighet_{handling.lower()}"
        svar = "NEW" if handling == "UPDATE" else "OLD"
        _funksjon(f"ordning_{navn}", f"{_hvis(f'NOT ({lov})', melding)} RETURN {svar};")
        _vakt("rettighet", navn, f"BEFORE {handling}", "ROW", f"ordning_{navn}")


def _hvis(galt: str, melding: str) -> str:
    return f"IF {galt} THEN RAISE EXCEPTION '{melding}' USING ERRCODE = 'check_violation'; END IF;"


def _funksjon(navn: str, kropp: str) -> None:
    _kjor(f"CREATE FUNCTION {navn}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {kropp} END $$")


def _vakt(tabell: str, navn: str, handling: str, for_hver: str, funksjon: str, naar: str = "") -> None:
    _kjor(f"CREATE TRIGGER {navn} {handling} ON {tabell} FOR EACH {for_hver} {naar}EXECUTE FUNCTION {funksjon}()")
    _kjor(f"ALTER TABLE {tabell} ENABLE ALWAYS TRIGGER {navn}")


def _kjor(setning: str) -> None:
    op.get_bind().exec_driver_sql(setning)
