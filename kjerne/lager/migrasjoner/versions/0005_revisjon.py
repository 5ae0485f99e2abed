"""The hash-chained event log and the log of who saw whom."""

revision = "0005"
down_revision = "0004"

BARE_TILFOY = ()


def upgrade() -> None:
    pass
