"""Sends pushes with PyAPNs2 or with its fork apns2-up: one JSON object in, one JSON line out for each push."""

import collections
import collections.abc
import json
import sys
import tempfile
import time

# PyAPNs2 stands on hyper 0.7, which asks Python for names that left `collections` with Python 3.10. They are Python's own, put
# back where they were; the library is as it was installed.
for name in ("Iterable", "Mapping", "MutableMapping", "MutableSet"):
    if not hasattr(collections, name):
        setattr(collections, name, getattr(collections.abc, name))

import hyper.tls
from apns2.client import APNsClient, Notification, NotificationType
from apns2.credentials import TokenCredentials
from apns2.payload import Payload


def main() -> None:
    asked = json.load(sys.stdin)
    # A clock that is late makes a token that is old.
    now = time.time
    time.time = lambda: now() - asked["late_by_s"]
    # It has no setting for these; Apple's development host is in the class, and the authorities are a file of hyper's.
    APNsClient.SANDBOX_SERVER = asked["host"]
    APNsClient.DEFAULT_PORT = asked["port"]
    hyper.tls.cert_loc = asked["ca"]

    # It reads the key from a file.
    key_file = tempfile.NamedTemporaryFile("w", suffix=".p8")
    key_file.write(asked["key"])
    key_file.flush()

    def connect() -> APNsClient:
        return APNsClient(TokenCredentials(key_file.name, asked["key_id"], asked["team_id"]), use_sandbox=True)

    client = connect()
    custom = {name: value for name, value in asked["payload"].items() if name != "aps"}

    def send(device_tokens: list) -> None:
        nonlocal client
        pushes = [Notification(device_token, Payload(custom=custom)) for device_token in device_tokens]
        try:
            results = client.send_notification_batch(
                pushes, topic=asked["topic"], expiration=0, push_type=NotificationType(asked["push_type"])
            )
        except Exception as error:  # noqa: BLE001: whatever it reports is what is asked for
            results = {device_token: type(error).__name__ for device_token in device_tokens}
            # It does not outlive its connection, so whoever uses it makes a new one.
            client = connect()
        for result in results.values():
            reason, timestamp = result if isinstance(result, tuple) else (result, None)
            # It tells no status but that of success.
            status = 200 if reason == "Success" else None
            print(json.dumps({"status": status, "reason": None if status else reason, "timestamp": timestamp}), flush=True)

    if asked["at_once"]:
        send(asked["device_tokens"])
    else:
        for _ in range(asked["count"]):
            send([asked["device_token"]])
            time.sleep(asked["pause_ms"] / 1000)


main()
