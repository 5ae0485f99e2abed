"""The flow of the scheme: the standard steps, as they are."""

from flows import standardflyt

flyt = standardflyt("forskudd")
