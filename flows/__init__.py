"""Prefect flows. Thin: each task calls a step of kjerne.kjoring. Importing this package does not import Prefect."""

from flows.standard import Ordningsflyt, standardflyt
from kjerne.kjoring.ekstrasteg import EKSTRASTEG

verifisering = EKSTRASTEG["verifisering"]

__all__ = ["Ordningsflyt", "standardflyt", "verifisering"]
