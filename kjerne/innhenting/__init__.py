"""Readers: files from the registers → canonical tables, with every line accounted for."""

from kjerne.innhenting.les import les_arbeidsforhold, les_inntekt, les_personer
from kjerne.innhenting.lesning import Fremdrift, Lesning
from kjerne.innhenting.svar import skjoet_svar

__all__ = ["Fremdrift", "Lesning", "les_arbeidsforhold", "les_inntekt", "les_personer", "skjoet_svar"]
