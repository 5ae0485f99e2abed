"""Who works here: which human is behind an account, and which roles she has. A new row replaces the one before; none is changed.

Four eyes are compared on the human. An account that is not registered stands for itself.
"""

from kjerne.lager.migrasjoner.vakter import bare_tilfoy, kjor_fil

revision = "0003"
down_revision = "0002"

BARE_TILFOY = ("medarbeider",)


def upgrade() -> None:
    kjor_fil(__file__)
    bare_tilfoy(BARE_TILFOY)
