"""The hash-chained event log and the log of who saw whom. Both append-only."""

from kjerne.lager.migrasjoner.vakter import bare_tilfoy, kjor_fil

revision = "0005"
down_revision = "0004"

BARE_TILFOY = ("oppslagslogg", "revisjonslogg")


def upgrade() -> None:
    kjor_fil(__file__)
    bare_tilfoy(BARE_TILFOY)
