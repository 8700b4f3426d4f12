"""Evaluation worlds: seeded weeks of syslog with planted weak signals and declared-benign patterns, and their scorer.

`world` is the kit, `headers` the ways to write a header, `msp`, `isp`, `plant` and `town` are worlds that share no line, name or
rhythm; `score` measures digests against their labels. The worlds are written from knowledge of real devices' wording and
without looking at the detectors. A label stands beside its line and never in it.
"""
