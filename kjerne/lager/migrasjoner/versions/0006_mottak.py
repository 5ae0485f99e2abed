"""Applications one at a time: idempotency keys."""

revision = "0006"
down_revision = "0005"

BARE_TILFOY = ()


def upgrade() -> None:
    pass
