"""Runs rule sets on frames: order, parameters, trace, reasons, examples, coverage and REGLER.md."""
