"""Messages on stdin, one a line → the drain3 cluster of each on stdout. For an interpreter that has drain3."""

from __future__ import annotations

import sys

from drain3 import TemplateMiner
from drain3.masking import MaskingInstruction
from drain3.template_miner_config import TemplateMinerConfig

MASKS = (
    (r"((?<=[^A-Za-z0-9])|^)(([0-9a-f]{2,}[:-]){3,}([0-9a-f]{2,}))((?=[^A-Za-z0-9])|$)", "ID"),
    (r"((?<=[^A-Za-z0-9])|^)(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})((?=[^A-Za-z0-9])|$)", "IP"),
    (r"((?<=[^A-Za-z0-9])|^)(0x[a-f0-9A-F]+)((?=[^A-Za-z0-9])|$)", "HEX"),
    (r"((?<=[^A-Za-z0-9])|^)([\-\+]?\d+)((?=[^A-Za-z0-9])|$)", "NUM"),
)


def main() -> None:
    config = TemplateMinerConfig()
    config.masking_instructions = [MaskingInstruction(pattern, mask) for pattern, mask in MASKS]
    config.drain_sim_th, config.drain_depth, config.parametrize_numeric_tokens = 0.5, 5, True
    miner = TemplateMiner(config=config)
    for line in sys.stdin:
        print(miner.add_log_message(line.rstrip("\n"))["cluster_id"])


if __name__ == "__main__":
    main()
