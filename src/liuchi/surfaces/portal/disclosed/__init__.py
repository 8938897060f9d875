"""What a village shows to everybody: items, what was paid to whom, files to take away, asking."""
