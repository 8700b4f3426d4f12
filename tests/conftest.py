"""What all tests share: the switch that turns a skip into a failure, and the pace of the property tests."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# No deadline: on a busy machine it measures the neighbours. `max_examples` is each test's own affair.
# CI repeats the same examples, so that it fails for what was changed; everybody else's runs look for new ones.
settings.register_profile("brainstemd", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("brainstemd")


class FailOnSkip:
    """Collects every skip; CI has all programs that tests need, so a skip there is a hole."""

    def __init__(self) -> None:
        self.skipped: list[str] = []

    def note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            self.skipped.append(f"{report.nodeid}: {reason}")

    pytest_runtest_logreport = note
    pytest_collectreport = note

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.skipped and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.skipped:
            terminalreporter.section("skipped, and --fail-on-skip was given", red=True)
            for line in self.skipped:
                terminalreporter.line(line)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fail-on-skip", action="store_true", help="a skipped test makes the run fail")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--fail-on-skip"):
        config.pluginmanager.register(FailOnSkip(), "fail-on-skip")
