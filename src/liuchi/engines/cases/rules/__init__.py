"""Pure decisions about cases: who may take which step, and by when."""
