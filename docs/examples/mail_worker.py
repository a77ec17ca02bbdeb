"""A worker of the consumer group "mail", in plain Python 3. Start as many as you like; Ctrl+C ends one.

python3 mail_worker.py [--until-idle]
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request

HUB = os.environ.get("HUB_URL", "http://127.0.0.1:3000") + "/api/v1"
KEY = os.environ.get("HUB_KEY")
GROUP = "/groups/mail"


class Refused(Exception):
    """The hub says no: `code` is stable, `detail` is for people."""

    def __init__(self, problem):
        super().__init__(problem["detail"])
        self.code = problem["code"]


def call(method, path, body=None):
    """What the hub answers; `Refused` where it says no, `OSError` where it cannot be reached."""
    headers = {"Authorization": "Bearer " + KEY} if KEY else {}
    data = None
    if body is not None:
        headers["Content-Type"] = "application/json"
        data = json.dumps(body).encode()
    request = urllib.request.Request(HUB + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
            return json.loads(text) if text else None
    except urllib.error.HTTPError as answer:
        if answer.code in (429, 503):
            raise OSError("the hub is busy, or away") from None
        raise Refused(json.load(answer)) from None


def handle(event):
    """The work. It may be done twice for an event, when this process ends before the hub has heard of it."""
    print(f"{event['stream']}: {event['type']}, to {event['data']['to']}", flush=True)


def settle(me, deliveries):
    """Says of each event how it went. Of a stream, what follows an event that has failed comes again behind it."""
    done, failed, streams = [], [], set()
    for delivery in deliveries:
        event = delivery["event"]
        if event["stream"] in streams:
            continue
        try:
            handle(event)
            done.append(event["position"])
        except Exception as error:
            streams.add(event["stream"])
            failed.append((event["position"], str(error) or "unknown"))
    if done:
        call("POST", f"{me}/acks", {"positions": done})
    for position, reason in failed:
        call("POST", f"{me}/nacks", {"positions": [position], "reason": reason[:1000]})


def work(until_idle):
    """Joins the group and works until the hub says that it is no member any more."""
    call("PUT", GROUP, {"categories": ["parcel"], "types": ["parcel.sent"]})
    me = f"{GROUP}/members/{call('POST', GROUP + '/members', {})['id']}"
    try:
        while True:
            wait = 0 if until_idle else 5_000
            deliveries = call("POST", f"{me}/deliveries", {"limit": 50, "waitMs": wait})["items"]
            if until_idle and not deliveries:
                return
            settle(me, deliveries)
    finally:
        # Others get at once what this worker has; without, when its lease has run out.
        call("DELETE", me)


if __name__ == "__main__":
    idle = sys.argv[1:] == ["--until-idle"]
    while True:
        try:
            work(idle)
            break
        except KeyboardInterrupt:
            break
        except (OSError, Refused) as error:
            # After a lost answer it may have been given something that it does not know of: it joins anew.
            print(error, file=sys.stderr)
            time.sleep(1)
