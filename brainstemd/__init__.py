"""brainstemd: an operational memory for weak signals.

Syslog goes in; a short digest of what deserves attention comes out. docs/architecture.md draws the way of a line.
"""

__version__ = "0.1.0"
