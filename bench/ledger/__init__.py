"""Parts of ``bench/points.py``: the ground it stands on, ours, and the peers."""
