"""Oppdrag: what Oppdragssystemet is told and answers, and what each later version of a decision gives. All append-only.

The guards: a line comes after the ones before it in its chain, and only when all that was sent of the chain is answered; nothing
leaves while payments are stopped; an answer is to a message that was sent.
"""

from kjerne.lager.migrasjoner.vakter import bare_tilfoy, kjor_fil, vakt

revision = "0009"
down_revision = "0008"
BARE_TILFOY = ("nytt_oppdrag", "oppdragsfil", "oppdragsfil_hendelse", "oppdragslinje", "oppdragssvar", "vedtaksperiode")

_OVER = "SELECT 1 FROM bunt_hendelse h WHERE h.bunt_id = o.fil_id AND h.tilstand IN ('trukket', 'avvist')"
_ENDELIG = "(s.alvorlighetsgrad IN ('00', '04') OR (s.alvorlighetsgrad = '08' AND s.kode <> 'B110008F'))"
_SENDT = (
    "EXISTS (SELECT 1 FROM oppdragsfil_hendelse h WHERE h.fil_id = NEW.fil_id AND h.hendelse = 'sendt')"
    " OR EXISTS (SELECT 1 FROM bunt_hendelse h WHERE h.bunt_id = NEW.fil_id AND h.handling = 'send')"
)
LINJE = {
    "linjen er ikke den neste i kjeden":
        "NEW.nr <> (SELECT count(*) + 1 FROM oppdragslinje WHERE fagsystem_id = NEW.fagsystem_id)",
    "et oppdrag i saken er ikke besvart":
        "EXISTS (SELECT 1 FROM oppdragslinje o WHERE o.fagsystem_id = NEW.fagsystem_id AND o.fil_id <> NEW.fil_id"
        f" AND NOT EXISTS ({_OVER}) AND NOT EXISTS (SELECT 1 FROM oppdragssvar s WHERE s.fil_id = o.fil_id"
        f" AND s.fagsystem_id = o.fagsystem_id AND {_ENDELIG}))",
    "filen er sendt": _SENDT,
}  # fmt: skip
HENDELSE = {
    "filen hører til en bunt": "EXISTS (SELECT 1 FROM oppdragsfil f WHERE f.fil_id = NEW.fil_id AND f.bunt_id IS NOT NULL)",
    "utbetalingene er stoppet":
        "NEW.hendelse = 'sendt' AND EXISTS (SELECT 1 FROM stopp s WHERE s.omfang IN ('*', (SELECT ordning FROM oppdragsfil"
        " WHERE fil_id = NEW.fil_id)) AND s.nr = (SELECT max(t.nr) FROM stopp t WHERE t.omfang = s.omfang) AND s.handling <> 'start')",
    "filen er ikke der i løpet":
        "NEW.hendelse <> 'sendt' AND NOT EXISTS (SELECT 1 FROM oppdragsfil_hendelse h WHERE h.fil_id = NEW.fil_id AND h.hendelse ="
        " CASE NEW.hendelse WHEN 'kvittert' THEN 'sendt' ELSE 'kvittert' END)",
    "ikke alle oppdragene er besvart":
        "NEW.hendelse = 'kvittert' AND EXISTS (SELECT 1 FROM oppdragslinje o WHERE o.fil_id = NEW.fil_id AND NOT EXISTS"
        f" (SELECT 1 FROM oppdragssvar s WHERE s.fil_id = o.fil_id AND s.fagsystem_id = o.fagsystem_id AND {_ENDELIG}))",
}  # fmt: skip
SVAR = {
    "oppdraget er ikke sendt":
        f"NOT ({_SENDT}) OR NOT EXISTS (SELECT 1 FROM oppdragslinje o WHERE o.fil_id = NEW.fil_id AND o.fagsystem_id = NEW.fagsystem_id)",
    "svaret er ikke det neste":
        "NEW.nr <> (SELECT count(*) + 1 FROM oppdragssvar WHERE fil_id = NEW.fil_id AND fagsystem_id = NEW.fagsystem_id)",
}  # fmt: skip
NYTT = {
    "oppdraget er ikke avvist":
        "NOT EXISTS (SELECT 1 FROM oppdragssvar s WHERE s.fil_id = NEW.fil_id AND s.fagsystem_id = NEW.fagsystem_id"
        f" AND {_ENDELIG}) OR EXISTS (SELECT 1 FROM oppdragssvar s WHERE s.fil_id = NEW.fil_id AND s.fagsystem_id = NEW.fagsystem_id"
        " AND s.alvorlighetsgrad IN ('00', '04')) OR EXISTS (SELECT 1 FROM oppdragsfil f WHERE f.fil_id = NEW.fil_id"
        " AND f.bunt_id IS NOT NULL)",
}  # fmt: skip


def upgrade() -> None:
    kjor_fil(__file__)
    bare_tilfoy(BARE_TILFOY)
    vakt("oppdragslinje", "oppdragslinje_0009", LINJE)
    vakt("oppdragsfil_hendelse", "oppdragsfil_hendelse_0009", HENDELSE)
    vakt("oppdragssvar", "oppdragssvar_0009", SVAR)
    vakt("nytt_oppdrag", "nytt_oppdrag_0009", NYTT)
