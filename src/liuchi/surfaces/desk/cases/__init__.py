"""Where people work with cases: the board by what is due next, and the page of one case."""
