"""An authority of one's own and a server's certificate by it, for TLS on loopback."""

import datetime
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)


class Authority:
    """authority.ca is its certificate, a PEM file in `folder`."""

    def __init__(self, folder: Path, name: str):
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._name = folder, _name(name)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.ca = folder / f"{name}.pem"
        usage = x509.KeyUsage(digital_signature=False, content_commitment=False, key_encipherment=False,
                              data_encipherment=False, key_agreement=False, key_cert_sign=True, crl_sign=True,
                              encipher_only=False, decipher_only=False)
        certificate = self._begin(self._name, self._key).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), True).add_extension(usage, True)
        self.ca.write_bytes(_pem(certificate.sign(self._key, hashes.SHA256())))

    def server(self, name: str, address: str | None = "127.0.0.1") -> Path:
        """A PEM file with the key (PKCS#8) and the certificate of a host `name`, and of its address."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = [x509.DNSName(name)] + ([x509.IPAddress(ipaddress.ip_address(address))] if address else [])
        certificate = self._begin(_name(name), key).add_extension(x509.SubjectAlternativeName(names), False).sign(
            self._key, hashes.SHA256())
        path = self._folder / f"server-{name}.pem"
        path.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                           serialization.NoEncryption()) + _pem(certificate))
        return path

    def _begin(self, subject, key) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        return (x509.CertificateBuilder().subject_name(subject).issuer_name(self._name).public_key(key.public_key())
                .serial_number(x509.random_serial_number()).not_valid_before(now - DAY).not_valid_after(now + DAY))


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _pem(certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
