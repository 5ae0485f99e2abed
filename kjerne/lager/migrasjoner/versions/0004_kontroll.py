"""Controls before payment: findings, and decisions on them. Both append-only; a finding is never released by the one who made the
run that found it."""

from kjerne.lager.migrasjoner.vakter import bare_tilfoy, kjor_fil, person, vakt

revision = "0004"
down_revision = "0003"

BARE_TILFOY = ("kontrollbeslutning", "kontrollfunn")
_EGEN = (
    "NEW.beslutning = 'slipp' AND EXISTS (SELECT 1 FROM kontrollfunn f WHERE f.funn_id = NEW.funn_id"
    f" AND {person('f.laget_av')} = {person('NEW.av')})"
)


def upgrade() -> None:
    kjor_fil(__file__)
    bare_tilfoy(BARE_TILFOY)
    vakt("kontrollbeslutning", "kontrollbeslutning_fire_oyne", {"den som kjørte, kan ikke slippe funnet": _EGEN})
