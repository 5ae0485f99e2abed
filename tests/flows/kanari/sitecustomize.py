"""Loaded by every Python process that starts with this folder on PYTHONPATH: everything that anybody logs goes to a file.

KANARILOGG is a folder; each process writes a file of its own, at the lowest level, with the trace of each fault.
"""

import logging
import os
import sys


def _fang(type_, feil, spor) -> None:
    logging.getLogger("kanari").critical("uventet", exc_info=(type_, feil, spor))
    sys.__excepthook__(type_, feil, spor)


if "KANARILOGG" in os.environ:
    logging.basicConfig(level=1, filename=os.path.join(os.environ["KANARILOGG"], f"{os.getpid()}.logg"), format="%(name)s %(message)s")
    for navn in ("sqlalchemy", "great_expectations", "prefect", "psycopg", "asyncio"):
        logging.getLogger(navn).setLevel(1)  # SQLAlchemy is silent unless it is asked
    logging.getLogger("great_expectations").addHandler(logging.root.handlers[0])  # the engine lets it propagate no further
    logging.captureWarnings(True)
    sys.excepthook = _fang
