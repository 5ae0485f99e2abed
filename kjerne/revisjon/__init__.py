"""What happened, in a chain that nobody can change unseen, and who looked at whom."""

from kjerne.revisjon.hendelse import logg
from kjerne.revisjon.oppslag import FORMAAL, logg_oppslag, logg_oppslag_alle

__all__ = ["FORMAAL", "logg", "logg_oppslag", "logg_oppslag_alle"]
