"""Kafka and Redis as a company runs them: TLS, and nobody gets in without a password."""

import subprocess
from pathlib import Path

from .compose import FILE
from .kafka import Kafka
from .local import LocalRedis
from .ports import LOOPBACK, free_port

USER, PASSWORD = "keyturn", "correct-horse-battery"
SECURE = """\
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller},SECURE://{host}:{secure}
advertised.listeners=PLAINTEXT://{host}:{port},SECURE://{host}:{secure}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL
sasl.enabled.mechanisms=SCRAM-SHA-512,PLAIN
listener.name.secure.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.secure.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_{user}="{password}";
listener.name.secure.ssl.keystore.type=PEM
listener.name.secure.ssl.keystore.location={certificate}
"""


class SecureKafka(Kafka):
    """Beside the plain listener of the ground, one with TLS and SASL (SCRAM, PLAIN) for the user USER: its address is `secure`."""

    def __init__(self, folder: Path, certificate: Path):
        super().__init__(folder)
        self._certificate = certificate
        self._secure = None

    @property
    def secure(self) -> str:
        return f"{LOOPBACK}:{self._secure}"

    def begin(self) -> None:
        if self.port is None:
            self._secure = free_port()
        super().begin()

    def properties(self) -> str:
        return super().properties() + SECURE.format(host=LOOPBACK, port=self.port, controller=self._controller,
                                                    secure=self._secure, certificate=self._certificate, user=USER,
                                                    password=PASSWORD)

    def format_words(self) -> list[str]:
        return ["--add-scram", f'SCRAM-SHA-512=[name={USER},password={PASSWORD}]']


class SecureRedis(LocalRedis):
    """With the users and rights of the local stack, and a second port that speaks TLS."""

    def __init__(self, folder: Path, certificate: Path):
        self.secrets = folder / "secrets"
        self.secrets.mkdir(parents=True)
        subprocess.run([FILE.parent / "make-secrets", self.secrets], check=True, timeout=60)
        super().__init__(folder, self.secrets / "users.acl")
        self._certificate = certificate
        self.tls_port = None

    def begin(self) -> None:
        if self.port is None:
            self.tls_port = free_port()
        super().begin()

    def command(self) -> list[str]:
        return [*super().command(), "--tls-port", str(self.tls_port), "--tls-cert-file", str(self._certificate),
                "--tls-key-file", str(self._certificate), "--tls-auth-clients", "no"]
