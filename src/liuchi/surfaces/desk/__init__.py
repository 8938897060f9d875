"""Staff's pages: what is mine to do, and the records behind it."""
