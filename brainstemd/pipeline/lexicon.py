"""Word lists of the fingerprint scheme (docs/fingerprint.md). A change here is a change of the scheme's
version."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that tell a state, an outcome or a polarity. They stay literal wherever they stand: as the value of
# any key, in brackets, in quotes.
STATE_WORDS = _words(
    """
    up down online offline on off open opened opening closed close closing connected disconnected
    connecting reconnected established unestablished attached detached plugged unplugged present absent
    missing alive dead dying reachable unreachable available unavailable enabled disabled active
    inactive activated deactivated standby primary secondary master slave leader follower blocking
    forwarding listening learning full init idle running stopped started starting stopping restarted
    restarting paused resumed suspended killed terminated exited crashed hung aborted cancelled canceled
    completed complete incomplete finished done succeeded success successful unsuccessful failed fail
    failing failure failures error errors ok good bad warning warn critical crit major minor cleared
    clear fatal emerg emergency alert notice info informational debug trace none healthy unhealthy
    degraded optimal normal abnormal nominal passed pass valid invalid verified unverified accepted
    accept rejected reject denied deny allowed allow permitted permit granted refused blocked block
    unblocked dropped drop lost recovered recovering restored retry retrying timeout timedout expired
    renewed locked unlocked mounted unmounted loaded unloaded armed disarmed synced unsynced
    synchronized unsynchronized insync outofsync rebuilding resync corrupt corrupted clean dirty unknown
    pending ready notready faulty fault faulted broken flapping stable unstable high low raised set
    unset added removed created deleted login logout logon logoff authenticated unauthenticated
    registered unregistered bound unbound start stop begin end enter leave joined left overload
    overloaded exceeded exhausted triggered resolved firing acked acknowledged suspected halted frozen
    stalled quarantined detected undetected infected warm cold dropping passing fallback failover
    failback
    """
)

# Keys whose values tell a state. A word value is literal and goes into `status`; numbers are zero or not
# zero.
STATUS_KEYS = _words(
    """
    status stat state result outcome severity level loglevel health rc ret retval retcode returncode exitcode
    code errno error err condition availability link linkstatus link_status linkstate carrier operstate
    adminstate oper_status admin_status newstate oldstate new_state old_state newstatus oldstatus
    verdict polarity substate sub_state activestate substatus
    """
)

# Keys whose values name what happened. A word value is literal, but no status slot.
EVENT_KEYS = _words(
    """
    action act event eventtype event_type type subtype sub_type eventname event_name reason cause msg
    message logdesc desc description operation op optype op_type verb method phase category cat class
    alarm alert role mode signal exception
    """
)

# Values of other keys that mean true or false say a state only together with such a key.
BOOLEAN_KEYS = _words(
    """
    ok success successful succeeded enabled disabled connected up down alive online available active
    healthy reachable ready valid locked open closed failed degraded passed allowed running synced
    established established present
    """
)
BOOLEAN_WORDS = _words(
    """
    true false yes no
    """
)

# What may stand after "user" without being a name.
NOT_A_USER = _words(
    """
    unknown is was has had not name id and or from to in on by with for at of who does did may can
    cannot will would must should could authentication login logon logout logged account accounts
    session sessions request requests requested input interface data mode space process processes agent
    agents group groups password passwords database directory home list lookup info information
    permissions permission rights error errors failed auth manager service slice runtime limit limits
    quota added removed created deleted disconnected connected closed exited aborted canceled cancelled
    interrupt supplied defined specified specific the a an no access activity action already
    """
)

TIME_UNITS = _words(
    """
    ns nsec nsecs us usec usecs µs μs ms msec msecs millis s sec secs min mins hr hrs nanosecond
    nanoseconds microsecond microseconds millisecond milliseconds second seconds second(s) sec(s) minute
    minutes minute(s) hour hours hour(s) day days day(s) week weeks month months year years
    """
)
SIZE_UNITS = _words(
    """
    b byte bytes byte(s) octets kb mb gb tb pb kib mib gib tib pib kbyte kbytes mbyte mbytes gbyte
    gbytes kilobytes megabytes gigabytes
    """
)
RATE_UNITS = _words(
    """
    bps kbps mbps gbps tbps kbit/s mbit/s gbit/s b/s kb/s mb/s gb/s kib/s mib/s gib/s b/sec kb/sec
    mb/sec bytes/s bytes/sec bits/s bits/sec pps iops req/s reqs/s ops/s rps qps msg/s
    """
)

TOP_DOMAINS = (
    "com|net|org|edu|gov|mil|int|info|biz|io|dev|cloud|local|localdomain|lan|internal|intranet|corp|home|arpa|example"
    "|test|invalid"
)
# Those of names in capitals alone (`IN-ADDR.ARPA`, realms of Kerberos); the rest are words of code more often.
TOP_DOMAINS_CAPITAL = "COM|NET|ORG|EDU|GOV|LOCAL|LOCALDOMAIN|LAN|CORP|INTRANET|ARPA|EXAMPLE"
COUNTRY_DOMAINS = (
    "de|uk|fr|ru|cn|jp|kr|br|it|nl|pl|es|se|fi|dk|ch|at|be|au|ca|us|eu|cz|gr|tr|ua|pt|hk|tw|sg|il|mx|ar|nz|ie|ro|hu"
    "|bg|th|vn|za|in|ir|lt|lv|ee|si|sk|hr|rs|cl|co|pe|ph|my|ac"
)
# A dotted name that begins with one of these is the name of a class or a package, not a host.
REVERSED_DOMAINS = "com|org|net|edu|gov|io|de|cn|java|javax|jdk|sun|android|kotlin|scala|system|microsoft"

FILE_ENDINGS = (
    "log|txt|conf|cfg|cnf|ini|xml|json|ya?ml|toml|properties|jar|war|zip|gz|tgz|bz0|bz|xz|zst|tar|rpm|deb|dll|exe|sys|pid"
    "|sock|lock|tmp|bak|csv|sql|db|sqlite|dat|bin|img|iso|qcow0|vmdk|pem|crt|cer|key|html?|php|jsp|aspx?|css|png|jpe?g|gif"
    "|pdf|plist|mui|cab|msi|cat|mum|nib|kext|app|bundle|framework|dylib|ko|out|err|journal|seg|idx|wal|swp|cache|dmp|core|java|scala|kt|py|pyc|cc|cpp|cxx|hpp|hh|rs|rb|erl|lua|pl|sh|aof|rdb"
)
UNIT_ENDINGS = "service|socket|mount|automount|timer|scope|slice|target|device"

# Keys whose values are names, whatever the word: never literal.
NAME_KEYS = _words(
    """
    user username usr login account acct suser duser ruser logname uid euid name host hostname rhost
    shost dhost device devname devid interface iface ifname peer file filename path pid id sn src dst
    tag process proc exe comm app pkg vd
    """
)

# Opposites: the strictest list. They survive even inside an identifier (`eth0-down`) and as the value of a
# name key.
POLAR_WORDS = _words(
    """
    up down on off open opened close closed online offline connected disconnected connect disconnect
    success succeeded successful fail failed failure ok error started stopped start stop enabled
    disabled enable disable active inactive attached detached locked unlocked mounted unmounted
    established lost recovered restored degraded healthy unhealthy alive dead available unavailable
    reachable unreachable allow allowed deny denied accept accepted reject rejected login logout logon
    logoff
    """
)

ARCHITECTURES = "(?:amd0|all|any|arm0|armhf|armel|i0|ppc0el|riscv0|s0x|mips0el)"
