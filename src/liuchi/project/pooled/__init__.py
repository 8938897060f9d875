"""Django's PostgreSQL backend with a pool that looks before it hands out, without asking."""
