"""Payment states, stop, limits and ledger."""

revision = "0003"
down_revision = "0002"

BARE_TILFOY = ()


def upgrade() -> None:
    pass
