"""What stops Liuchi from starting, said in one sentence."""

from __future__ import annotations

from liuchi.kernel.sentences import Sentence


class CannotStart(Exception):
    """Starting was refused or failed; ``sentence`` says why and what mends it."""

    def __init__(self, code: str, sentence: Sentence) -> None:
        """Keep the code for tests and doctor, the sentence for people."""
        super().__init__(code, sentence)
        self.code = code
        self.sentence = sentence

    def __str__(self) -> str:
        """Return code and both wordings."""
        return f"{self.code}: {self.sentence}"
