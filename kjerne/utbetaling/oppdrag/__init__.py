"""Batches and new versions of decisions as chains in Oppdragssystemet: what to send, what was sent, what was answered."""
