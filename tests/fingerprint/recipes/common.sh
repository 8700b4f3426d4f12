# Where things are, for all recipes: a throw-away Debian 12 tree in ROOT with the packages below (proc and dev mounted, no
# service started: policy-rc.d says 101), raw output in RAW, everything else in WORK. Run as root on a spare machine; each
# recipe starts its programs on the loopback only, and nothing that it writes but RAW is kept. `label.py RAW OUT ROOT` does the rest.
#
# apache2 redis-server unbound openvpn openssl exim4-daemon-light zookeeper openjdk-17-jdk-headless slurm-wlm munge keystone
# glance-api nova-api nova-compute nova-conductor nova-scheduler samba smbclient postgresql-15 python3-pip binutils systemd udev
# cups-daemon squid dovecot-core dovecot-imapd curl
# and, outside, pyspark 3.5.1 with SPARK_HOME at its `deps`.
ROOT=${ROOT:?} RAW=${RAW:?} WORK=${WORK:?}
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$WORK" || exit 1
mkdir -p "$RAW" "$ROOT/opt/rec"; cp "$HERE/sitecustomize.py" "$ROOT/opt/rec/"
