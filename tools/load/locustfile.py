"""The traffic: what each user of the load test sends, and what counts as a right answer.

It runs in locust's own environment, and imports nothing of the project.
"""

# mypy: disable-error-code="import-not-found, misc, untyped-decorator, unused-ignore"
# locust is not in the environment that the type checker sees.

import json
import os
import random
from collections import deque
from typing import Any
from uuid import uuid4

from locust import HttpUser, constant_throughput, task

PATH = "/metadata-ingestion/v1/single-convo-metadata"
HOT_SHARE = float(os.environ["LOAD_HOT_SHARE"])
RATE = float(os.environ["LOAD_RATE_A_USER"])
HEADERS = {"asapp-api-id": os.environ["LOAD_API_ID"], "asapp-api-secret": os.environ["LOAD_API_SECRET"]}

# By its name, so that what a test has left in a table can be told from the rest.
PREFIX = "load-test-"
HOT_CONVERSATION = f"{PREFIX}hot-{uuid4()}"

OK, BAD_REQUEST = 200, 400

Submission = dict[str, Any]


class Sender(HttpUser):
    """A system that sends submissions: mostly new conversations, more about known ones, some mistakes."""

    wait_time = constant_throughput(RATE)

    def on_start(self) -> None:
        """Begin without any conversation."""
        self._sent: deque[Submission] = deque(maxlen=1_000)

    @task(60)
    def new(self) -> None:
        """Send the first submission of a conversation."""
        conversation = HOT_CONVERSATION if random.random() < HOT_SHARE else f"{PREFIX}{uuid4()}"  # noqa: S311
        fields = {"platform": "WEB", "deviceType": "DESKTOP", "lobName": "customer support", "browserType": "Safari"}
        self._send("new", _submission(conversation, fields))

    @task(25)
    def repeated(self) -> None:
        """Send more about a conversation that is known."""
        attributes = [{"name": "customerTier", "value": "gold"}, {"name": "step", "value": random.randint(1, 9)}]  # noqa: S311
        fields = {"groupName": "billing questions, tier one", "attributes": attributes}
        self._send("repeated", _submission(self._known()["externalConversationId"], fields))

    @task(10)
    def duplicate(self) -> None:
        """Send a submission again, as a client does that timed out."""
        self._send("duplicate", self._known())

    @task(5)
    def refused(self) -> None:
        """Send what the contract refuses."""
        self._send("refused", _submission(f"{PREFIX}{uuid4()}", {"platform": "web"}), BAD_REQUEST)

    def _known(self) -> Submission:
        if not self._sent:
            self.new()
        return random.choice(self._sent)  # noqa: S311 -- not for secrets

    def _send(self, kind: str, submission: Submission, expected: int = OK) -> None:
        with self.client.post(PATH, json=submission, headers=HEADERS, name=kind, catch_response=True) as response:
            if response.status_code != expected:
                response.failure(f"{response.status_code} instead of {expected}")
                return
            result = json.loads(response.text)["result"]
            if (result["error"] == "") != (expected == OK) or result["eventId"] != submission["eventId"]:
                response.failure("the body is not what the contract says")
                return
            # To locust a 400 is a failure, unless it is told otherwise.
            response.success()
        if expected == OK:
            self._sent.append(submission)


def _submission(conversation: str, fields: Submission) -> Submission:
    return {"externalConversationId": conversation, "eventId": str(uuid4())} | fields
