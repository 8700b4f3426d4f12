"""logfmt: `time=… level=warning msg="…" key=value`, as Go daemons write it (Docker, containerd, Prometheus, Traefik,
Grafana, …).

Only `msg`, `err` and the like are read as prose; the other pairs go by their names. The level counts where no PRI speaks.
"""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.cuts import Container, read
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.phrases import app_key, is_logfmt
from brainstemd.pipeline.structure import PAIRS_MAX, fill, instant, level, say, state, thing, verdict

_PAIR = re.compile(r'(?<!\S)([A-Za-z_][\w.-]{0,63})=(?:"((?:[^"\\]|\\.)*+)"?|([^\s"]*))')
_ESCAPE = re.compile(r'\\(["\\nt])')
_LEVEL = re.compile(r"l(?<!\S.)(?:evel|vl)=\"?[A-Za-z]{1,16}\b")
_OTHERS = re.compile(r"(?<!\S)(?:devid|devname|logid|log_id|sn|device_name|fw)=")
_OTHERS_ENDS: Final = ("id=", "name=", "sn=", "fw=")
_HEAD_MAX: Final = 600
_LOOK_MAX: Final = 4096
_ROW: Final = (("level", "lvl"), ("time", "ts", "t"), ("msg",), ("err", "error", "reason"), ("result",))
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
        found = read(event, _CONTAINER)
        assert found is not None, "any text has pairs, if only none"
        pairs, plan = found
        named = _PRODUCTS.get(app_key(event.app_name or ""))
        if named is not None:
            event.vendor, event.product = named
        how_bad, when, msg, said, result = plan.row(pairs, _ROW)
        if event.severity is None:
            event.severity = level(how_bad)
        if event.stamp is None:
            event.stamp = instant(when)
        fill(event, pairs, plan)
        if "container" in pairs and len(pairs["container"]) == 64:
            pairs["container"] = pairs["container"][:12]  # as `docker ps` shows it
        verdict(event, result)
        words = msg or ""
        say(event, words if said is None else f"{words}: {said}", plan=plan)
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


_CONTAINER: Final = Container(
    lambda text: logfmt(text[:_LOOK_MAX]),
    re.compile(r"([\w.-]+=)"),
    False,
    "",
    frozenset(name for names in _ROW for name in names) | {"container"},
)
DIALECT = Logfmt()
