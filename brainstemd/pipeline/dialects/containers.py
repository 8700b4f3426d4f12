"""Containers: Docker's and Podman's daemons, containers' own lines through Docker's syslog driver, Kubernetes components (Docker "Syslog
logging driver"; podman-events(1); Kubernetes klog header format).

Their lines in logfmt and JSON are read by those dialects. A pod, a container, a node stand.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

import re

from brainstemd.models import Event
from brainstemd.pipeline.phrases import Family, Program, phrase
from brainstemd.pipeline.structure import level

_KLOG = re.compile(
    r"(?P<level>[IWEF])\d{4} \d\d:\d\d:\d\d\.\d{1,9} {1,8}\d{1,10} (?P<file>[\w.-]{1,64}):\d{1,6}\] "
)
_LEVELS = {"I": "info", "W": "warning", "E": "error", "F": "fatal"}
_POD = r"pod=\"(?P<entity>[^\"]{1,200})\""
_NODE = r"node=\"(?P<entity>[^\"]{1,200})\""

_KUBE = (
    phrase("CrashLoopBackOff", rf"CrashLoopBackOff.{{0,400}}{_POD}", "restart", "down", "failure", "container"),
    phrase("ImagePull", rf"(?:ErrImagePull|ImagePullBackOff).{{0,400}}{_POD}", "pull", "down", "failure", "container"),
    phrase("Error syncing pod", rf"Error syncing pod.{{0,600}}{_POD}", "sync", "neutral", "failure", "container"),
    phrase("Probe failed", rf"Probe failed.{{0,200}}{_POD}", "probe", "neutral", "failure", "container"),
    phrase("ContainerStarted", rf"{_POD}.{{0,200}}ContainerStarted", "start", "up", "success", "container"),
    phrase("ContainerDied", rf"{_POD}.{{0,200}}ContainerDied", "died", "down", None, "container"),
    phrase("became not ready", rf"Node became not ready.{{0,40}}{_NODE}", "node", "down", "failure", "host"),
    phrase("NodeNotReady", rf"{_NODE}.{{0,80}}NodeNotReady", "node", "down", "failure", "host"),
    phrase("NodeReady", rf"{_NODE}.{{0,80}}NodeReady", "node", "up", "success", "host"),
    phrase("node status", r"[Ee]rror updating node status", "node-status", "neutral", "failure"),
    phrase("evict", rf"[Ee]viction manager:.{{0,120}}{_POD}", "evict", "down", None, "container"),
    phrase("DiskPressure", r"(?:Node)?HasDiskPressure", "pressure", "neutral", "failure"),
)  # fmt: skip

_NAME = r"\(.{0,400}?name=(?P<entity>[\w.-]{1,128})[,)]"
_PODMAN = (
    phrase("container died", rf"container died [0-9a-f]{{12,64}} {_NAME}", "died", "down", None, "container"),
    phrase("container start ", rf"container start [0-9a-f]{{12,64}} {_NAME}", "start", "up", "success", "container"),
    phrase("container stop", rf"container stop\w{{0,3}} [0-9a-f]{{12,64}} {_NAME}", "stop", "down", None, "container", orderly=True),
    phrase("health_status=unhealthy", rf"container health_status [0-9a-f]{{12,64}} {_NAME}", "health", "down", "failure", "container"),
    phrase("health_status=healthy", rf"container health_status [0-9a-f]{{12,64}} {_NAME}", "health", "up", "success", "container"),
    phrase("container ", rf"container (?P<code>[a-z_]{{3,20}}) [0-9a-f]{{12,64}} {_NAME}", "event", kind="container"),
    phrase("image pull", r"image pull ", "pull"),
)  # fmt: skip

_CRIO = (
    phrase("Stopped container", r"Stopped container [0-9a-f]{12,64}: (?P<entity>[\w./-]{1,200})", "stop", "down", None, "container", orderly=True),
    phrase("Started container", r"Started container.{0,200}?description=(?P<entity>[\w./-]{1,200})", "start", "up", "success", "container"),
    phrase("Removed container", r"Removed container [0-9a-f]{12,64}: (?P<entity>[\w./-]{1,200})", "remove", kind="container"),
)  # fmt: skip


def _klog(event: Event, text: str) -> str:
    """`E0322 10:00:00.123456    1234 pod_workers.go:1300] …`: the level counts where no PRI speaks."""
    lead = _KLOG.match(text)
    if lead is None:
        return text
    if event.severity is None:
        event.severity = level(_LEVELS[lead["level"]])
    return text[lead.end() :]


DIALECT = Family(
    "containers",
    {
        **{
            name: Program("kubernetes", name, _KUBE, _klog)
            for name in (
                "kubelet",
                "kube-apiserver",
                "kube-proxy",
                "kube-scheduler",
                "kube-controller-manager",
            )
        },
        "k3s": Program("rancher", "k3s", _KUBE, _klog),
        "rke2": Program("rancher", "rke2", _KUBE, _klog),
        "podman": Program("podman", "podman", _PODMAN),
        "conmon": Program("podman", "conmon"),
        "crio": Program("cri-o", "cri-o", _CRIO),
        "dockerd": Program("docker", "docker"),
        "docker": Program("docker", "docker"),
        "containerd": Program("containerd", "containerd"),
    },
)
