"""The environment of a user whose only AWS is a server of a test's own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def lead_to(url: str, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Set the variables that lead to a server, and take away those that may lead elsewhere."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "STEDI_"))]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)  # children are to write as users' do
    for name, value in {
        "AWS_ENDPOINT_URL": url,
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_EC2_METADATA_DISABLED": "true",
        "HOME": str(home),
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }.items():
        monkeypatch.setenv(name, value)
