"""`python -m lichtspiel` is the same as `lichtspiel`."""

from __future__ import annotations

from lichtspiel.cli import main

if __name__ == "__main__":
    main()
