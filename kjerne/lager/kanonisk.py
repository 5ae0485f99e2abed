"""The one spelling of a JSON value, so that equal content is equal bytes and an equal hash."""

from __future__ import annotations

import hashlib
import json
from typing import Any

_koder = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def json_tekst(verdi: Any) -> str:
    """Sorted keys, no spaces, æøå as they are. NaN, infinity and types that JSON lacks raise ValueError/TypeError."""
    return _koder.encode(verdi)


def sha256(data: bytes | str) -> str:
    return hashlib.sha256(data.encode("utf-8") if isinstance(data, str) else data).hexdigest()
