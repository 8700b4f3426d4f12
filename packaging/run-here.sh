#!/bin/sh
# Usage: PORT=5514 run-here.sh BIN. Runs the daemon out of the checkout: no root, all state under .run/.
set -eu
here=$(pwd)
bin=$here/$1
config=$here/.run/brainstemd.toml
runtime=$here/.run/run
# A socket's path holds 107 bytes.
[ ${#runtime} -le 90 ] || runtime=${TMPDIR:-/tmp}/brainstemd-$(id -u)

if ! addresses=$("$bin/python" - "$PORT" <<'PYTHON'
import socket
import sys

port = int(sys.argv[1])
free = []
for family, host, text in ((socket.AF_INET, "127.0.0.1", "127.0.0.1"), (socket.AF_INET6, "::1", "[::1]")):
    for kind, name in ((socket.SOCK_DGRAM, "UDP"), (socket.SOCK_STREAM, "TCP")):
        try:
            with socket.socket(family, kind) as probe:
                if kind == socket.SOCK_STREAM:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, port))
        except OSError as error:
            if family == socket.AF_INET6 and error.errno != 98:  # 98: EADDRINUSE; anything else: no IPv6 here
                break
            sys.exit(f"{name} {text}:{port}: {error.strerror}. Is it running already? Another port: make run PORT={port + 1}")
    else:
        free.append(f'"{text}:{port}"')
print(", ".join(free))
PYTHON
); then exit 1; fi

mkdir -p .run
cat >"$config" <<TOML
# Written by \`make run\` at each start; changes here are lost.
state_dir = "$here/.run/state"
runtime_dir = "$runtime"
digest_dir = "$here/.run/log"

[[listen]]
transport = "udp"
address = [$addresses]

[[listen]]
transport = "tcp"
address = [$addresses]

[spool]
min_free = "100MiB"

[digest]
every = "10s"
TOML
"$bin/brainstemd" --config "$config" config check >&2
mkdir -p .run/state .run/log "$runtime"

cat <<TEXT

brainstemd listens on $(echo "$addresses" | tr -d '"') (UDP and TCP).
Every 10 s the digest $here/.run/log/digest.log says what is new.
In another terminal:

  logger -n 127.0.0.1 -P $PORT -d -t demo "VPN tunnel to branch-7 dropped and recovered"
  $bin/brainstemd --config $config events
  $bin/brainstemd demo

Ctrl-C stops it.

TEXT
exec "$bin/brainstemd" --config "$config" run
