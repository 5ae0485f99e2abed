"""Controls before payment: declared in `katalog.toml`, carried out over all lines at once, decided by a human.

A control never refuses. It stops a line, or a batch, until somebody has looked: the finding has a reason and evidence, and both are kept.
"""
