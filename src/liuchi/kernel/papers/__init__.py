"""Papers people attach (PDF, Word, Excel): read wholly, and made anew from how their pages look.

``read`` gives every text a file holds, shown or not, with its place, and its pages as pictures
with a new PDF of them. Nothing of the file itself is in either. It is opened in a process of its
own, with little memory and little time.
"""

from liuchi.kernel.papers.faults import fault
from liuchi.kernel.papers.reading import read
from liuchi.kernel.papers.shapes import (
    BYTES_MAX,
    PAGES_MAX,
    PageImage,
    Paper,
    Piece,
    Place,
)

__all__ = ["BYTES_MAX", "PAGES_MAX", "PageImage", "Paper", "Piece", "Place", "fault", "read"]
