"""A provider token as a Python sender makes it: iat is time.time(), a number with a fraction.

Arguments: the key file, the Key ID, the Team ID.
"""

import sys
import time

import jwt

path, key_id, team_id = sys.argv[1:4]
claims = {"iss": team_id, "iat": time.time()}
print(jwt.encode(claims, open(path).read(), algorithm="ES256", headers={"kid": key_id}), end="")
