"""Payment: the states of a batch, the stop button, limits, the ledger, receipts and reconciliation. All append-only.

The constraints here are the guarantee, whoever writes the SQL: no edge of the state machine is skipped; preparer, attestant and
budget holder are three humans, and none of them has changed a line of the batch; nothing passes a stop; a limit is never exceeded; a
voucher adds up to zero; a line is tried again only when the attempt before has come to nothing; the same money under a new id waits
for a human; an answer from the bank never takes money back that has left.
"""

from alembic import op

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.migrasjoner.vakter import bare_tilfoy, dialekt, kjor, kjor_fil, person, vakt

revision = "0008"
down_revision = "0007"

BARE_TILFOY = (
    "avstemming", "betalingsavtrykk", "bilag", "bunt_hendelse", "bunt_linje", "bunt_overgang", "kvittering", "kvitteringsfil",
    "linjestand", "ny_betaling", "postering", "reservasjon", "stopp",
)  # fmt: skip

# handling → (from, to). kjerne.utbetaling.tilstand says the same, and a test compares them
OVERGANGER = {
    "kontroller": (("forberedt",), "kontrollert"),
    "attester": (("kontrollert",), "attestert"),
    "disponer": (("attestert",), "disponert"),
    "send": (("disponert",), "sendt"),
    "kvitter": (("sendt",), "kvittert"),
    "avstem": (("kvittert",), "avstemt"),
    "avvis": (("forberedt", "kontrollert", "attestert"), "avvist"),
    "trekk": (("forberedt", "kontrollert", "attestert", "disponert", "stanset"), "trukket"),
    "stans": (("forberedt", "kontrollert", "attestert", "disponert"), "stanset"),
}

_GODKJENNER = "NEW.handling IN ('attester', 'disponer')"
_I_BUNTEN = "JOIN bunt_linje b ON b.linje_id = l.linje_id WHERE b.bunt_id = NEW.bunt_id"
_OVER = "('trukket', 'avvist')"  # the batch came to nothing, and its lines are free


def _har_endret(fra: str, av: str) -> str:
    return f"EXISTS (SELECT 1 FROM {fra} {_I_BUNTEN} AND {person(av)} = NEW.person)"


_ENDRET = " OR ".join([
    _har_endret("manuelt_vedtak e JOIN linje l ON l.vedtak_id = e.vedtak_id", "e.av"),
    _har_endret("overstyring e JOIN vedtak v ON v.sak_id = e.sak_id JOIN linje l ON l.vedtak_id = v.vedtak_id", "e.av"),
    _har_endret("saksopplysning e JOIN vedtak v ON v.sak_id = e.sak_id JOIN linje l ON l.vedtak_id = v.vedtak_id", "e.av"),
    _har_endret("revurdering e JOIN omgjoring g ON g.revurdering_id = e.revurdering_id JOIN linje l ON l.vedtak_id = g.vedtak_id",
                "e.foreslaatt_av"),
    _har_endret("ny_betaling e JOIN linje l ON l.linje_id = e.linje_id", "e.av"),
])  # fmt: skip
_STOPPET = (
    "EXISTS (SELECT 1 FROM stopp s WHERE s.omfang IN ('*', (SELECT ordning FROM bunt WHERE bunt_id = NEW.bunt_id))"
    " AND s.nr = (SELECT max(t.nr) FROM stopp t WHERE t.omfang = s.omfang) AND s.handling <> 'start')"
)
_APENT = (  # a finding that stops, and that nobody has released (or that somebody has held since)
    "f.modus = 'skarp' AND f.handling IN ('STOPP', 'STOPP_BUNT') AND coalesce((SELECT k.beslutning FROM kontrollbeslutning k"
    " WHERE k.funn_id = f.funn_id ORDER BY k.nr DESC LIMIT 1), 'hold') <> 'slipp'"
)
_FUNN = (
    f"EXISTS (SELECT 1 FROM kontrollfunn f WHERE f.bunt_id = NEW.bunt_id AND {_APENT})"
    f" OR EXISTS (SELECT 1 FROM kontrollfunn f JOIN bunt_linje b ON b.linje_id = f.linje_id WHERE b.bunt_id = NEW.bunt_id AND {_APENT})"
)
_SISTE = "coalesce((SELECT h.tilstand FROM bunt_hendelse h WHERE h.bunt_id = NEW.bunt_id ORDER BY h.nr DESC LIMIT 1), 'forberedt')"
_FORRIGE = "SELECT p.bunt_id FROM bunt_linje p WHERE p.linje_id = NEW.linje_id AND p.forsok = NEW.forsok - 1"
_STAND = "(SELECT s.stand FROM linjestand s WHERE s.ende_til_ende_id = {0} ORDER BY s.nr DESC LIMIT 1)"
_SISTE_STOPP = "SELECT 1 FROM stopp s WHERE s.omfang = NEW.omfang AND s.nr = (SELECT max(nr) FROM stopp WHERE omfang = NEW.omfang)"

HENDELSE = {
    "hendelsen gjelder ikke buntens innhold":
        "NOT EXISTS (SELECT 1 FROM bunt WHERE bunt_id = NEW.bunt_id AND innhold_sha256 = NEW.innhold_sha256)",
    "hendelsen er ikke den neste for bunten":
        "NEW.nr <> (SELECT count(*) + 1 FROM bunt_hendelse WHERE bunt_id = NEW.bunt_id)",
    "bunten kan ikke gå dit fra der den er":
        f"NOT EXISTS (SELECT 1 FROM bunt_overgang WHERE handling = NEW.handling AND til = NEW.tilstand AND fra = {_SISTE})",
    "personen er ikke den som står bak kontoen": f"NEW.person <> {person('NEW.av')}",
    "den som laget bunten kan ikke attestere eller disponere den":
        f"{_GODKJENNER} AND EXISTS (SELECT 1 FROM bunt WHERE bunt_id = NEW.bunt_id AND {person('laget_av')} = NEW.person)",
    "den som attesterte bunten kan ikke disponere den":
        "NEW.handling = 'disponer' AND EXISTS (SELECT 1 FROM bunt_hendelse WHERE bunt_id = NEW.bunt_id AND handling = 'attester'"
        " AND person = NEW.person)",
    "den som har endret en linje kan ikke attestere eller disponere bunten": f"{_GODKJENNER} AND ({_ENDRET})",
    "ingen kan attestere eller disponere en betaling til seg selv":
        f"{_GODKJENNER} AND EXISTS (SELECT 1 FROM linje l {_I_BUNTEN} AND l.person_id = NEW.person)",
    "utbetalingene er stoppet": f"NEW.handling IN ('attester', 'disponer', 'send') AND {_STOPPET}",
    "en kontroll har stanset bunten": f"NEW.handling = 'kontroller' AND ({_FUNN})",
    "pengene er ikke ført i hovedboken":
        "NEW.handling IN ('disponer', 'send') AND NOT EXISTS (SELECT 1 FROM bilag WHERE bilag_id = NEW.tilstand || ':' || NEW.bunt_id)",
    "ikke alle betalingene er besvart":
        "NEW.handling = 'kvitter' AND EXISTS (SELECT 1 FROM bunt_linje b WHERE b.bunt_id = NEW.bunt_id AND NOT EXISTS"
        " (SELECT 1 FROM linjestand s WHERE s.ende_til_ende_id = b.ende_til_ende_id))",
}  # fmt: skip
LINJE = {
    "bunten er i gang og tar ikke flere linjer": "EXISTS (SELECT 1 FROM bunt_hendelse WHERE bunt_id = NEW.bunt_id)",
    "linjen er ikke fri":
        f"NEW.forsok > 1 AND NOT EXISTS (SELECT 1 FROM bunt_hendelse h WHERE h.bunt_id = ({_FORRIGE}) AND h.tilstand IN {_OVER})"
        " AND NOT EXISTS (SELECT 1 FROM ny_betaling n WHERE n.linje_id = NEW.linje_id AND n.forsok = NEW.forsok)",
    "kontoen er en annen enn den som er bestemt":
        "NEW.konto <> CASE WHEN NEW.forsok = 1 THEN (SELECT konto FROM linje WHERE linje_id = NEW.linje_id) ELSE coalesce("
        "(SELECT konto FROM ny_betaling n WHERE n.linje_id = NEW.linje_id AND n.forsok = NEW.forsok),"
        " (SELECT p.konto FROM bunt_linje p WHERE p.linje_id = NEW.linje_id AND p.forsok = NEW.forsok - 1)) END",
}  # fmt: skip
STAND = {
    "betalingen er ikke sendt":
        "NOT EXISTS (SELECT 1 FROM bunt_linje b JOIN bunt_hendelse h ON h.bunt_id = b.bunt_id AND h.handling = 'send'"
        " WHERE b.ende_til_ende_id = NEW.ende_til_ende_id)",
    "svaret er ikke det neste for betalingen":
        "NEW.nr <> (SELECT count(*) + 1 FROM linjestand WHERE ende_til_ende_id = NEW.ende_til_ende_id)",
    "svaret går bakover":
        f"NOT CASE coalesce({_STAND.format('NEW.ende_til_ende_id')}, '') WHEN '' THEN NEW.stand IN ('oppgjort', 'avvist', 'motstrid')"
        " WHEN 'oppgjort' THEN NEW.stand IN ('retur', 'motstrid') WHEN 'motstrid' THEN FALSE ELSE NEW.stand = 'motstrid' END",
}  # fmt: skip
NY_BETALING = {
    "betalingen er ikke avvist eller kommet i retur":
        "coalesce((SELECT " + _STAND.format("b.ende_til_ende_id") + " FROM bunt_linje b WHERE b.linje_id = NEW.linje_id"
        " AND b.forsok = NEW.forsok - 1), '') NOT IN ('avvist', 'retur')",
}  # fmt: skip
AVTRYKK = {
    "avtrykket er ikke det neste": "NEW.nr <> (SELECT count(*) + 1 FROM betalingsavtrykk WHERE avtrykk = NEW.avtrykk)",
    "de samme pengene er alt på vei under en annen id":
        "NOT EXISTS (SELECT 1 FROM kontrollfunn f WHERE f.linje_id = NEW.linje_id AND f.kontroll = 'K26' AND (SELECT k.beslutning"
        " FROM kontrollbeslutning k WHERE k.funn_id = f.funn_id ORDER BY k.nr DESC LIMIT 1) = 'slipp')",
}  # fmt: skip
RESERVASJON = {
    "rammen er brukt opp":
        "NEW.belop_ore + (SELECT coalesce(sum(r.belop_ore), 0) FROM reservasjon r WHERE r.nokkel = NEW.nokkel AND NOT EXISTS"
        f" (SELECT 1 FROM bunt_hendelse h WHERE h.bunt_id = r.bunt_id AND h.tilstand IN {_OVER})) > NEW.grense_ore",
}  # fmt: skip
STOPP = {
    "stoppen er ikke den neste": "NEW.nr <> (SELECT count(*) + 1 FROM stopp)",
    "det er ikke stoppet": f"NEW.handling <> 'stopp' AND NOT EXISTS ({_SISTE_STOPP} AND s.handling <> 'start')",
    "en annen enn den som foreslo det, må bekrefte at utbetalingene starter":
        f"NEW.handling = 'start' AND NOT EXISTS ({_SISTE_STOPP} AND s.handling = 'foresla_start'"
        f" AND {person('s.av')} <> {person('NEW.av')})",
}  # fmt: skip
BILAG = {
    "bilaget går ikke opp": "coalesce((SELECT sum(belop_ore) FROM postering WHERE bilag_id = NEW.bilag_id), 1) <> 0",
    "bilaget mangler posteringer": "NEW.antall <> (SELECT count(*) FROM postering WHERE bilag_id = NEW.bilag_id)",
}
KRAV = {
    "kravet er ikke ført i hovedboken":
        "NEW.hendelse = 'vedtatt' AND NOT EXISTS (SELECT 1 FROM bilag WHERE bilag_id = 'krav:' || NEW.krav_id)",
    "det som er ettergitt, er ikke ført i hovedboken":
        "NEW.hendelse = 'frafalt' AND EXISTS (SELECT 1 FROM tilbakekreving_hendelse h WHERE h.krav_id = NEW.krav_id AND"
        " h.hendelse = 'vedtatt') AND NOT EXISTS (SELECT 1 FROM bilag WHERE bilag_id = 'frafalt:' || NEW.krav_id)",
}  # fmt: skip


def upgrade() -> None:
    if op.get_bind().exec_driver_sql("SELECT count(*) FROM bunt").scalar():
        raise Ordningsfeil("Databasen har betalingsbunter fra en utgave før 0.1.", "tabellen bunt",
                           "Gjør dem ferdig med den utgaven, og begynn med en ny database.", "Databasen er ikke endret.")  # fmt: skip
    kjor_fil(__file__)
    if dialekt() == "postgresql":
        kjor("DROP FUNCTION ordning_bunt_hendelse(); DROP FUNCTION ordning_bunt_linje()")
    for handling, (fra, til) in OVERGANGER.items():
        for en in fra:
            kjor(f"INSERT INTO bunt_overgang (handling, fra, til) VALUES ('{handling}', '{en}', '{til}')")
    bare_tilfoy(BARE_TILFOY)
    vakt("bunt_overgang", "bunt_overgang_fast", {"overgangene er faste": "NEW.handling IS NOT NULL"})
    vakt("bunt_hendelse", "bunt_hendelse_0008", HENDELSE)
    vakt("bunt_linje", "bunt_linje_0008", LINJE)
    vakt("linjestand", "linjestand_0008", STAND)
    vakt("ny_betaling", "ny_betaling_0008", NY_BETALING)
    vakt("betalingsavtrykk", "betalingsavtrykk_0008", AVTRYKK, naar="NEW.nr > 1")
    vakt("reservasjon", "reservasjon_0008", RESERVASJON, laas="NEW.nokkel")
    vakt("stopp", "stopp_0008", STOPP, laas="'stopp'")
    vakt("postering", "postering_0008", {"bilaget er ført": "EXISTS (SELECT 1 FROM bilag WHERE bilag_id = NEW.bilag_id)"})
    vakt("bilag", "bilag_0008", BILAG)
    vakt("tilbakekreving_hendelse", "tilbakekreving_hendelse_0008", KRAV)
