"""Vendors' usage reporting is off. Must be called before Prefect or Great Expectations is imported."""

from __future__ import annotations

import os

AV = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",  # results would lie unencrypted on disk
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "GX_ANALYTICS_ENABLED": "false",
}


def slaa_av() -> None:
    """Sets the switches, whatever they were set to before."""
    os.environ.update(AV)
