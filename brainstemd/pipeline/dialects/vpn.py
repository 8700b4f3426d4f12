"""Tunnels beside strongSwan: OpenVPN, Libreswan's pluto, wg-quick, pppd (OpenVPN 2.6 manual; Libreswan FAQ "reading the logs"; wg-quick(8);
pppd(8)).

A site's tunnel stands; a remote user's session (OpenVPN prefixes its lines with `user/address:port`) comes and goes: neutral.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

from brainstemd.pipeline.phrases import IP, Family, Program, phrase

_PEER = rf"^(?:(?P<user>[^\s/:]{{1,128}})/)?(?:\[AF_INET6?\])?(?P<src>{IP}?):(?P<sport>\d{{1,5}}) "
_OPENVPN = (
    phrase("Peer Connection Initiated", rf"^(?:\[AF_INET6?\])?(?P<src>{IP}?):(?P<sport>\d{{1,5}}) \[(?P<user>[^\]]{{1,128}})\] Peer Connection Initiated", "connect", "neutral", "success", "user"),
    phrase("Peer Connection Initiated", rf"\[(?P<entity>[^\]]{{1,128}})\] Peer Connection Initiated with \[AF_INET6?\](?P<dst>{IP}?):(?P<dport>\d{{1,5}})", "connect", "neutral", "success", "tunnel"),
    phrase("Initialization Sequence Completed", r"Initialization Sequence Completed", "connect", "up", "success"),
    phrase("verification failed for peer", rf"{_PEER}TLS Auth Error: Auth Username/Password verification failed for peer", "login", "neutral", "failure", "user"),
    phrase("AUTH_FAILED", r"AUTH_FAILED", "login", "neutral", "failure"),
    phrase("succeeded for username", rf"(?:{_PEER})?TLS: Username/Password authentication succeeded for username", "login", "neutral", "success", "user"),
    phrase("VERIFY ERROR", rf"(?:^(?P<src>{IP}?):(?P<sport>\d{{1,5}}) )?VERIFY ERROR: depth=\d, error=[^:]{{1,80}}: .{{0,120}}?CN=(?P<entity>[^,/]{{1,128}})", "verify", "neutral", "failure", "certificate"),
    phrase("TLS Error:", rf"{_PEER}TLS Error: ", "negotiate", "neutral", "failure"),
    phrase("TLS Error:", r"^TLS Error: (?:TLS key negotiation|TLS handshake) failed", "negotiate", "down", "failure"),
    phrase("TLS Error:", rf"TLS Error: .{{0,80}}from \[AF_INET6?\](?P<src>{IP}?):(?P<sport>\d{{1,5}})", "negotiate", "neutral", "failure"),
    phrase("Inactivity timeout", rf"{_PEER}\[[^\]]{{1,128}}\] Inactivity timeout", "timeout", kind="user"),
    phrase("Inactivity timeout", r"(?:\[(?P<entity>[^\]]{1,128})\] )?Inactivity timeout \(--ping-(?:restart|exit)\)", "timeout", "down", "failure", "tunnel"),
    phrase("client-instance", rf"{_PEER}SIG[A-Z0-9]{{3,5}}\[[^\]]{{0,40}}\] received, client-instance", "disconnect", kind="user"),
    phrase("process exiting", r"SIG(?:TERM|INT)\[[^\]]{0,40}\] received, process exiting", "stop", "down", orderly=True),
    phrase("process restarting", r"SIG(?:HUP)\[[^\]]{0,40}\] received, process restarting", "restart", "neutral", orderly=True),
    phrase("process restarting", r"SIGUSR1\[[^\]]{0,40}\] received, process restarting", "restart", "down"),
    phrase("Connection reset, restarting", rf"{_PEER}Connection reset, restarting", "disconnect", kind="user"),
    phrase("Connection reset, restarting", r"Connection reset, restarting", "disconnect", "down", "failure"),
    phrase("packet rejected", rf"Incoming packet rejected from \[AF_INET6?\](?P<src>{IP}?):(?P<sport>\d{{1,5}})", "reject", "neutral", "failure"),
    phrase("device", r"TUN/TAP device (?P<iface>[\w.-]{1,32}) opened", "open"),
    phrase("MULTI", rf"^(?P<user>[^\s/:]{{1,128}})/(?P<src>{IP}?):(?P<sport>\d{{1,5}}) MULTI", "assign", kind="user"),
)  # fmt: skip

_LEAD = rf"^\"(?P<entity>[^\"]{{1,128}})\"(?:\[\d{{1,6}}\])?(?: (?P<dst>{IP}))?(?: #\d{{1,10}})?:"
_PLUTO = (
    phrase("established", rf"{_LEAD} .{{0,160}}?IPsec SA established", "established", "up", "success", "tunnel"),
    phrase("established", rf"{_LEAD} .{{0,160}}?(?:established Child SA|(?:ISAKMP|IKE|Child) SA established|established IKE SA|initiator established|responder established)", "established", "up", "success", "tunnel"),
    phrase("declaring peer dead", rf"{_LEAD} .{{0,80}}declaring peer dead", "dpd", "down", "failure", "tunnel"),
    phrase("iveness", rf"{_LEAD} .{{0,80}}liveness (?:action|timeout)", "dpd", "down", "failure", "tunnel"),
    phrase("DPD: ", rf"{_LEAD} DPD: (?:action|could not|No response)", "dpd", "down", "failure", "tunnel"),
    phrase("retransmissions", rf"{_LEAD} .{{0,120}}max number of retransmissions", "give-up", "down", "failure", "tunnel"),
    phrase("second timeout exceeded", rf"{_LEAD} .{{0,80}}second timeout exceeded after", "give-up", "down", "failure", "tunnel"),
    phrase("AUTHENTICATION_FAILED", rf"{_LEAD} .{{0,160}}(?P<code>AUTHENTICATION_FAILED)", "authenticate", "neutral", "failure", "tunnel"),
    phrase("NO_PROPOSAL_CHOSEN", rf"{_LEAD} .{{0,160}}(?P<code>NO_PROPOSAL_CHOSEN)", "negotiate", "neutral", "failure", "tunnel"),
    phrase("terminating SAs", rf"{_LEAD} terminating SAs using this connection", "terminate", "down", None, "tunnel", orderly=True),
    phrase("received Delete", rf"{_LEAD} received Delete SA", "delete", "down", None, "tunnel", orderly=True),
    phrase("deleting", rf"{_LEAD} deleting (?:other )?(?:state|IKE SA|Child SA)", "delete", "neutral", None, "tunnel"),
    phrase("initiating", rf"{_LEAD} initiating", "initiate", "neutral", None, "tunnel"),
    phrase("packet from", rf"packet from (?P<src>{IP}?):(?P<sport>\d{{1,5}}): .{{0,200}}(?:no connection has been authorized|no suitable connection|malformed|ignoring|dropping)", "reject", "neutral", "failure"),
    phrase("EXPECTATION FAILED", r"EXPECTATION FAILED", "assertion", "neutral", "failure"),
)  # fmt: skip

_WG = (
    phrase("ip link add", r"\[#\] ip link add (?:dev )?(?P<entity>[\w.-]{1,32}) type wireguard", "create", "neutral", None, "tunnel"),
    phrase(" up dev ", r"\[#\] ip link set .{0,40}up dev (?P<entity>[\w.-]{1,32})", "up", "up", "success", "tunnel"),
    phrase("ip link delete", r"\[#\] ip link delete dev (?P<entity>[\w.-]{1,32})", "down", "down", None, "tunnel", orderly=True),
    phrase("already exists", r"`(?P<entity>[\w.-]{1,32})' already exists", "create", "neutral", "failure", "tunnel"),
    phrase("is not a WireGuard interface", r"`(?P<entity>[\w.-]{1,32})' is not a WireGuard interface", "down", "neutral", "failure", "tunnel"),
)  # fmt: skip

_PPP = (
    phrase("Connect:", r"Connect: (?P<entity>ppp\w{1,12}) <-->", "connect", "neutral", None, "interface"),
    phrase("local  IP address", rf"local  IP address (?P<src>{IP})", "connect", "up", "success"),
    phrase("No response to", r"No response to \d{1,4} echo-requests", "timeout", "down", "failure"),
    phrase("Modem hangup", r"Modem hangup", "disconnect", "down", "failure"),
    phrase("Connection terminated", r"Connection terminated", "disconnect", "down"),
    phrase("terminated by peer", r"terminated by peer", "disconnect", "down"),
    phrase("authentication failed", r"(?:PAP|CHAP) authentication failed", "login", "neutral", "failure"),
    phrase("Terminating on signal", r"Terminating on signal 15", "stop", "down", orderly=True),
)  # fmt: skip

_OVPN = Program("openvpn", "openvpn", _OPENVPN)

DIALECT = Family(
    "vpn",
    {
        "openvpn": _OVPN,
        "ovpn-server": _OVPN,
        "ovpn-client": _OVPN,
        "pluto": Program("libreswan", "pluto", _PLUTO),
        "wg-quick": Program("wireguard", "wg-quick", _WG),
        "pppd": Program("ppp", "pppd", _PPP),
    },
)
