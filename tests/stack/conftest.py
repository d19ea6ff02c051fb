"""Servers shared by the stories of one file; each story makes its own users, topics and rules."""

import pytest

from .faultproxy import FaultProxy
from .moto import Moto


@pytest.fixture(scope="session")
def moto(tmp_path_factory):
    with Moto(tmp_path_factory.mktemp("moto"), accounts=2) as server:
        yield server


@pytest.fixture
def proxy(moto):
    with FaultProxy(moto.port) as between:
        yield between
