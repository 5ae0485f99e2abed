"""Applications one at a time: idempotency keys. `innsending` is append-only."""

from kjerne.lager.migrasjoner.vakter import bare_tilfoy, kjor_fil

revision = "0006"
down_revision = "0005"

BARE_TILFOY = ("innsending",)


def upgrade() -> None:
    kjor_fil(__file__)
    bare_tilfoy(BARE_TILFOY)
