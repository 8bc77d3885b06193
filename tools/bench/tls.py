"""The stub behind TLS, with certificates that are made for one run."""

# mypy: disable-error-code="import-not-found"
# It runs in the benchmark's own environment, which the type checker doesn't see.

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import trustme

from tools.bench.process import stub
from tools.bench.subject import ROOT, WORK

_BOTOCORE_BUNDLE = WORK / "typical/build/Function/botocore/cacert.pem"


@dataclass(frozen=True)
class Endpoint:
    """The stub's address, and the environments in which its authority is trusted beside a subject's own ones."""

    url: str
    amazon: dict[str, str]
    botocore: dict[str, str]


@contextmanager
def tls_stub() -> Iterator[Endpoint]:
    """Run the stub with a chain as long as those of AWS's endpoints, and keys of the same kind."""
    authority = trustme.CA(key_type=trustme.KeyType.RSA)
    issued = authority.create_child_ca(trustme.KeyType.RSA).issue_cert("localhost", key_type=trustme.KeyType.RSA)
    certificate = WORK / "certificate.pem"
    issued.private_key_and_cert_chain_pem.write_to_path(str(certificate))
    bundles = []
    for bundle in (ROOT / "functions/amazon-roots.pem", _BOTOCORE_BUNDLE):
        trusted = WORK / bundle.name
        trusted.write_bytes(bundle.read_bytes() + authority.cert_pem.bytes())
        bundles.append({"AWS_CA_BUNDLE": str(trusted)})
    with stub(certificate) as port:
        yield Endpoint(f"https://localhost:{port}", *bundles)
