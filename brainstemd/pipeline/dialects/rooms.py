"""What watches rooms: AKCP and NetBotz sensors, Axis, Hikvision and Dahua cameras (AKCP sensorProbe "Syslog"; NetBotz "Alerts"; Axis
"Syslog messages").

A sensor out of its limits is a failure, a sensor or a camera that no longer answers is down; a door that opens is an event.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

from brainstemd.pipeline.phrases import Family, Program, phrase

_SENSOR = (
    phrase("rror", r"^(?P<entity>[^:]{2,60}?) (?:is )?(?:now )?(?:in )?Sensor Error", "sensor", "down", "failure", "sensor"),
    phrase(" ", r"(?i)^(?:alert: )?(?P<entity>[^:']{2,60}?) (?:is )?(?:now )?(?P<code>high critical|low critical|high warning|low warning|critical|wet|alarm)\b", "threshold", "neutral", "failure", "sensor"),
    phrase(" ", r"(?i)^(?P<entity>[^:']{2,60}?) (?:is )?(?:now |back to |returned to )+normal\b", "threshold", "neutral", "success", "sensor"),
    phrase(" ", r"(?i)^(?P<entity>[^:']{2,60}?) is (?P<code>normal|dry)\b", "threshold", "neutral", "success", "sensor"),
    phrase("'", r"(?i)'(?P<entity>[^']{1,64})' (?:is |has )?(?P<code>too (?:high|low)|above maximum|below minimum|leak detected)", "threshold", "neutral", "failure", "sensor"),
    phrase("'", r"(?i)'(?P<entity>[^']{1,64})' (?:is |has )?(?P<code>unplugged|disconnected|not responding)", "sensor", "down", "failure", "sensor"),
    phrase("'", r"(?i)'(?P<entity>[^']{1,64})' (?:is |has )?(?P<code>open(?:ed)?|closed)\b", "door", kind="door"),
)  # fmt: skip
_CAMERA = (
    phrase("", r"(?i)(?:video (?:signal )?loss|signal lost|video lost)\b.{0,30}?(?P<entity>(?:channel|camera|input) \w{1,16})", "video", "down", "failure", "camera"),
    phrase("", r"(?i)video (?:signal )?(?:restored|recovered)\b.{0,30}?(?P<entity>(?:channel|camera|input) \w{1,16})", "video", "up", "success", "camera"),
    phrase("", r"(?i)tamper\w{0,4}(?: detected)?\b.{0,30}?(?P<entity>(?:channel|camera|input) \w{1,16})", "tampering", "neutral", "failure", "camera"),
    phrase("", r"(?i)(?:hdd|disk|sd card|storage)\b.{0,30}(?:error|full|fail\w{0,4})", "storage", "neutral", "failure"),
)  # fmt: skip

_AKCP = Program("akcp", "sensorprobe", _SENSOR)
_NETBOTZ = Program("apc", "netbotz", _SENSOR)
_AXIS = Program("axis", "camera", _CAMERA)
_HIK = Program("hikvision", "camera", _CAMERA)

DIALECT = Family(
    "rooms",
    {
        **dict.fromkeys(("akcp", "sensorprobe", "sensorprobe2", "sensorprobe4", "sensorprobe8", "securityprobe"), _AKCP),
        "netbotz": _NETBOTZ,
        "vapix": _AXIS,
        "monolith": _AXIS,
        "hikvision": _HIK,
        "dahua": Program("dahua", "camera", _CAMERA),
    },
)  # fmt: skip
