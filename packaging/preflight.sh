#!/bin/sh
# Usage: preflight.sh PYTHON. Says clearly what is missing before anything is made.
python=$1

fail() {
    echo "$1" >&2
    exit 1
}

command -v "$python" >/dev/null 2>&1 ||
    fail "no $python here. On Debian: apt install python3 python3-venv. Or name another: make PYTHON=python3.12 …"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "$("$python" --version) is too old: brainstemd needs 3.11. Or name another: make PYTHON=python3.12 …"
"$python" -c 'import venv, ensurepip' 2>/dev/null ||
    fail "$python cannot make virtual environments. On Debian: apt install python3-venv"
