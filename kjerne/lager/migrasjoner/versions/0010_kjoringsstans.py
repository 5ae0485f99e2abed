"""Why a run stopped, each time that it did. Append-only: a run that goes on later has stopped all the same."""

from kjerne.lager.migrasjoner.vakter import bare_tilfoy, kjor_fil

revision = "0010"
down_revision = "0009"
BARE_TILFOY = ("kjoring_stans",)


def upgrade() -> None:
    kjor_fil(__file__)
    bare_tilfoy(BARE_TILFOY)
