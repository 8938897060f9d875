"""What the benchmark of cases is made of."""
