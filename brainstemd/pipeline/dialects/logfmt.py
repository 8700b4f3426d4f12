"""logfmt: `time=… level=warning msg="…" key=value`, as Go daemons write it (Docker, containerd, Prometheus, Traefik,
Grafana, …).

Only `msg`, `err` and the like are read as prose; the other pairs go by their names. The level counts where no PRI speaks.
"""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.phrases import app_key, is_logfmt
from brainstemd.pipeline.structure import PAIRS_MAX, fill, instant, level, plan_of, say, state, thing, verdict

_PAIR = re.compile(r'(?<!\S)([A-Za-z_][\w.-]{0,63})=(?:"((?:[^"\\]|\\.)*+)"?|([^\s"]*))')
_ESCAPE = re.compile(r'\\(["\\nt])')
_LEVEL = re.compile(r"l(?<!\S.)(?:evel|vl)=\"?[A-Za-z]{1,16}\b")
_OTHERS = re.compile(r"(?<!\S)(?:devid|devname|logid|log_id|sn|device_name|fw)=")
_OTHERS_ENDS: Final = ("id=", "name=", "sn=", "fw=")
_HEAD_MAX: Final = 600
_LOOK_MAX: Final = 4096
_PRODUCTS: Final = {
    "dockerd": ("docker", "docker"),
    "docker": ("docker", "docker"),
    "containerd": ("containerd", "containerd"),
    "podman": ("podman", "podman"),
    "k3s": ("rancher", "k3s"),
    "crio": ("cri-o", "cri-o"),
    "traefik": ("traefik", "traefik"),
    "prometheus": ("prometheus", "prometheus"),
    "alertmanager": ("prometheus", "alertmanager"),
    "node_exporter": ("prometheus", "node_exporter"),
    "grafana": ("grafana", "grafana"),
    "grafana-server": ("grafana", "grafana"),
    "loki": ("grafana", "loki"),
    "etcd": ("etcd", "etcd"),
    "minio": ("minio", "minio"),
}


class Logfmt:
    name = "logfmt"
    marks = Marks(heads=("time", "level", "ts", "t", "lvl", "msg", "caller", "logger"))

    def claims(self, event: Event) -> bool:
        head = event.message[:_HEAD_MAX]
        return (
            is_logfmt(head)
            and "msg=" in head
            and _LEVEL.search(head) is not None
            and not (any(map(head.__contains__, _OTHERS_ENDS)) and _OTHERS.search(head))
        )

    def apply(self, event: Event) -> Rest:
        pairs = logfmt(event.message[:_LOOK_MAX])
        named = _PRODUCTS.get(app_key(event.app_name or ""))
        if named is not None:
            event.vendor, event.product = named
        plan = plan_of(pairs)
        if event.severity is None:
            event.severity = level(plan.first(pairs, ("level", "lvl")))
        if event.stamp is None:
            event.stamp = instant(plan.first(pairs, ("time", "ts", "t")))
        fill(event, pairs, plan)
        if "container" in pairs and len(pairs["container"]) == 64:
            pairs["container"] = pairs["container"][:12]  # as `docker ps` shows it
        verdict(event, pairs.get("result"))
        words = plan.first(pairs, ("msg",)) or ""
        said = plan.first(pairs, ("err", "error", "reason"))
        say(event, words if said is None else f"{words}: {said}")
        state(event, pairs, plan)
        thing(event, pairs, plan)
        return Rest.NOTHING


def logfmt(text: str) -> dict[str, str]:
    """The pairs, quoted or bare; an unclosed quote runs to the end."""
    pairs: dict[str, str] = {}
    for name, quoted, bare in _PAIR.findall(text)[:PAIRS_MAX]:
        value = quoted or bare
        if name not in pairs:
            pairs[name] = _ESCAPE.sub(r"\1", value) if "\\" in value else value
    return pairs


DIALECT = Logfmt()
