"""Prefect flows. Thin: each task calls a step of kjerne.kjoring. Importing this package does not import Prefect."""

from flows.standard import Ordningsflyt, standardflyt

__all__ = ["Ordningsflyt", "standardflyt"]
