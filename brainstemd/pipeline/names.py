"""The names that the slot rules know: nouns of things, names of pairs, words that are no name. Tables, no logic."""

from __future__ import annotations

from typing import Final


def _table(text: str) -> dict[str, str]:
    """`kind: word word …` → word → kind; "~" is a blank inside a word."""
    found: dict[str, str] = {}
    kind = ""
    for word in text.split():
        if word.endswith(":"):
            kind = word[:-1]
        else:
            found[word.replace("~", " ")] = kind
    return found


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Nouns by whose side a thing's name stands ("tunnel branch-12") → the kind of thing.
NOUNS: Final = _table("""
    tunnel: tunnel vpn ipsec phase1 ike-sa
    interface: interface intf iface ifname port-channel uplink port link wan trunk nic circuit
    service: unit service daemon process program application virtual~server dienst servicio
    job: job backup task schedule build
    neighbor: neighbor neighbour nbr peer adjacency
    disk: disk drive device slot md array vdisk festplatte laufwerk
    volume: volume pool datastore lun filesystem mount share snapshot
    certificate: certificate cert
    domain: domain zone
    container: container pod
    vm: vm instance guest partition virtual~machine
    database: database db schema replica tablespace
    queue: queue topic
    host: host node member server backend upstream gateway agent site client broker camera phone pool~member plc rtu
        slave printer serveur servidor recorder appliance mirror extension station knoten
    monitor: monitor probe check
    sensor: sensor fan psu supply ups pdu outlet netzteil lüfter
    ap: ap
    module: module card controller canister enclosure shelf brick pump motor valve compressor breaker inverter
        rectifier generator relay door
    cluster: cluster group
    peer: connection connectivity contact
""")

# Hardware and parts that have numbers or letters for names.
NUMBERED: Final = _words("""
    psu supply fan tray module slot disk drive bay sensor blade battery member unit
    card controller canister enclosure shelf node sp slave station lun inverter compressor pump motor outlet feed
    phase rectifier relay channel camera extension cartridge port group cpu sfp transceiver chassis cabinet
    input output generator chiller valve door breaker ups pdu netzteil lüfter festplatte laufwerk alimentation
    ventilateur disque ventilador fuente disco brick shard partition dimm hba span conveyor axis robot reader
    store loop zone string circuit inlet link line array pool ont onu olt lane osd
""")
# Words that say that something is wrong, or was, with what they name.
TROUBLE: Final = _words("""
    alarm alert error errors fault trouble jam empty open leak overload critical detected problem trip tripped low
    high lockout misfeed
""")
# Words before such a noun that belong to the name: "virtual disk 3".
MODIFIERS: Final = _words("""
    virtual physical logical hard power line trunk stack modbus supply fan storage disk raid battery replication
""")
# Nouns of many meanings: only a shaped or quoted name counts behind them.
LOOSE: Final = _words("""
    backup check client connection connectivity contact device group link port slot snapshot image station
    extension mirror relay door module card controller sensor pump motor valve supply outlet slave
""")

# What stands behind a number that says how much: "lag 12 MB" is not the interface lag 12.
MEASURE: Final = r" ?(?:%|(?:[kKMGT]i?)?[Bb](?:ytes)?\b|[mµu]?s(?:ecs?|econds?)?\b|min(?:utes?)?\b)"

# What is done with a flow: the values of `action=…`.
DENIED: Final = _words("""
    deny denied block blocked drop dropped reject rejected reset quarantine quarantined prevent prevented discard
    discarded refused
""")
ALLOWED: Final = _words("allow allowed permit permitted accept accepted pass passed")

# Names of key=value pairs → the attribute that they fill.
PAIR_SLOTS: Final = _table("""
    src_ip: src srcip src_ip saddr srcaddr source_ip sourceip sip rhost source src_addr src-ip source-ip sourceaddress
        source-address source_address client_ip clientip remip remote_ip srcipv4 ip-src client remote_addr
        orig_src peer_ip
    dst_ip: dst dstip dst_ip daddr dstaddr destination_ip dip destip dest_ip dst_addr dst-ip destination-ip dest destination
        destinationaddress destination-address destination_address locip server_ip destinationip
    src_port: spt sport srcport src_port s_port source_port source-port sourceport src-port
    dst_port: dpt dport dstport dst_port d_port destination_port destination-port destinationport destport
        dest_port service_port dst-port
    user: user usr suser duser username account acct uname usrname srcuser user_name login targetusername ruser
        xauthuser user_id userid
    interface: interface intf ifname iface in inbound_interface srcintf in_interface interface_name port_name
        portname if nic dev
    action: action act disposition
    event_code: eventid event_id event-id eventcode event_code logid log_id msgid msg_id message_id
""")

# Names of pairs that name a thing where a state or an end is told → the kind of thing.
PAIR_THINGS: Final = _table("""
    tunnel: vpntunnel tunnel tunnel_name tunnelname vpn vpnname vpn_name phase1name conn
    service: unit service svc service_name servicename daemon process program component
    interface: interface intf ifname iface interface_name port_name portname nic dev port link uplink
    disk: disk device drive array
    volume: volume vol pool datastore mount filesystem fs
    job: job jobname job_name task backup
    monitor: monitor check probe object
    host: member node server backend gateway gw target upstream device_name devicename
    neighbor: peer neighbor neighbour peer_name nbr
    vm: vm vm_name instance
    container: container container_name pod
    domain: domain zone
    certificate: cert certificate cn subject
    database: database db datname
    sensor: sensor fan psu
    ap: ap ap_name apname
    queue: queue
    cluster: cluster
    thing: name entity resource object object_name source_name element
""")

# Words that stand where a thing's name could and are none.
NO_NAMES: Final = _words("""
    ver complete event identifier report
    a accepted account accounts active added address addresses again alarm alert all allowed an and any are
    array as at authentication authorization back backup be became become becomes been bgp both bounced but by
    cache came can can't cannot cert certificate certificates changed client clients closed come config
    configuration configured connected connecting connection connections container could count counter counters
    cpu created critical daemon data database db dead degraded deleted denied detected device devices did didn't
    disabled disk disks do does doesn't domain down drive drives drop dropped drops due during each enabled
    ended entered error errors established event events exceeded expired fail failed failing fails failure
    failures false flapped flapping for found from full go goes gone group ha had has have health healthy high
    host hosts http https icmp id idle if ike illegal in inactive inet info initiated interface interfaces into
    invalid ip ipsec ipv4 ipv6 is isn't it its itself job jobs key lacp last left level limit link list load
    local lock log logged login lost low made main manager many master member members memory message missing
    mode monitor mtu n/a na name name= names negotiation neighbor neighbors neighbour new nil no node nodes none
    normal not not-responding now null number of off offline ok on once one online only open opened operation
    operational operations or ospf other out over packet packets page path peer pending phase pod policy pool
    port power primary process protocol queue ready reason received recovered recovery refused rejected remained remains remote
    removed replica reported reports request requests reset response restart restarted restored result results
    resumed root-cause rule running sa secondary security server servers service session sessions set shutdown
    signed since snmp some speed ssh standby start started starting state states status stop stopped stopping
    stp successful successfully summary supply switch sync system table task tcp temperature terminated test
    than that the their then there this thread three threshold time timed timeout to too traffic transition true
    tunnel tunnels two type udp unable unavailable undefined under unexpectedly unhealthy unit unknown
    unreachable until up update usage used user users utilization value version via virtual vm volume volumes
    tray speed sensor input output fault faults slot slots bay firmware software hardware registration battery
    fan psu supply module card controller enclosure shelf slave printer camera link port version
    resource team runtime network line pack copy cover default settings
    vpn warning was wasn't went were when which while will with within without you your zone
""")

# What stands between a subject and its state.
AUXILIARIES: Final = _words("""
    and is are was were has have had been being be now not no longer went gone goes go going came come comes coming
    became becomes got gets just again suddenly currently reported reports reporting marked detected entered entering
    state status the a an taken set put in to into its it link health unexpectedly still also already seems
    appears changed change brought left lost does did doesn't didn't isn't back too since mode ist nicht est pas
    from device_state current new -> => →
""")

# Plain words whose number is no name, or which are no subjects.
NO_SUBJECTS: Final = _words("""
    phase after in for of on at to by with within from or than error errno code rc signal pid line lines id attempt
    attempts try retry retries seconds second minutes hours days count version build level severity priority rule
    policy session job request requests event message messages packets packet user users account port uid gid tid
    total last first next every each over under above below until since temperature voltage current load usage
    size length value number step stage if when while because due login password connection connections took
    process thread pid job worker exit vlan age date time timeout interval between of: reason
""")

# Words that stand where a user's name could and are none.
NO_USERS: Final = _words("""
    banner page screen prompt form attempt attempts event message window shell class
    failure permitted successful successfully passed ok credentials daemon failures attempts succeeded accepted
    denied rejected blocked locked manual guide mode data input space agent group groups list limit
    a account address admin-login all an and any at authentication by client command correct default device due failed
    for from group has host id illegal in incorrect interface invalid is local logged login logon name none not null of on
    or password peer process reason remote request root-login session signal success successfully system the
    timeout to unknown user users via was with
""")
