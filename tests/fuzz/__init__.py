"""Hostile input: campaigns, harnesses, and the watch on what a line may cost (docs/testing.md)."""
