"""The traffic of the load test. It runs in Locust's own environment, so it imports nothing of the project."""

# mypy: disable-error-code="import-not-found, misc, untyped-decorator, unused-ignore"
# The type checker's environment has no locust.
# ruff: noqa: S311 -- these random numbers protect nothing

import json
import os
import random
from collections import deque
from typing import Any
from uuid import uuid4

from locust import HttpUser, constant_throughput, events, task
from locust.exception import RescheduleTask

API = "/metadata-ingestion/v1/"
LOAD = json.loads(os.environ["LOAD"])
HEADERS = {"asapp-api-id": LOAD["api_id"], "asapp-api-secret": LOAD["secret"]}
SINGLES = 1 - LOAD["reads"] - LOAD["batches"]
BATCH_SIZE = 100
# The prefix separates a load test's conversations from others in the table.
PREFIX = "load-test-"
HOT_CONVERSATION = f"{PREFIX}hot-{uuid4()}"
OK, BAD_REQUEST = 200, 400

Json = dict[str, Any]


@events.quitting.add_listener
def fail_without_requests(environment: Any, **_: Any) -> None:
    """Make a load test fail that got no response at all, which Locust takes for a success."""
    if environment.stats.total.num_requests == 0:
        environment.process_exit_code = 1


class Sender(HttpUser):
    """A system that sends submissions, batches of them, and reads."""

    wait_time = constant_throughput(LOAD["rate"] / LOAD["users"])

    def on_start(self) -> None:
        """Start without a known conversation."""
        self._stored: deque[Json] = deque(maxlen=1_000)

    @task(round(600 * SINGLES))
    def new(self) -> None:
        """Send the first submission of a conversation."""
        self._submit("new", _first_submission(HOT_CONVERSATION if random.random() < LOAD["hot"] else _new_id()))

    @task(round(250 * SINGLES))
    def follow_up(self) -> None:
        """Send more about a known conversation."""
        attributes = [{"name": "customerTier", "value": "gold"}, {"name": "step", "value": random.randint(1, 9)}]
        fields = {"groupName": "billing questions, tier one", "attributes": attributes}
        self._submit("follow-up", _submission(self._known()["externalConversationId"], fields))

    @task(round(100 * SINGLES))
    def duplicate(self) -> None:
        """Send a submission again, like a client that timed out."""
        self._submit("duplicate", self._known())

    @task(round(50 * SINGLES))
    def refused(self) -> None:
        """Send an invalid submission."""
        self._submit("refused", _submission(_new_id(), {"platform": "web"}), BAD_REQUEST)

    @task(round(1_000 * LOAD["batches"]))
    def batch(self) -> None:
        """Send the first submissions of several conversations."""
        submissions = [_first_submission(_new_id()) for _ in range(BATCH_SIZE)]
        results = [{"eventId": submission["eventId"], "error": ""} for submission in submissions]
        with self._request("batch", "POST", "many-convo-metadata", json={"items": submissions}) as response:
            _check(response, OK, lambda body: body == {"errorCount": 0, "results": results})

    @task(round(1_000 * LOAD["reads"]))
    def read(self) -> None:
        """Read a known conversation."""
        known = self._known()
        query = {"externalConversationId": known["externalConversationId"]}
        with self._request("read", "GET", "convo-metadata", params=query) as response:
            _check(response, OK, lambda body: known["eventId"] in body["events"])

    def _known(self) -> Json:
        if not self._stored:
            self.new()
        if not self._stored:
            raise RescheduleTask  # Locust has reported why.
        return random.choice(self._stored)

    def _submit(self, name: str, submission: Json, status: int = OK) -> None:
        def is_right(body: Json) -> bool:
            result = body["result"]
            return bool(result["eventId"] == submission["eventId"] and (result["error"] == "") == (status == OK))

        with self._request(name, "POST", "single-convo-metadata", json=submission) as response:
            if _check(response, status, is_right) and status == OK:
                self._stored.append(submission)

    def _request(self, name: str, method: str, route: str, **content: Any) -> Any:
        return self.client.request(method, API + route, headers=HEADERS, name=name, catch_response=True, **content)


def _check(response: Any, status: int, is_right: Any) -> bool:
    """Report a response to Locust, for which a 400 is a failure by default; return whether it was right."""
    if response.status_code == 0:
        return False  # Locust reports the connection's error itself.
    if response.status_code != status:
        response.failure(f"expected {status}, got {response.status_code}")
    elif not is_right(response.json()):
        response.failure("unexpected response body")
    else:
        response.success()
        return True
    return False


def _new_id() -> str:
    return f"{PREFIX}{uuid4()}"


def _first_submission(conversation: str) -> Json:
    fields = {"platform": "WEB", "deviceType": "DESKTOP", "lobName": "customer support", "browserType": "Safari"}
    return _submission(conversation, fields)


def _submission(conversation: str, fields: Json) -> Json:
    return {"externalConversationId": conversation, "eventId": str(uuid4())} | fields
