"""RFC 6587 as brainstemd cuts it against real rsyslog and syslog-ng: the streams of tests/test_framing.py, frame by frame.

    python -m tests.bench.framings

rsyslog takes both framings on one port; of syslog-ng the port is used that fits the stream better (`syslog()` counts octets,
`network()` takes lines). A reading is right when number and bytes of the frames are as meant, but for CR, LF and NUL at their
ends and rsyslog's `#000` for a NUL.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from brainstemd.framing import Framer, split
from tests.bench.references import Reference
from tests.test_framing import RFC6587

MAX_LINE = 65_536


def ours(data: bytes) -> list[str]:
    framer = Framer(MAX_LINE)
    cuts = framer.feed(data) + framer.finish()
    return texts([frame for cut in cuts for frame in split(cut.framing, cut.payload, cut.lengths)])


def texts(frames: list[bytes]) -> list[str]:
    """Frames as the peers' JSON has them."""
    return [plain(frame.decode("utf-8", "replace")) for frame in frames]


def plain(text: str) -> str:
    return text.replace("#000", "\0").replace("\\x00", "\0").strip("\r\n\0")


def main() -> None:
    meant = {name: texts(frames) for name, (_, frames) in RFC6587.items()}
    readings: dict[str, dict[str, list[list[str]]]] = {
        "ours": {name: [ours(data)] for name, (data, _) in RFC6587.items()}
    }
    with tempfile.TemporaryDirectory() as directory:
        for peer, ports in (("rsyslog", (True,)), ("syslog-ng", (True, False))):
            reference = Reference(peer, Path(directory) / peer)
            reference.start()
            try:
                readings[peer] = {
                    name: [
                        [plain(said["raw"]) for said in reference.feed([data], counted=port)]
                        for port in ports
                    ]
                    for name, (data, _) in RFC6587.items()
                }
            finally:
                reference.stop()
    right = dict.fromkeys(readings, 0)
    for name, frames in meant.items():
        verdicts = []
        for who, found in readings.items():
            good = frames in found[name]
            right[who] += good
            verdicts.append(f"{who} {'as meant' if good else [len(one) for one in found[name]]}")
        print(f"{name:44} {len(frames)} frames: {', '.join(verdicts)}")
    print(f"{len(meant)} streams; as meant: {', '.join(f'{who} {count}' for who, count in right.items())}")


if __name__ == "__main__":
    main()
