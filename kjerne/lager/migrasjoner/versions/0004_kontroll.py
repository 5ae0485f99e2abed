"""Controls before payment."""

revision = "0004"
down_revision = "0003"

BARE_TILFOY = ()


def upgrade() -> None:
    pass
