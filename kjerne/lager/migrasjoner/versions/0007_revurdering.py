"""Decisions taken once more, claims for what was paid too much, and the manual queue.

New tables are append-only, guarded as those of 0001 are. More than that, whoever writes the SQL: what is approved is the content
that was proposed, by another person; a new version follows the newest one of its case and stands on an approval; a claim is not
decided before the day after the deadline of its warning, nor handed over before it is decided (I16); a decision by hand is what
the rules gave, or what two persons agreed on. `rettighet` may now change, in two ways only: it follows a newer granted version
of its own case, and it is set free when the newest version is a refusal.
"""

from kjerne.lager.migrasjoner.vakter import bare_tilfoy, dialekt, fjern_vakt, ikke_tom, kjor_fil, person, vakt

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
            f" AND {person('foreslaatt_av')} = {person('NEW.av')})",
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
        "den som varslet om kravet kan ikke vedta det":
            "NEW.hendelse = 'vedtatt' AND EXISTS (SELECT 1 FROM tilbakekreving_hendelse h WHERE h.krav_id = NEW.krav_id"
            f" AND h.hendelse = 'varslet' AND {person('h.av')} = {person('NEW.av')})",
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
            "NEW.hendelse = 'bekreftet' AND EXISTS (SELECT 1 FROM overstyring o WHERE o.overstyring_id = NEW.overstyring_id"
            f" AND {person('o.av')} = {person('NEW.av')})",
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
    kjor_fil(__file__)
    bare_tilfoy(BARE_TILFOY)
    for tabell, prover in VAKTER.items():
        naar = "NEW.versjon > 1" if tabell == "vedtak" else ""  # the first versions are many
        vakt(tabell, f"{tabell}_vakt_0007", prover, naar=naar)
    if dialekt() == "postgresql":
        fjern_vakt("rettighet", "bare_tilfoy_rettighet")
        ikke_tom("rettighet")
    else:
        fjern_vakt("rettighet", "bare_tilfoy_rettighet_update", "bare_tilfoy_rettighet_delete")
    for handling, (melding, lov) in _RETTIGHET.items():
        vakt("rettighet", f"rettighet_{handling.lower()}", {melding: f"NOT ({lov})"}, handling)
