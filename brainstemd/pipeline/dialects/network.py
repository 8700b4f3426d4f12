"""A host's network managers: NetworkManager, systemd-networkd, wpa_supplicant, hostapd, snmpd (NetworkManager.conf(5), nm-device states;
systemd-networkd(8); wpa_supplicant control interface events; net-snmp snmpd(8)).
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

from brainstemd.pipeline.phrases import IP, Family, Program, phrase

_DEVICE = r"device \((?P<entity>[\w.@-]{1,32})\): "
_NM = (
    phrase("state change", rf"{_DEVICE}state change: [\w-]{{1,20}} -> activated", "state", "up", "success", "interface"),
    phrase("state change", rf"{_DEVICE}state change: [\w-]{{1,20}} -> failed", "state", "down", "failure", "interface"),
    phrase("state change", rf"{_DEVICE}state change: [\w-]{{1,20}} -> (?:deactivating|disconnected|unmanaged|unavailable) \(reason '(?:user-requested|removed|unmanaged|sleeping)", "state", "down", None, "interface", orderly=True),
    phrase("state change", rf"{_DEVICE}state change: activated -> (?:unavailable|disconnected|deactivating|failed)", "state", "down", None, "interface"),
    phrase("state change", rf"{_DEVICE}state change: ", "state", kind="interface"),
    phrase("supplicant interface state", rf"{_DEVICE}supplicant interface state: [\w-]{{1,24}} -> completed", "supplicant", "up", "success", "interface"),
    phrase("supplicant interface state", rf"{_DEVICE}supplicant interface state: completed -> disconnected", "supplicant", "down", None, "interface"),
    phrase("supplicant interface state", rf"{_DEVICE}supplicant interface state: ", "supplicant", kind="interface"),
    phrase("link connected", rf"{_DEVICE}(?:carrier: )?link connected", "link", "up", None, "interface"),
    phrase("link disconnected", rf"{_DEVICE}(?:carrier: )?link disconnected", "link", "down", None, "interface"),
    phrase("Activation: failed", rf"{_DEVICE}Activation: failed", "activate", "neutral", "failure", "interface"),
    phrase("Activation: successful", rf"{_DEVICE}Activation: successful", "activate", "up", "success", "interface"),
    phrase("request timed out", r"dhcp[46] \((?P<entity>[\w.@-]{1,32})\): request timed out", "lease", "neutral", "failure", "interface"),
    phrase("state is now", r"NetworkManager state is now CONNECTED_(?:GLOBAL|SITE)", "connectivity", "up", "success"),
    phrase("state is now", r"NetworkManager state is now (?:DISCONNECTED|CONNECTED_LOCAL)", "connectivity", "down"),
    phrase("state is now", r"NetworkManager state is now ", "connectivity"),
)  # fmt: skip

_LINK = r"^(?P<entity>[\w.@-]{1,32}): "
_NETWORKD = (
    phrase("Lost carrier", rf"{_LINK}Lost carrier", "link", "down", None, "interface"),
    phrase("Gained carrier", rf"{_LINK}Gained carrier", "link", "up", None, "interface"),
    phrase("Link DOWN", rf"{_LINK}Link DOWN", "link", "down", None, "interface"),
    phrase("Link UP", rf"{_LINK}Link UP", "link", "up", None, "interface"),
    phrase("DHCP lease lost", rf"{_LINK}DHCP(?:v4)? lease lost", "lease", "down", "failure", "interface"),
    phrase("acquired from", rf"{_LINK}DHCPv[46] address (?P<src>{IP})/\d{{1,3}}.{{0,60}} acquired from (?P<dst>{IP})", "lease", "neutral", "success", "interface"),
    phrase("Failed", rf"{_LINK}Failed", "configure", "neutral", "failure", "interface"),
    phrase(": ", rf"{_LINK}(?:Gained IPv6LL|Configured|Link is not managed|Reconfiguring)", "configure", kind="interface"),
)  # fmt: skip

_WPA = (
    phrase("CTRL-EVENT-DISCONNECTED", rf"{_LINK}(?P<code>CTRL-EVENT-DISCONNECTED).{{0,80}}locally_generated=1", "disconnect", "down", None, "interface", orderly=True),
    phrase("CTRL-EVENT-DISCONNECTED", rf"{_LINK}(?P<code>CTRL-EVENT-DISCONNECTED)", "disconnect", "down", None, "interface"),
    phrase("CTRL-EVENT-CONNECTED", rf"{_LINK}(?P<code>CTRL-EVENT-CONNECTED)", "connect", "up", "success", "interface"),
    phrase("CTRL-EVENT-", rf"{_LINK}(?P<code>CTRL-EVENT-(?:ASSOC-REJECT|AUTH-REJECT|SSID-TEMP-DISABLED|EAP-FAILURE))", "connect", "neutral", "failure", "interface"),
    phrase("CTRL-EVENT-", rf"{_LINK}(?P<code>CTRL-EVENT-[A-Z-]{{2,40}})", "event", kind="interface"),
    phrase(" STA ", r"^(?P<iface>[\w.-]{1,32}): STA [0-9a-f:]{17} ", "station"),
    phrase("AP-STA-", r"^(?P<iface>[\w.-]{1,32}): (?P<code>AP-STA-[A-Z-]{2,30}) ", "station"),
    phrase("AP-DISABLED", rf"{_LINK}(?P<code>AP-DISABLED)", "ap-state", "down", None, "interface"),
    phrase("AP-ENABLED", rf"{_LINK}(?P<code>AP-ENABLED)", "ap-state", "up", None, "interface"),
)  # fmt: skip

_SNMPD = (
    phrase("REFUSED", rf"Connection from (?:UDP|TCP)6?: \[?(?P<src>{IP}?)\]?:(?P<sport>\d{{1,5}}).{{0,80}}REFUSED", "connect", "neutral", "failure"),
    phrase("Connection from", rf"Connection from (?:UDP|TCP)6?: \[(?P<src>{IP})\]:(?P<sport>\d{{1,5}})(?:->\[(?P<dst>{IP})\]:(?P<dport>\d{{1,5}}))?", "connect"),
    phrase("uthentication failed", r"[Aa]uthentication failed(?: for (?:user )?(?P<user>[\w.@-]{1,64}))?(?: from (?P<src>[0-9a-fA-F:.]{2,45}))?", "login", "neutral", "failure", "user"),
    phrase("NET-SNMP version", r"NET-SNMP version", "start", "up", "success"),
    phrase("Received TERM", r"Received TERM", "stop", "down", orderly=True),
    phrase("rror opening specified endpoint", r"Error opening specified endpoint", "start", "down", "failure"),
    phrase("rror on subcontainer", r"error on subcontainer", "error", "neutral", "failure"),
    phrase("Cannot statfs", r"Cannot statfs (?P<entity>/\S{0,128}?):", "statfs", "neutral", "failure", "volume"),
)  # fmt: skip

_AP = Program("hostap", "hostapd", _WPA)

DIALECT = Family(
    "network",
    {
        "networkmanager": Program("networkmanager", "networkmanager", _NM),
        "systemd-networkd": Program("systemd", "networkd", _NETWORKD),
        "wpa_supplicant": Program("hostap", "wpa_supplicant", _WPA),
        "hostapd": _AP,
        "snmpd": Program("net-snmp", "snmpd", _SNMPD),
    },
)
