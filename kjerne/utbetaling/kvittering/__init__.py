"""What the receiver of a payment answers, as plain records: read here, applied elsewhere. No database and no state."""
