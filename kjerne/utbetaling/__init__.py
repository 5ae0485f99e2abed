"""Batches, approval and payment files."""
