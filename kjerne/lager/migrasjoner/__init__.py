"""The database, from its first form to its newest."""
