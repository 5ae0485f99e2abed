"""An identity provider for tests: real RSA keys, and a key list served on 127.0.0.1 like a real one."""

from __future__ import annotations

import base64
import http.server
import json
import threading
import time
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from kjerne.api.oidc import Utsteder

PUBLIKUM = "ordning-mottak"
_NOKLER = [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(4)]
A, B, C, FREMMED = _NOKLER


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def jwk(nokkel: Any, kid: str, **andre: Any) -> dict:
    return json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(nokkel.public_key())) | {"kid": kid, "use": "sig", "alg": "RS256"} | andre


def offentlig_pem(nokkel: Any) -> bytes:
    return nokkel.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


class Tokenutsteder:
    """Serves its key list and counts how often it is asked. `nokler` can be changed to rotate."""

    def __init__(self, slag: str = "innbygger"):
        self.slag, self.hentet, self.nede = slag, 0, False
        self.nokler = [jwk(A, "a"), jwk(B, "b")]
        utenfor = self

        class Svar(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                utenfor.hentet += 1
                self.send_response(500 if utenfor.nede else 200)
                self.end_headers()
                self.wfile.write(json.dumps({"keys": utenfor.nokler}).encode())

            def log_message(self, *_: Any) -> None:
                pass

        self._tjener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Svar)
        threading.Thread(target=self._tjener.serve_forever, daemon=True).start()
        self.navn = f"http://127.0.0.1:{self._tjener.server_port}/{slag}"

    @property
    def utsteder(self) -> Utsteder:
        return Utsteder(self.slag, self.navn, PUBLIKUM, f"{self.navn}/jwks")

    def krav(self, **andre: Any) -> dict:
        """The claims of a good token; None takes one away."""
        naa = int(time.time())
        grunn = {"iss": self.navn, "aud": PUBLIKUM, "sub": "abc-123", "iat": naa, "nbf": naa, "exp": naa + 300}
        egne = {"innbygger": {"pid": "15818000038", "acr": "idporten-loa-high"}, "ansatt": {"roles": ["operator"]},
                "maskin": {"scope": "ordning:soknad"}}[self.slag]  # fmt: skip
        return {n: v for n, v in (grunn | egne | andre).items() if v is not None}

    def token(self, nokkel: Any = A, kid: Any = "a", alg: str = "RS256", hode: dict | None = None, **krav: Any) -> str:
        return jwt.encode(self.krav(**krav), nokkel, algorithm=alg, headers={"kid": kid} | (hode or {}))

    def raatt(self, hode: Any, krav: Any, nokkel: Any = A) -> str:
        """Signed by hand, for what a library will not write."""
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding

        deler = [x if isinstance(x, str) else b64(x if isinstance(x, bytes) else json.dumps(x).encode()) for x in (hode, krav)]
        return f"{'.'.join(deler)}.{b64(nokkel.sign('.'.join(deler).encode(), padding.PKCS1v15(), hashes.SHA256()))}"

    def stopp(self) -> None:
        self._tjener.shutdown()
        self._tjener.server_close()
