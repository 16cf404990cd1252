"""Signals as an exception."""

from __future__ import annotations

import os
import signal

import pytest
from local_athena.signals import STOPPING, Interrupted, hold, interruptible


@pytest.fixture(autouse=True)
def same_handlers_afterwards():
    before = {signum: signal.getsignal(signum) for signum in STOPPING}
    yield
    after = {signum: signal.getsignal(signum) for signum in STOPPING}
    for signum, handler in before.items():
        signal.signal(signum, handler)
    assert after == before


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_first_signal_is_raised_and_no_other_one(signum: signal.Signals) -> None:
    with pytest.raises(Interrupted) as raised, interruptible():
        try:
            os.kill(os.getpid(), signum)
            signal.pause()
        finally:
            for another in STOPPING:
                os.kill(os.getpid(), another)
    assert raised.value.signum == signum


def test_no_signal_is_raised_once_they_are_held() -> None:
    with interruptible():
        hold()
        for signum in STOPPING:
            os.kill(os.getpid(), signum)


def test_ignored_hangup_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with interruptible():
        os.kill(os.getpid(), signal.SIGHUP)
    assert signal.signal(signal.SIGHUP, before) == signal.SIG_IGN


def test_ignored_interrupt_is_raised_nevertheless() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    with pytest.raises(Interrupted), interruptible():
        os.kill(os.getpid(), signal.SIGINT)
        signal.pause()
    assert signal.signal(signal.SIGINT, before) == signal.SIG_IGN
