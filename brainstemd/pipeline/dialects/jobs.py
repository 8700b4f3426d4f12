"""What builds and configures: Jenkins, GitLab Runner, Puppet, Chef, Salt, Slurm (each project's manual on logging).

A run is an attempt; nodes, agents and masters stand.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

from brainstemd.pipeline.phrases import Family, Program, phrase

_JENKINS = (
    phrase("build action completed: ", r": (?P<entity>[\w ./»-]{1,128}) #\d{1,9} main build action completed: SUCCESS", "build", "neutral", "success", "job"),
    phrase("build action completed: ", r": (?P<entity>[\w ./»-]{1,128}) #\d{1,9} main build action completed: (?:FAILURE|UNSTABLE|ABORTED)", "build", "neutral", "failure", "job"),
    phrase("Terminating the channel", r"Ping failed\. Terminating the channel (?P<entity>[\w.-]{0,127}\w)", "agent", "down", "failure", "node"),
)  # fmt: skip

_RUNNER = (
    phrase("Job succeeded", r"Job succeeded", "job", "neutral", "success"),
    phrase("Job failed", r"Job failed", "job", "neutral", "failure"),
    phrase(" failed ", r"(?:ERROR|WARNING): .{1,80}failed .{0,200}runner=(?P<entity>[\w-]{1,64})", "poll", "neutral", "failure", "service"),
)  # fmt: skip

_RESOURCE = r"/(?P<entity>[A-Z][\w:]{1,60}\[[^\]]{1,160}\])/\w{1,40}\) "
_PUPPET = (
    phrase("'running' failed", rf"{_RESOURCE}change from .{{1,80}} failed", "apply", "neutral", "failure", "service"),
    phrase(" failed: ", rf"{_RESOURCE}change from .{{1,200}} failed: ", "apply", "neutral", "failure"),
    phrase("'stopped' to 'running'", rf"{_RESOURCE}ensure changed 'stopped' to 'running'", "apply", "up", "success", "service"),
    phrase("'running' to 'stopped'", rf"{_RESOURCE}ensure changed 'running' to 'stopped'", "apply", "down", None, "service", orderly=True),
    phrase("Could not ", r"Could not (?:retrieve|run|send|request|evaluate)", "run", "neutral", "failure"),
    phrase("Applied catalog", r"Applied catalog in", "run", "neutral", "success"),
)  # fmt: skip

_CHEF = (
    phrase("Running exception handlers", r"Running exception handlers", "run", "neutral", "failure"),
    phrase("Run complete in", r"Run complete in", "run", "neutral", "success"),
    phrase("Run failed", r"Run failed", "run", "neutral", "failure"),
)  # fmt: skip

_SALT = (
    phrase(" responding?", r"Is master at (?P<entity>(?P<dst>[\d.]{7,15})) responding\?", "connect", "neutral", "failure", "host"),
    phrase(" responding?", r"Is master at (?P<entity>[\w.-]{1,128}) responding\?", "connect", "neutral", "failure", "host"),
    phrase("lost connection", r"Master (?P<entity>[\w.:-]{1,128}) lost connection", "master", "down", "failure", "host"),
    phrase("ready to receive requests", r"Minion is ready to receive requests", "start", "up", "success"),
)  # fmt: skip

_NODES = r"[Nn]odes? (?P<entity>[\w.,\[\]-]{1,200})"
_SLURM = (
    phrase("not responding", rf"{_NODES} not responding", "node", "down", "failure", "node"),
    phrase("now responding", rf"{_NODES} now responding", "node", "up", "success", "node"),
    phrase("state set to", rf"{_NODES} state set to (?:DOWN|FAIL\w{{0,4}})", "node", "down", "failure", "node"),
    phrase("state set to", rf"{_NODES} state set to DRAIN\w{{0,4}}", "node", "down", None, "node", orderly=True),
    phrase("state set to", rf"{_NODES} state set to (?:IDLE|RESUME)", "node", "up", "success", "node"),
    phrase("reason set to", rf"{_NODES} reason set to", "node", kind="node"),
    phrase("WEXITSTATUS ", r"WEXITSTATUS 0\b", "job", "neutral", "success"),
    phrase("WEXITSTATUS ", r"WEXITSTATUS [1-9]", "job", "neutral", "failure"),
)  # fmt: skip

DIALECT = Family(
    "jobs",
    {
        "jenkins": Program("jenkins", "jenkins", _JENKINS),
        "gitlab-runner": Program("gitlab", "gitlab", _RUNNER),
        "puppet-agent": Program("puppet", "puppet", _PUPPET),
        "chef-client": Program("chef", "chef", _CHEF),
        "chef-infra-client": Program("chef", "chef", _CHEF),
        "salt-minion": Program("saltstack", "salt", _SALT),
        "slurmctld": Program("slurm", "slurm", _SLURM),
        "slurmd": Program("slurm", "slurm", _SLURM),
    },
)
