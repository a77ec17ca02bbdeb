"""A service that sources parcels to the hub, in plain Python 3.

python3 parcels.py send 7 Oslo | deliver 7 | show 7 | follow
"""

import http.client
import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid

HUB = os.environ.get("HUB_URL", "http://127.0.0.1:3000") + "/api/v1"
KEY = os.environ.get("HUB_KEY")
PAUSES = (0.1, 0.5, 2, 5)


class Refused(Exception):
    """The hub says no: `code` is stable, `detail` is for people."""

    def __init__(self, problem):
        super().__init__(problem["detail"])
        self.code = problem["code"]


def call(method, path, body=None, **headers):
    """Sends a request until it is answered. An append may be sent twice: by its ids it is stored once."""
    if KEY:
        headers["Authorization"] = "Bearer " + KEY
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(HUB + path, data, headers, method=method)
    request.add_header("Content-Type", "application/json")
    for pause in (*PAUSES, None):
        try:
            return urllib.request.urlopen(request, timeout=30)
        except urllib.error.HTTPError as answer:
            if answer.code not in (429, 503) or pause is None:
                raise Refused(json.load(answer)) from None
        except OSError:
            if pause is None:
                raise
        time.sleep(pause)


def load(number):
    """The state of a parcel, replayed from its stream, and the revision it is at."""
    parcel, revision, cursor = {"status": "unknown"}, 0, ""
    while cursor is not None:
        try:
            page = json.load(call("GET", f"/streams/parcel-{number}/events?limit=100{cursor}"))
        except Refused as refusal:
            if refusal.code == "stream-not-found":
                break
            raise
        for event in page["items"]:
            revision = event["revision"]
            if event["type"] == "parcel.sent":
                parcel = {"status": "on its way", "to": event["data"]["to"]}
            elif event["type"] == "parcel.delivered":
                parcel["status"] = "delivered"
        cursor = page["nextCursor"] and "&cursor=" + page["nextCursor"]
    return parcel, revision


def append(number, revision, kind, data):
    """Refused with `concurrency-conflict` when somebody else was quicker: load, and decide again."""
    condition = {"If-Match": f'"{revision}"'} if revision else {"If-None-Match": "*"}
    event = {"id": str(uuid.uuid4()), "type": kind, "data": data}
    call("POST", f"/streams/parcel-{number}/events", {"events": [event]}, **condition)


def send(number, to):
    parcel, revision = load(number)
    if parcel["status"] != "unknown":
        sys.exit(f"Parcel {number} is {parcel['status']}.")
    append(number, revision, "parcel.sent", {"to": to})


def deliver(number):
    parcel, revision = load(number)
    if parcel["status"] != "on its way":
        sys.exit(f"Parcel {number} is {parcel['status']}.")
    append(number, revision, "parcel.delivered", {})


def show(number):
    parcel, _ = load(number)
    print(f"Parcel {number}: {parcel['status']}" + (f", to {parcel['to']}" if "to" in parcel else ""))


def follow():
    """Prints every event of parcels, from the first on, and goes on where it was when the connection breaks."""
    last = "0"
    while True:
        try:
            for line in call("GET", "/events/subscribe?category=parcel", **{"Last-Event-ID": last}):
                field, _, value = line.decode().rstrip("\n").partition(": ")
                if field == "id":
                    last = value
                elif field == "data":
                    event = json.loads(value)
                    print(event["position"], event["stream"], event["type"], flush=True)
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(1)


if __name__ == "__main__":
    commands = {"send": send, "deliver": deliver, "show": show, "follow": follow}
    if len(sys.argv) < 2 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    try:
        commands[sys.argv[1]](*sys.argv[2:])
    except Refused as refusal:
        sys.exit(f"{refusal.code}: {refusal}")
