"""Template tags of the surfaces."""
