#!/bin/bash
# keystone, pip, nova, glance; sitecustomize.py records what the logging library is handed.
set -u; . "$(dirname "$0")/common.sh"
# python programs
R=$ROOT; rm -f $R/tmp/*.rec
ch() { chroot $ROOT env PYTHONPATH=/opt/rec LOG_RECORDS=/tmp/$1.rec HOME=/root "${@:2}"; }
# keystone: create db, bootstrap
cat > $R/tmp/keystone.conf <<C
[DEFAULT]
debug = true
use_stderr = true
[database]
connection = sqlite:////tmp/keystone.db
[token]
provider = fernet
[fernet_tokens]
key_repository = /tmp/fernet-keys
[credential]
key_repository = /tmp/cred-keys
C
rm -rf $R/tmp/keystone.db $R/tmp/fernet-keys $R/tmp/cred-keys
K="keystone-manage --config-file /tmp/keystone.conf"
ch keystone timeout 300 $K db_sync; mkdir -p $R/tmp/fernet-keys $R/tmp/cred-keys
ch keystone $K fernet_setup --keystone-user root --keystone-group root; ch keystone $K credential_setup --keystone-user root --keystone-group root
ch keystone $K fernet_rotate --keystone-user root --keystone-group root
ch keystone $K bootstrap --bootstrap-password secret --bootstrap-admin-url http://127.0.0.1:15000/v3 --bootstrap-public-url http://127.0.0.1:15000/v3 --bootstrap-internal-url http://127.0.0.1:15000/v3 --bootstrap-region-id R1
ch keystone $K token_flush; ch keystone $K doctor
ch() { chroot $ROOT env PYTHONPATH=/opt/rec LOG_RECORDS=/tmp/$1.rec HOME=/root timeout 60 "${@:2}"; }
# pip
for p in "download --no-deps -d /tmp/pipd six==1.16.0 idna==3.4" "download --no-deps -d /tmp/pipd no-such-thing-qq" "install --dry-run --break-system-packages six==99" "download -d /tmp/pipd requests==2.31.0" "list" "check" "install --break-system-packages --target /tmp/pipt /tmp/pipd/six-1.16.0-py2.py3-none-any.whl /tmp/pipd/idna-3.4-py3-none-any.whl" "wheel -w /tmp/pipw --no-deps six==1.15.0" "uninstall -y nonexist --break-system-packages"; do ch pip pip $p -vvv; done
# nova and glance
printf '[DEFAULT]\ndebug=true\nuse_stderr=true\n[database]\nconnection=sqlite:////tmp/nova.db\n[api_database]\nconnection=sqlite:////tmp/novaapi.db\n' > $ROOT/tmp/nova.conf; rm -f $ROOT/tmp/nova*.db $ROOT/tmp/glance.db
ch nova nova-manage --config-file /tmp/nova.conf api_db sync; ch nova nova-manage --config-file /tmp/nova.conf cell_v2 map_cell0;  ch nova nova-manage --config-file /tmp/nova.conf db sync; ch nova nova-manage --config-file /tmp/nova.conf cell_v2 create_cell --name c1 --transport-url rabbit://a:b@127.0.0.1:5671/ --database_connection sqlite:////tmp/nova1.db; ch nova nova-manage --config-file /tmp/nova.conf cell_v2 discover_hosts --verbose; ch nova nova-status --config-file /tmp/nova.conf upgrade check
ch nova timeout 20 nova-scheduler --config-file /tmp/nova.conf; ch nova timeout 15 nova-compute --config-file /tmp/nova.conf
printf '[DEFAULT]\ndebug=true\nuse_stderr=true\nbind_port=15292\nbind_host=127.0.0.1\nworkers=0\n[database]\nconnection=sqlite:////tmp/glance.db\n[glance_store]\nfilesystem_store_datadir=/tmp/gl\n[paste_deploy]\nconfig_file=/etc/glance/glance-api-paste.ini\n' > $ROOT/tmp/glance.conf
ch glance glance-manage --config-file /tmp/glance.conf db_sync; ch glance glance-manage --config-file /tmp/glance.conf db_load_metadefs
(ch glance timeout 25 glance-api --config-file /tmp/glance.conf &) ; sleep 9
for i in 1 2 3 4; do for p in /v2/images /v2/images/aa-$i /versions /v1 /v2/schemas/image /nope$i; do curl -s -o /dev/null 127.0.0.1:15292$p; done; curl -s -o /dev/null -X POST -H 'Content-Type: application/json' -d "{\"name\":\"img$i\",\"disk_format\":\"raw\",\"container_format\":\"bare\"}" 127.0.0.1:15292/v2/images; curl -s -o /dev/null -X POST -d '{' 127.0.0.1:15292/v2/images; done
cp $ROOT/tmp/{keystone,pip,nova,glance}.rec $RAW/
