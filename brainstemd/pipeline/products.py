"""Whose program or device it is, by its name alone: for what has no dialect of its own, or said something that its dialect leaves alone.

Names are those that the programs give themselves in syslog. A name that several vendors use is not here.
"""

# ruff: noqa: E501  # a product is one row of the table

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.makers import maker_of_name

# vendor/product: the names of its programs
_TABLE: Final = """
3cx/3cx: 3cx 3cxphonesystem 3cxgatewayservice
a10/acos: a10logd a10lb a10mon
aerohive/hiveos: ah_auth ah_dcd ah_capwap ah_cli ah_webui ah_brd ah_top
alcatel-lucent/omniswitch: swlogd
apache/activemq: activemq
apache/cassandra: cassandra
apache/guacamole: guacd
apache/hadoop: hadoop namenode datanode resourcemanager nodemanager
apache/kafka: kafka kafka-server
apache/solr: solr
apache/tomcat: tomcat tomcat8 tomcat9 tomcat10 catalina
apache/trafficserver: traffic_server traffic_manager traffic_cop
apache/zookeeper: zookeeper
apcupsd/apcupsd: apcupsd
apparmor/apparmor: apparmor
asterisk/asterisk: asterisk safe_asterisk
atlassian/atlassian: jira confluence bitbucket
avahi/avahi: avahi-daemon
axis/camera: vapix
bluez/bluez: bluetoothd
cambium/cnmaestro: cambium-cnmaestro cnmaestro
canonical/cloud-init: cloud-init cloud-init-local
canonical/landscape: landscape-client landscape-sysinfo
canonical/lxd: lxd lxc lxcfs
canonical/snapd: snapd snap
ceph/ceph: ceph ceph-mon ceph-osd ceph-mds ceph-mgr ceph-crash radosgw rbd-mirror
checkmk/checkmk: check_mk_agent cmk cmc cmk-agent-ctl
cisco/cimc: cimc
cisco/ise: cise_passed_authentications cise_failed_attempts cise_radius_accounting cise_system_statistics cise_administrative_and_operational_audit cise_alarm
cisco/viptela: vdaemon ompd ftmd cfgmgr vmanage vbond vsmart
citrix/xenserver: xapi xenopsd xcp-rrdd squeezed
cloudflare/cloudflared: cloudflared
cockpit/cockpit: cockpit-ws cockpit-bridge cockpit-tls cockpit-session
collectd/collectd: collectd
confluent/schema-registry: schema-registry
couchbase/couchbase: couchbase-server couchbase
crowdsec/crowdsec: crowdsec crowdsec-firewall-bouncer
crowdstrike/falcon: falcon-sensor falcond
cups/cups: cupsd cups-browsed
darktrace/darktrace: darktrace
datadog/agent: datadog-agent dd-agent trace-agent process-agent
dbus/dbus: dbus dbus-daemon dbus-broker dbus-broker-launch
digium/dahdi: dahdi
duo/authproxy: authproxy duoauthproxy
elastic/beats: filebeat metricbeat packetbeat auditbeat heartbeat-elastic elastic-agent winlogbeat
elastic/elasticsearch: elasticsearch
elastic/kibana: kibana
elastic/logstash: logstash
envoy/envoy: envoy
eset/protect: eraserver
f5/bigip: tmm tmm1 tmm2 tmm3 tmm4 tmm5 tmm6 tmm7 mcpd sod apmd bigd gtmd big3d chmand lacpd_f5 iprepd datasyncd merged_f5 tmsh tmrouted
fluent/fluent-bit: fluent-bit td-agent-bit
fluent/fluentd: fluentd td-agent
forescout/counteract: counteract
freeipa/freeipa: ipa-dnskeysyncd ipa-custodia ipactl
freeradius/freeradius: freeradius radiusd
freeswitch/freeswitch: freeswitch
gitea/gitea: gitea forgejo
gitlab/gitlab: gitlab gitlab-runner gitaly gitlab-workhorse gitlab-shell
gluster/glusterfs: glusterd glusterfsd glusterfs glustershd etc-glusterfs-glusterd.vol
gnome/gnome: gdm gdm3 gnome-shell gnome-keyring-daemon gnome-session gsd-media-keys
gnupg/gnupg: gpg-agent dirmngr
grafana/agent: grafana-agent alloy promtail
graylog/graylog: graylog graylog-server graylog-sidecar
hashicorp/consul: consul
hashicorp/nomad: nomad
hashicorp/vault: vault
hikvision/camera: hikvision
huawei/oceanstor: oceanstor
homeassistant/homeassistant: home-assistant hass hassio
dell/powerstore: powerstore
dell/unity: unity emcunity
hpe/3par: 3par tpd tpdsyslog
hpe/nimble: nimble nimbleos
hpe/ilo: ilo ilo4 ilo5 ilo6
ibm/storwize: storwize ibm2145 svc2145
ibm/mq: amqzmgr0 ibmmq
ibm/spectrum-protect: dsmc dsmcad dsmserv
icinga/icinga2: icinga2 icingadb
influxdata/influxdb: influxd influxdb
influxdata/telegraf: telegraf
inspircd/inspircd: inspircd
ipmitool/ipmievd: ipmievd
isc/inn: innd
jenkins/jenkins: jenkins
jitsi/jitsi: jicofo jvb
juniper/apstra: aos
kamailio/kamailio: kamailio rtpengine
keycloak/keycloak: keycloak
kopano/kopano: kopano-server kopano-dagent kopano-spooler
krb5/krb5: krb5kdc kadmind kpropd
lexmark/printer: lexmark
lenovo/xcc: xcc imm2
libvirt/libvirt: libvirtd virtqemud virtlogd virtnetworkd libvirt-guests
linux/acpid: acpid
linux/auditd: auditd audispd auditctl
linux/bluetooth: btmon
linux/dracut: dracut dracut-initqueue
linux/ipvs: ldirectord ipvsadm
linux/irqbalance: irqbalance
linux/iptables: ulogd
linux/mcelog: mcelog
linux/nfs: rpc.mountd rpc.statd rpc.idmapd rpc.gssd rpc.nfsd nfsdcltrack nfsd rpcbind
linux/polkit: polkitd polkit-agent-helper-1 pkexec
linux/quota: rpc.rquotad warnquota
linux/rasdaemon: rasdaemon
linux/thermald: thermald
linux/tuned: tuned
linux/udisks: udisksd
linux/upower: upowerd
linux/usbmuxd: usbmuxd
linux/watchdog: watchdog wd_keepalive
lldpd/lldpd: lldpd lldpcli
logrotate/logrotate: logrotate
milestone/xprotect: milestone xprotect
mailman/mailman: mailman mailman3
manageengine/manageengine: adauditplus eventloganalyzer
matrix/synapse: synapse matrix-synapse
mattermost/mattermost: mattermost
memcached/memcached: memcached
microsoft/defender: mdatp wdavdaemon
microsoft/omsagent: omsagent omsconfig azuremonitoragent waagent
microsoft/mssql: sqlservr mssql-server
milter/milter-greylist: milter-greylist
mimecast/mimecast: mimecast
minio/minio: minio
modemmanager/modemmanager: modemmanager
mongodb/mongodb: mongod mongos
monit/monit: monit
munin/munin: munin-node munin
mosquitto/mosquitto: mosquitto
nagios/nagios: nagios nrpe nsca ncpa npcd
nats/nats-server: nats-server
netapp/ontap: ontap
netatalk/netatalk: afpd cnid_metad netatalk
netdata/netdata: netdata
newrelic/infrastructure: newrelic-infra
nextcloud/nextcloud: nextcloud
netscout/arbor: pfsp
nginx/unit: unitd
node-red/node-red: node-red
ntop/ntopng: ntopng nprobe
nvidia/driver: nvidia-persistenced nvidia-smi nvidia-fabricmanager nvidia-gridd
nvidia/cumulus: switchd ptmd clagd portwd sx_sdk
okta/agent: okta-ad-agent oktaagent
openldap/slapd: slapd
389ds/389ds: ns-slapd dirsrv
opensearch/opensearch: opensearch
openssh/ssh-agent: ssh-agent
openstack/openstack: nova-compute nova-api nova-scheduler nova-conductor neutron-server neutron-openvswitch-agent neutron-l3-agent neutron-dhcp-agent cinder-volume cinder-api cinder-scheduler glance-api keystone heat-engine octavia-worker ironic-conductor swift-proxy object-server container-server account-server proxy-server
openvswitch/openvswitch: ovs-vswitchd ovsdb-server ovs-ctl ovn-controller ovn-northd
oracle/database: oracle ohasd crsd ocssd
oracle/virtualbox: vboxheadless vboxsvc vboxadd-service
pacemaker/pacemaker: pacemakerd pacemaker-controld pacemaker-execd pacemaker-fenced pacemaker-attrd pacemaker-based pacemaker-schedulerd crmd lrmd stonith-ng cib attrd pengine
patroni/patroni: patroni
paloalto/cortex: traps_pmd cortex-xdr
percona/xtradb: galera garbd
perforce/perforce: p4d
pgbouncer/pgbouncer: pgbouncer
pgpool/pgpool: pgpool pgpool2
photoprism/photoprism: photoprism
php/php-fpm: php-fpm php-fpm7.4 php-fpm8.1 php-fpm8.2 php-fpm8.3 php-fpm8.4 php
plex/plex: plexmediaserver
prosody/prosody: prosody
proftpd/proftpd: proftpd
pulseaudio/pulseaudio: pulseaudio
pipewire/pipewire: pipewire wireplumber pipewire-pulse
puppet/puppet: puppet-agent puppet puppetserver puppet-master
chef/chef: chef-client chef-infra-client
saltstack/salt: salt-minion salt-master
ansible/ansible: ansible ansible-command ansible-setup ansible-ansible.legacy.command
pureftpd/pure-ftpd: pure-ftpd
purestorage/purity: purity.alert purity.audit purity
qualys/agent: qualys-cloud-agent
rabbitmq/rabbitmq: rabbitmq rabbitmq-server
rapid7/agent: ir_agent
realtek/rtkit: rtkit-daemon
redhat/subscription-manager: rhsmd rhsmcertd subscription-manager rhsm-service insights-client
riverbed/steelhead: sport qosd wsmd
rsyslog/rsyslog: rsyslogd rsyslogd-pstats
ruckus/zonedirector: stamgr zd_swmd
ruby/puma: puma sidekiq unicorn
sangfor/ngaf: fwlog
samsung/smartthings: smartthings
sas/sas: sasd
sendgrid/sendgrid: sendgrid
sentinelone/agent: sentinelone sentinelctl
setroubleshoot/setroubleshoot: setroubleshoot sedispatch
shorewall/shorewall: shorewall
silverpeak/edgeconnect: silverpeak
slurm/slurm: slurmctld slurmd slurmdbd
snort/snort: snort
softether/softether: vpnserver vpnbridge
sonatype/nexus: nexus
splunk/splunk: splunkd splunk splunkforwarder
sssd/sssd: sssd sssd_be sssd_nss sssd_pam sssd_ssh sssd_sudo krb5_child ldap_child sssd_kcm
stunnel/stunnel: stunnel stunnel4
suricata/suricata: suricata
sysdig/falco: falco
syslog-ng/syslog-ng: syslog-ng
symantec/endpoint-protection: symantecserver sepm symcfgd rtvscand
tailscale/tailscale: tailscaled tailscale
tinyproxy/tinyproxy: tinyproxy
tp-link/omada: omada omadac
transmission/transmission: transmission-daemon
tripwire/tripwire: tripwire
trendmicro/deep-security: ds_agent dsa
turnserver/coturn: turnserver coturn
ubuntu/unattended-upgrades: unattended-upgrade unattended-upgr unattended-upgrades apt.systemd.daily
uwsgi/uwsgi: uwsgi uwsgi-emperor
vmware/nsx: nsx nsxv nsx-edge nsx-manager nsx-cfgagent
vmware/tools: vmtoolsd vgauth open-vm-tools
vmware/velocloud: velocloud edged
vsftpd/vsftpd: vsftpd
wazuh/wazuh: ossec ossec-monitord wazuh-agent wazuh-agentd wazuh-analysisd wazuh-logcollector ossec-agentd ossec-analysisd ossec-syscheckd ossec-logcollector
webmin/webmin: webmin miniserv.pl
xinetd/xinetd: xinetd inetd
xorg/xorg: xorg lightdm sddm
xrdp/xrdp: xrdp xrdp-sesman
yum/dnf: yum dnf packagekitd packagekit dnf-automatic yum-cron
zabbix/zabbix: zabbix_agentd zabbix_server zabbix_agent2 zabbix_proxy zabbix-agent zabbix-server
wallix/bastion: wabengine wabproxy
zeek/zeek: zeek bro
xerox/printer: xerox xrx
zerotier/zerotier: zerotier-one
"""


def _read(table: str) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for row in table.strip().splitlines():
        owner, _, names = row.partition(": ")
        vendor, _, product = owner.partition("/")
        for name in names.split():
            assert name not in found, name
            found[name] = (vendor, product)
    return found


PRODUCTS: Final = _read(_TABLE)
_SUB = re.compile(r"[/\[(]")


@lru_cache(maxsize=4096)
def app_key(app: str) -> str:
    """`postfix/smtp` → `postfix`, `/usr/sbin/cron` → `cron`: an app_name as programs are known."""
    name = (app.rpartition("/")[2] if app.startswith("/") else app).rstrip(":")
    return _SUB.split(name.lower(), maxsplit=1)[0]


_LEVEL = re.compile(
    r"(?:emerg|alert|crit|err|error|warning|notice|info|debug) (?=\w)"
)  # F5's, before the process
# Products that open their messages with their names.
_FIRST_WORDS: Final = {
    "cylanceprotect": ("blackberry", "cylanceprotect"),
    "fortinac": ("fortinet", "fortinac"),
    "netwrix": ("netwrix", "auditor"),
    "tanium": ("tanium", "tanium"),
    "qualysguard": ("qualys", "qualysguard"),
}


@lru_cache(maxsize=4096)
def product_of(app: str) -> tuple[str, str] | None:
    """Vendor and product of a program by its app_name, or None."""
    return PRODUCTS.get(app_key(_LEVEL.sub("", app, count=1)))


# Names of products that their lines bear wherever they come from; without digits, in lower case.
WORDS: Final = {
    "oceanstor": ("huawei", "oceanstor"),
    "emcunity": ("dell", "unity"),
    "unityvsa": ("dell", "unity"),
    "powerstore": ("dell", "powerstore"),
    "powermax": ("dell", "powermax"),
    "storwize": ("ibm", "storwize"),
    "flashsystem": ("ibm", "flashsystem"),
    "storeserv": ("hpe", "3par"),
    "tpdtcl": ("hpe", "3par"),
    "nmbl": ("hpe", "nimble"),
    "xprotect": ("milestone", "xprotect"),
    "lexmark": ("lexmark", "printer"),
    "workcentre": ("xerox", "printer"),
    "versalink": ("xerox", "printer"),
    "altalink": ("xerox", "printer"),
    "modicon": ("schneider", "modicon"),
    "powerlogic": ("schneider", "powerlogic"),
    "simatic": ("siemens", "simatic"),
    "scalance": ("siemens", "scalance"),
}


def name_by_words(event: Event, word: str) -> None:
    """Fills vendor and product by a word of the message where nobody else named them."""
    if event.vendor is None and (event.app_name is None or product_of(event.app_name) is None):
        event.vendor, event.product = WORDS[word]


def name_product(event: Event) -> None:
    """Fills vendor and product where nothing else has: by the program's name, then by the maker or model that tag or host bear."""
    if event.vendor is not None:
        return
    app, host = event.app_name, event.hostname
    found: tuple[str, str | None] | None = None
    if app is not None:
        found = product_of(app) or maker_of_name(app)
    if found is None and host is not None:
        found = maker_of_name(host)
    if found is None:
        found = _FIRST_WORDS.get(event.message.partition(" ")[0].rstrip(":").lower())
    if found is not None:
        event.vendor, event.product = found
