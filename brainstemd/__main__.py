"""`python -m brainstemd`: the same as the installed `brainstemd` command."""

from __future__ import annotations

import sys

from brainstemd.cli import main

if __name__ == "__main__":
    sys.exit(main())
