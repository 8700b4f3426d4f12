"""Virtual machines' hosts: libvirt, XenServer's xapi and xenopsd, OpenStack (libvirt "Logging"; xapi-project; OpenStack
oslo.log). Hyper-V is in `windows`, ESXi in `vmware`, Proxmox in `proxmox`.

A guest and a host of guests stand; a start that fails is an attempt.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

from brainstemd.pipeline.phrases import IP, Family, Program, phrase

_LIBVIRT = (
    phrase("End of file from qemu monitor", r"End of file from qemu monitor(?: \(vm='(?P<entity>[^']{1,128})'\))?", "crash", "down", "failure", "vm"),
    phrase("Failed to start domain", r"Failed to start domain '?(?P<entity>[^'\s]{1,128})", "start", "neutral", "failure", "vm"),
    phrase("Starting guest", r"Starting guest (?P<entity>\S{1,128})", "start", "up", None, "vm"),
    phrase("Shutting down guest", r"Shutting down guest (?P<entity>\S{1,128})", "stop", "down", None, "vm", orderly=True),
    phrase("Unable to read from monitor", r"Unable to read from monitor", "monitor", "neutral", "failure"),
)  # fmt: skip

_XEN = (
    phrase("is now dead", r"Host (?P<entity>[\w.-]{1,128}) is now dead", "host", "down", "failure", "host"),
    phrase("SESSION_AUTHENTICATION_FAILED", r"(?P<code>SESSION_AUTHENTICATION_FAILED)", "login", "neutral", "failure"),
    phrase(" crashed", r"VM (?P<entity>[\w.-]{1,128}) crashed", "crash", "down", "failure", "vm"),
)  # fmt: skip

_INSTANCE = r"\[instance: (?P<entity>[0-9a-f-]{36})\] "
_OPENSTACK = (
    phrase("VM Stopped", rf"{_INSTANCE}VM Stopped", "stop", "down", None, "vm"),
    phrase("VM Crashed", rf"{_INSTANCE}VM Crashed", "crash", "down", "failure", "vm"),
    phrase("VM ", rf"{_INSTANCE}VM (?:Started|Resumed)", "start", "up", "success", "vm"),
    phrase("[instance: ", rf"{_INSTANCE}(?:Instance failed|Failed to|Build of instance)", "instance", "neutral", "failure", "vm"),
    phrase(" is unreachable", rf"AMQP server on (?P<entity>(?:(?P<dst>{IP}?)(?=:\d{{1,5}} ))?[\w.-]{{0,128}}):\d{{1,5}} is unreachable", "messaging", "down", "failure", "host"),
    phrase("econnected to AMQP", rf"econnected to AMQP server on (?P<entity>(?:(?P<dst>{IP}?)(?=:\d{{1,5}} ))?[\w.-]{{0,128}}):\d{{1,5}} ", "messaging", "up", "success", "host"),
    phrase(" dead agents", r"found \d{1,6} dead agents", "agents", "down", "failure"),
    phrase("Authorization failed", rf"Authorization failed.{{0,200}} from (?P<src>{IP})", "login", "neutral", "failure"),
)  # fmt: skip

_LIBVIRTD = Program("libvirt", "libvirt", _LIBVIRT)
_XAPI = Program("citrix", "xenserver", _XEN)
_STACK = Program("openstack", "openstack", _OPENSTACK)
_SERVICES = (
    "nova-compute", "nova-api", "nova-scheduler", "nova-conductor", "neutron-server", "neutron-l3-agent", "neutron-dhcp-agent",
    "neutron-openvswitch-agent", "cinder-volume", "cinder-api", "cinder-scheduler", "glance-api", "keystone", "heat-engine",
)  # fmt: skip

DIALECT = Family(
    "virt",
    {
        **dict.fromkeys(("libvirtd", "virtqemud", "libvirt-guests"), _LIBVIRTD),
        **dict.fromkeys(("xapi", "xenopsd", "xenopsd-xc"), _XAPI),
        **dict.fromkeys(_SERVICES, _STACK),
    },
)
