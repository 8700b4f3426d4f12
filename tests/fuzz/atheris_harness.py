"""Coverage-guided fuzzing of one target with atheris (an optional tool: `pip install -e .[fuzz]`).

    python -m tests.fuzz.atheris_harness decode -max_total_time=600 -max_len=65536 corpus-dir/

The target comes first, the rest is libFuzzer's. Ends at the first exception, or at a line of more than 50 ms (instrumented
code is about ten times slower). An empty corpus directory is filled with the dialects' corpora first.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["brainstemd"]):
    from tests.fuzz.targets import targets

from tests.fuzz.carriers import corpus

_INSTRUMENTED_MAX_S = 0.05


def seed(directory: Path) -> None:
    """Honest lines to begin with."""
    directory.mkdir(parents=True, exist_ok=True)
    if not any(directory.iterdir()):
        for name, lines in corpus().items():
            for number, line in enumerate(lines):
                (directory / f"{name}-{number}").write_bytes(line)


def main() -> None:
    known = targets()
    if len(sys.argv) < 2 or sys.argv[1] not in known:
        sys.exit(
            f"usage: python -m tests.fuzz.atheris_harness {'|'.join(known)} [LIBFUZZER OPTIONS] [CORPUS]"
        )
    name = sys.argv.pop(1)
    target = known[name]
    for argument in sys.argv[1:]:
        if not argument.startswith("-"):
            seed(Path(argument))

    def one(data: bytes) -> None:
        spent_s = target(data)
        assert spent_s < _INSTRUMENTED_MAX_S, f"{spent_s * 1e3:.0f} ms"

    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
