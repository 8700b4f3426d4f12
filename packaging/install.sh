#!/bin/sh
# Usage, as root, in the checkout: sh packaging/install.sh
# Installs or updates the service: /opt/brainstemd (venv from the lock), units, user, logrotate, a default configuration.
# Starts nothing and overwrites no configuration.
set -eu
umask 022
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
target=/opt/brainstemd
config=/etc/brainstemd/brainstemd.toml

[ "$(id -u)" = 0 ] || { echo "run it as root" >&2; exit 1; }
sh packaging/preflight.sh "$python"

"$python" -m venv "$target"
pip="$target/bin/python -m pip --disable-pip-version-check install --quiet"
$pip --require-hashes --only-binary :all: -r packaging/requirements.lock
# From a copy: building in the checkout would leave files in it.
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp -R brainstemd pyproject.toml README.md LICENSE "$copy"
$pip --no-index --no-deps --no-build-isolation --force-reinstall "$copy"
ln -sf "$target/bin/brainstemd" /usr/local/bin/brainstemd

install -D -m 644 systemd/brainstemd.service /etc/systemd/system/brainstemd.service
install -D -m 644 systemd/brainstemd.socket /etc/systemd/system/brainstemd.socket
install -D -m 644 systemd/brainstemd.sysusers /usr/lib/sysusers.d/brainstemd.conf
install -D -m 644 packaging/brainstemd.logrotate /etc/logrotate.d/brainstemd
if command -v systemd-sysusers >/dev/null; then systemd-sysusers brainstemd.conf; fi

if [ ! -e "$config" ]; then
    mkdir -p /etc/brainstemd
    "$target/bin/brainstemd" config init >"$config"
fi
"$target/bin/brainstemd" --config "$config" config check
[ ! -d /run/systemd/system ] || systemctl daemon-reload

cat <<TEXT
Installed $("$target/bin/brainstemd" --version). Edit $config, then:
  systemctl enable --now brainstemd.socket brainstemd.service
  tail -F /var/log/brainstemd/digest.log
TEXT
