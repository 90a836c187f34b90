"""Sends pushes with aioapns: one JSON object in, one JSON line out for each push."""

import asyncio
import json
import ssl
import sys
import time

from aioapns import APNs, NotificationRequest, PushType
from aioapns.connection import APNsDevelopmentClientProtocol


async def main() -> None:
    asked = json.load(sys.stdin)
    # A clock that is late makes a token that is old.
    now = time.time
    time.time = lambda: now() - asked["late_by_s"]
    # It has no setting for these; Apple's development host is in the class.
    APNsDevelopmentClientProtocol.APNS_SERVER = asked["host"]
    APNsDevelopmentClientProtocol.APNS_PORT = asked["port"]
    client = APNs(
        key=asked["key"],
        key_id=asked["key_id"],
        team_id=asked["team_id"],
        topic=asked["topic"],
        use_sandbox=True,
        max_connection_attempts=2,
        ssl_context=ssl.create_default_context(cafile=asked["ca"]),
    )

    async def one() -> None:
        push = NotificationRequest(
            device_token=asked["device_token"],
            message=asked["payload"],
            notification_id=asked["apns_id"],
            priority=10,
            time_to_live=0,
            push_type=PushType(asked["push_type"]),
        )
        try:
            answer = await asyncio.wait_for(client.send_notification(push), 8)
            said = {"status": int(answer.status), "reason": answer.description, "timestamp": answer.timestamp}
        except Exception as error:  # noqa: BLE001: whatever it reports is what is asked for
            said = {"status": 0, "reason": type(error).__name__}
        print(json.dumps(said), flush=True)

    if asked["at_once"]:
        await asyncio.gather(*(one() for _ in range(asked["count"])))
    else:
        for _ in range(asked["count"]):
            await one()
            await asyncio.sleep(asked["pause_ms"] / 1000)


asyncio.run(main())
