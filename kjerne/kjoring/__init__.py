"""Composes the rooms into one run: applications → income → quality → decisions → letters → batch.

The steps are plain functions; `flows` wraps the same functions in Prefect. The truth about how far a run has come is the
table kjoring_steg, so a run that was killed goes on where it stopped, with or without Prefect.
"""
