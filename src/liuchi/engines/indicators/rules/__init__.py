"""Pure decisions: what a definition means, its SQL, and how a figure is compared."""
