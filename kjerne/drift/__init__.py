"""Settings, clock, telemetry and the writing of numbers: what every room may lean on."""
