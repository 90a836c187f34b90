"""A provider token whose iat is the text of a date, and whose parts are in standard base64.

Arguments: the key file, the Key ID, the Team ID.
"""

import base64
import json
import sys

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import load_pem_private_key


def standard(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


path, key_id, team_id = sys.argv[1:4]
header = {"alg": "ES256", "kid": key_id}
claims = {"iss": team_id, "iat": "2019-10-09 12:00:00.123 +0000 UTC m=+0.000"}
signed = ".".join(standard(json.dumps(part).encode()) for part in (header, claims))
key = load_pem_private_key(open(path, "rb").read(), None)
r, s = utils.decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
print(signed + "." + standard(r.to_bytes(32, "big") + s.to_bytes(32, "big")), end="")
