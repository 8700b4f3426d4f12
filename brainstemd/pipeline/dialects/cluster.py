"""Clusters as their members tell: Pacemaker, Patroni, Ceph, GlusterFS, Consul, Nomad, Vault, etcd, ZooKeeper, Kafka, RabbitMQ,
Elasticsearch and OpenSearch, MongoDB before 4.4, Galera's arbitrator (each project's manual, chapter on logging and monitoring;
Ceph "Health checks"; MongoDB "Log messages").

Members, replicas and resources stand; connections that are tried are attempts. What they write as JSON is `json_body`'s.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

from brainstemd.pipeline.phrases import IP, Family, Program, phrase

_NAME = r"[\w@.:-]{1,128}"

_PACEMAKER = (
    phrase(" is now lost", rf"Node (?P<entity>{_NAME}) state is now lost", "node-state", "down", "failure", "node"),
    phrase(" is now member", rf"Node (?P<entity>{_NAME}) state is now member", "node-state", "up", "success", "node"),
    phrase("Result of probe", rf"Result of probe operation for (?P<entity>{_NAME}) on {_NAME}: ", "probe", kind="service"),  # whether it runs already
    phrase("Result of ", rf"Result of monitor operation for (?P<entity>{_NAME}) on {_NAME}: (?:\d{{1,3}} \()?(?:not running|error|failed|unknown error|Timed Out|degraded|promoted \(failed)", "monitor", "down", "failure", "service"),
    phrase("Result of ", rf"Result of monitor operation for (?P<entity>{_NAME}) on {_NAME}: (?:\d{{1,3}} \()?(?:ok|promoted)", "monitor", "up", "success", "service"),
    phrase("Result of ", rf"Result of (?:start|promote) operation for (?P<entity>{_NAME}) on {_NAME}: (?:0 \()?ok", "start", "up", "success", "service"),
    phrase("Result of ", rf"Result of (?:start|promote) operation for (?P<entity>{_NAME}) on {_NAME}: ", "start", "down", "failure", "service"),
    phrase("Result of ", rf"Result of stop operation for (?P<entity>{_NAME}) on {_NAME}: (?:0 \()?ok", "stop", "down", None, "service", orderly=True),
    phrase("Result of ", rf"Result of (?:stop|demote|migrate_to|migrate_from|notify) operation for (?P<entity>{_NAME}) on {_NAME}: (?!ok|0 )", "stop", "neutral", "failure", "service"),
    phrase(" targeting ", rf"Operation '(?:reboot|off)' targeting (?P<entity>{_NAME}) .{{0,200}}: (?:OK|complete)", "fence", "down", "success", "node"),
    phrase(" targeting ", rf"Operation '(?:reboot|off|on)' targeting (?P<entity>{_NAME}) ", "fence", "neutral", "failure", "node"),
    phrase(" will be fenced", rf"[Nn]ode (?P<entity>{_NAME}) will be fenced", "fence", "neutral", None, "node"),
    phrase("exited with status", r"error: (?P<entity>[a-z-]{1,40})\[\d{1,10}\] exited with status [1-9]", "exit", "down", "failure", "service"),
    phrase("uorum lost", r"[Qq]uorum lost", "quorum", "down", "failure"),
    phrase("uorum acquired", r"[Qq]uorum acquired", "quorum", "up", "success"),
)  # fmt: skip

_PATRONI = (
    phrase("promoted self", r"INFO: promoted self to leader", "promote", "neutral", "success"),
    phrase("demoted self because", r"INFO: demoted self because (?:DCS is not accessible|.{0,60}failed)", "demote", "down", "failure"),
    phrase("demot", r"INFO: demot(?:ed|ing) self", "demote"),
    phrase("Request failed to", rf"Request failed to (?P<entity>{_NAME}): [A-Z]{{3,7}} https?://(?P<dst>\[[^\]]{{1,45}}\]|[\d.]{{7,15}})?", "request", "neutral", "failure", "node"),
    phrase("communicating with DCS", r"ERROR: Error communicating with DCS", "dcs", "neutral", "failure"),
    phrase("system ID mismatch", rf"system ID mismatch, node (?P<entity>{_NAME}) ", "join", "neutral", "failure", "node"),
    phrase("no action.", r"INFO: no action\. ", "cycle"),
)  # fmt: skip

_CHECK = r"\((?P<code>(?P<entity>[A-Z][A-Z0-9_]{2,60}))\)"
_CEPH = (
    phrase("Health check failed", rf"Health check failed: .{{1,300}}{_CHECK}", "health-check", "down", "failure", "service"),
    phrase("Health check cleared", r"Health check cleared: (?P<code>(?P<entity>[A-Z][A-Z0-9_]{2,60}))", "health-check", "up", "success", "service"),
    phrase("Health check update", rf"Health check update: .{{1,300}}{_CHECK}", "health-check", "neutral", "failure", "service"),
    phrase("marked itself down", r"(?P<entity>(?:osd|mds)\.\w{1,64}) marked itself down", "marked-down", "down", None, "node", orderly=True),
    phrase("marked down", r"(?P<entity>(?:osd|mds|mon|mgr)\.\w{1,64}) marked down", "marked-down", "down", "failure", "node"),
    phrase(" failed (", r"(?P<entity>(?:osd|mds|mon|mgr)\.\w{1,64}) failed \(", "failed", "down", "failure", "node"),
    phrase(" boot", r"(?P<entity>osd\.\d{1,6}) (?:\[[^\]]{1,200}\] |[\w.:/\[\]]{1,80} )?boot$", "boot", "up", "success", "node"),
    phrase("no reply from", rf"heartbeat_check: no reply from (?P<dst>{IP}?):\d{{1,5}} (?P<entity>osd\.\d{{1,6}}) ", "heartbeat", "neutral", "failure", "node"),
    phrase("Cluster is now healthy", r"Cluster is now healthy", "health", "up", "success"),
    phrase("slow request", r"slow requests?(?: \[|, |\b)", "slow-requests", "neutral", "failure"),
)  # fmt: skip

_GFS_CODE = r"(?:\[MSGID: (?P<code>\d{4,7})\] )?"
_GLUSTER = (
    phrase("has disconnected from", rf"{_GFS_CODE}\[[^\]]{{1,120}}\] \S{{1,64}}: Peer <(?P<entity>[^>]{{1,128}})> .{{0,120}}has disconnected from", "peer", "down", "failure", "node"),
    phrase("onnected to peer", rf"{_GFS_CODE}\[[^\]]{{1,120}}\] \S{{1,64}}: [Cc]onnected to peer <?(?P<entity>[^>\s]{{1,128}})", "peer", "up", "success", "node"),
    phrase("disconnected from", rf"{_GFS_CODE}\[[^\]]{{1,120}}\] \S{{1,64}}: disconnected from (?P<entity>[\w-]{{1,128}})", "brick", "down", "failure", "volume"),
    phrase("Connected to", rf"{_GFS_CODE}\[[^\]]{{1,120}}\] \S{{1,64}}: Connected to (?P<entity>[\w-]{{1,128}})", "brick", "up", "success", "volume"),
    phrase("has not responded in the last", rf"{_GFS_CODE}\[[^\]]{{1,120}}\] \d{{1,4}}-(?P<entity>[\w-]{{1,128}}): server (?P<dst>{IP}?):\d{{1,5}} has not responded", "ping", "down", "failure", "volume"),
    phrase("health-check failed", rf"{_GFS_CODE}\[[^\]]{{1,120}}\] \d{{1,4}}-(?P<entity>[\w-]{{1,128}}): .{{0,40}}health-check failed", "health-check", "down", "failure", "volume"),
    phrase("MSGID: ", r"\] E \[MSGID: (?P<code>\d{4,7})\] ", "error", "neutral", "failure"),
)  # fmt: skip

_HASHICORP = (
    phrase("EventMemberFailed", rf"EventMemberFailed: (?P<entity>{_NAME}) (?P<src>{IP})", "member", "down", "failure", "node"),
    phrase("EventMemberJoin", rf"EventMemberJoin: (?P<entity>{_NAME}) (?P<src>{IP})", "member", "up", "success", "node"),
    phrase("EventMemberLeave", rf"EventMember(?:Leave|Reap)[^:]{{0,12}}: (?P<entity>{_NAME}) (?P<src>{IP})", "member", "down", None, "node", orderly=True),
    phrase("is now critical", rf"Check (?:\"(?P<code>[^\"]{{1,128}})\" )?is now critical: check=(?P<entity>{_NAME})", "check", "down", "failure", "service"),
    phrase("is now critical", r"Check \"(?P<entity>[^\"]{1,128})\" is now critical", "check", "down", "failure", "service"),
    phrase("Synced check", rf"Synced check(?:: check=| \")(?P<entity>{_NAME})", "check", kind="service"),
    phrase("establish leadership", r"failed to establish leadership", "leadership", "neutral", "failure"),
    phrase("No cluster leader", r"No cluster leader", "leadership", "down", "failure"),
    phrase("luster leadership acquired", r"luster leadership acquired", "leadership", "up", "success"),
    phrase("node TTL expired", rf"node TTL expired: node_id=(?P<entity>{_NAME})", "heartbeat", "down", "failure", "node"),
    phrase("vault is sealed", r"vault is sealed", "seal", "down"),
    phrase("vault is unsealed", r"vault is unsealed", "unseal", "up", "success"),
)  # fmt: skip

_ETCD = (
    phrase("lost the TCP streaming", rf"lost the TCP streaming connection with peer (?P<entity>{_NAME})", "peer", "down", "failure", "node"),
    phrase("established a TCP streaming", rf"established a TCP streaming connection with peer (?P<entity>{_NAME})", "peer", "up", "success", "node"),
    phrase("became inactive", rf"peer (?P<entity>{_NAME}) became inactive", "peer", "down", "failure", "node"),
    phrase("became active", rf"peer (?P<entity>{_NAME}) became active", "peer", "up", "success", "node"),
    phrase("health check for peer", rf"health check for peer (?P<entity>{_NAME}) could not connect(?:: dial tcp (?P<dst>{IP}?):\d{{1,5}}: )?", "health-check", "neutral", "failure", "node"),
    phrase("elected leader", r"elected leader \w{1,32} at term", "election", "neutral", "success"),
    phrase("lost leader", r"lost leader \w{1,32} at term", "election", "down", "failure"),
    phrase("NOSPACE", r"alarm.{0,40}NOSPACE", "alarm", "down", "failure"),
)  # fmt: skip

_ZOOKEEPER = (
    phrase("Cannot open channel to", rf"Cannot open channel to \d{{1,6}} at election address (?P<entity>[\w.-]{{0,128}})/(?:<unresolved>|(?P<dst>{IP}?)):\d{{1,5}}", "election", "neutral", "failure", "node"),
    phrase("Exception when following the leader", r"Exception when following the leader", "follow", "neutral", "failure"),
    phrase("Expiring session", r"Expiring session 0x", "session"),
)  # fmt: skip

_KAFKA = (
    phrase("deleted brokers: ", r"deleted brokers: (?P<entity>\d[\d,]{0,60}),", "broker", "down", "failure", "node"),
    phrase("Newly added brokers: ", r"Newly added brokers: (?P<entity>\d[\d,]{0,60}),", "broker", "up", "success", "node"),
    phrase("connection to broker", rf"connection to broker (?P<entity>(?P<dst>{IP}?)|[\w.-]{{1,128}}):\d{{1,5}} .{{0,60}}was unsuccessful", "connect", "neutral", "failure", "node"),
    phrase("Connection to node", rf"Connection to node -?\d{{1,6}} \((?P<entity>[\w.-]{{0,128}})/(?P<dst>{IP}?):\d{{1,5}}\) could not be established", "connect", "neutral", "failure", "node"),
    phrase("hrinking ISR", r"Partition (?P<entity>[\w.-]{1,128}) .{0,40}Shrinking ISR from", "isr", "down", "failure", "service"),
    phrase("xpanding ISR", r"Partition (?P<entity>[\w.-]{1,128}) .{0,40}Expanding ISR from", "isr", "up", "success", "service"),
    phrase(" ERROR ", r"^\[[\d :,-]{19,24}\] ERROR ", "error", "neutral", "failure"),
    phrase(" FATAL ", r"^\[[\d :,-]{19,24}\] FATAL ", "error", "down", "failure"),
)  # fmt: skip

_AMQP = rf"\((?P<src>{IP}?):(?P<sport>\d{{1,5}}) -> (?P<dst>{IP}?):(?P<dport>\d{{1,5}})"
_RABBIT = (
    phrase("rabbit on node", rf"rabbit on node '?(?P<entity>{_NAME})'? down", "node", "down", "failure", "node"),
    phrase("rabbit on node", rf"rabbit on node '?(?P<entity>{_NAME})'? up", "node", "up", "success", "node"),
    phrase("login refused", rf"{_AMQP}.{{0,60}}login refused: user '(?P<user>[^']{{1,128}})'", "login", "neutral", "failure", "user"),
    phrase("authenticated and granted", rf"{_AMQP}\): user '(?P<user>[^']{{1,128}})' authenticated and granted", "login", "neutral", "success", "user"),
    phrase("alarm set", rf"(?P<code>memory|disk|file_descriptor)\w{{0,16}}(?: resource limit)? alarm set on node '?(?P<entity>{_NAME}?)'?\.?$", "alarm", "down", "failure", "node"),
    phrase("alarm cleared", rf"(?P<code>memory|disk|file_descriptor)\w{{0,16}}(?: resource limit)? alarm cleared on node '?(?P<entity>{_NAME}?)'?\.?$", "alarm", "up", "success", "node"),
    phrase("partitioned_network", rf"inconsistent_database, \w{{1,60}}partitioned_network, '?(?P<entity>{_NAME})'?", "partition", "down", "failure", "node"),
    phrase("closing AMQP connection", rf"closing AMQP connection .{{0,40}}{_AMQP}", "disconnect"),
)  # fmt: skip

_ELASTIC = (
    phrase("health status changed", r"health status changed from \[\w{3,6}\] to \[RED\]", "health", "down", "failure"),
    phrase("health status changed", r"health status changed from \[RED\] to \[(?:GREEN|YELLOW)\]|health status changed from \[YELLOW\] to \[GREEN\]", "health", "up", "success"),
    phrase("health status changed", r"health status changed from \[GREEN\] to \[YELLOW\]", "health", "neutral", "failure"),
    phrase("node-left", r"node-left\[\{(?P<entity>[^}]{1,128})\}", "node", "down", "failure", "node"),
    phrase("node-join", r"node-join\[\{(?P<entity>[^}]{1,128})\}", "node", "up", "success", "node"),
    phrase("disk watermark", r"(?P<code>low|high|flood[\w ]{0,12}) disk watermark \[[^\]]{1,20}\] exceeded on \[[^\]]{1,64}\]\[(?P<entity>[^\]]{1,128})\]", "watermark", "neutral", "failure", "node"),
    phrase("master not discovered", r"master not discovered", "discovery", "down", "failure"),
    phrase("Authentication of", r"Authentication of \[(?P<user>[^\]]{1,128})\] was terminated", "login", "neutral", "failure", "user"),
)  # fmt: skip

_MONGO = (
    phrase("is now in state", rf"Member (?P<entity>{_NAME}) is now in state (?:DOWN|RECOVERING|ROLLBACK|REMOVED|UNKNOWN)", "member", "down", "failure", "node"),
    phrase("is now in state", rf"Member (?P<entity>{_NAME}) is now in state (?:PRIMARY|SECONDARY|ARBITER)", "member", "up", "success", "node"),
    phrase("authentication failed", rf"authentication failed for (?P<user>\S{{1,128}}) on \S{{1,64}} from client (?P<src>{IP}?):(?P<sport>\d{{1,5}})", "login", "neutral", "failure", "user"),
    phrase("Successfully authenticated", rf"Successfully authenticated as principal (?P<user>\S{{1,128}}) on \S{{1,64}}(?: from client (?P<src>{IP}?):(?P<sport>\d{{1,5}}))?", "login", "neutral", "success", "user"),
    phrase("Error in heartbeat", rf"Error in heartbeat .{{0,80}}to (?P<entity>{_NAME}),", "heartbeat", "neutral", "failure", "node"),
)  # fmt: skip

_GALERA = (
    phrase("connection to peer", rf"connection to peer \w{{1,40}} with addr \w{{1,6}}://(?P<entity>(?P<dst>{IP}?)):\d{{1,5}} timed out", "peer", "neutral", "failure", "node"),
    phrase("evs::proto", r"declaring \w{1,40} at \w{1,6}://(?P<entity>[\w.-]{1,128}):\d{1,5} stable", "peer", "up", "success", "node"),
    phrase("forgetting", r"forgetting \w{1,40} \(\w{1,6}://(?P<entity>[\w.-]{1,128}):\d{1,5}\)", "peer", "down", "failure", "node"),
    phrase("SYNCED", r"Shifting .{1,60} -> SYNCED", "state", "up", "success"),
)  # fmt: skip

_PCMK = Program("pacemaker", "pacemaker", _PACEMAKER)
_CEPHD = Program("ceph", "ceph", _CEPH)
_GFS = Program("gluster", "glusterfs", _GLUSTER)
_KAFKAD = Program("apache", "kafka", _KAFKA)
_MQ = Program("rabbitmq", "rabbitmq", _RABBIT)

DIALECT = Family(
    "cluster",
    {
        **dict.fromkeys(("pacemakerd", "pacemaker-controld", "pacemaker-execd", "pacemaker-fenced"), _PCMK),
        **dict.fromkeys(
            ("pacemaker-attrd", "pacemaker-based", "pacemaker-schedulerd", "crmd", "lrmd"), _PCMK
        ),
        **dict.fromkeys(("stonith-ng", "pengine"), _PCMK),
        "patroni": Program("patroni", "patroni", _PATRONI),
        **dict.fromkeys(("ceph", "ceph-mon", "ceph-osd", "ceph-mds", "ceph-mgr"), _CEPHD),
        **dict.fromkeys(("glusterd", "glusterfsd", "glusterfs", "glustershd"), _GFS),
        "consul": Program("hashicorp", "consul", _HASHICORP),
        "nomad": Program("hashicorp", "nomad", _HASHICORP),
        "vault": Program("hashicorp", "vault", _HASHICORP),
        "etcd": Program("etcd", "etcd", _ETCD),
        "zookeeper": Program("apache", "zookeeper", _ZOOKEEPER),
        "kafka": _KAFKAD,
        "kafka-server": _KAFKAD,
        "rabbitmq": _MQ,
        "rabbitmq-server": _MQ,
        "elasticsearch": Program("elastic", "elasticsearch", _ELASTIC),
        "opensearch": Program("opensearch", "opensearch", _ELASTIC),
        "mongod": Program("mongodb", "mongodb", _MONGO),
        "mongos": Program("mongodb", "mongodb", _MONGO),
        "garbd": Program("percona", "xtradb", _GALERA),
    },
)
