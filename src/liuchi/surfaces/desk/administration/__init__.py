"""Pages of those who look after the installation: posts, calendars, keys, gateways."""
