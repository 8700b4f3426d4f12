"""A long load with kills and full disks, and the sums afterwards: `python -m tests.soak` (docs/testing.md)."""
