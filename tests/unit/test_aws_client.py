"""Whom the functions trust: Amazon's roots, and who they are."""

import re
import ssl
from hashlib import sha256
from pathlib import Path

import botocore

from aws_client import CA_BUNDLE

CERTIFICATE = "-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----"
ROOTS = re.findall(rf"SHA-256 (\w+)\n({CERTIFICATE})", Path(CA_BUNDLE).read_text(), re.DOTALL)


def test_all_five_of_amazons_roots_are_trusted():
    context = ssl.create_default_context(cafile=CA_BUNDLE)
    names = {dict(pair for [pair] in root["subject"])["commonName"] for root in context.get_ca_certs()}
    assert names == {f"Amazon Root CA {number}" for number in (1, 2, 3, 4)} | {
        "Starfield Services Root Certificate Authority - G2"
    }


def test_each_root_has_the_fingerprint_beside_it():
    assert len(ROOTS) == 5
    for fingerprint, certificate in ROOTS:
        assert sha256(ssl.PEM_cert_to_DER_cert(certificate)).hexdigest() == fingerprint


def test_botocore_trusts_the_same_roots():
    bundle = Path(botocore.__file__).with_name("cacert.pem").read_text()
    trusted = {ssl.PEM_cert_to_DER_cert(certificate) for certificate in re.findall(CERTIFICATE, bundle, re.DOTALL)}
    assert {ssl.PEM_cert_to_DER_cert(certificate) for _, certificate in ROOTS} <= trusted
