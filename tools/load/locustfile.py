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

REMEMBERED = 1_000
OK, BAD_REQUEST = 200, 400

Submission = dict[str, Any]


class Sender(HttpUser):
    """A system that sends submissions: mostly new conversations, more about known ones, some mistakes."""

    wait_time = constant_throughput(RATE)

    def on_start(self) -> None:
        """Begin without any conversation."""
        self._sent: deque[Submission] = deque(maxlen=REMEMBERED)

    @task(60)
    def new(self) -> None:
        """Send the first submission of a conversation."""
        conversation = HOT_CONVERSATION if random.random() < HOT_SHARE else f"{PREFIX}{uuid4()}"  # noqa: S311
        fields = {"platform": "WEB", "deviceType": "DESKTOP", "lobName": "customer support", "browserType": "Safari"}
        self._submit("new", conversation, fields)

    @task(25)
    def repeated(self) -> None:
        """Send more about a conversation that is known."""
        known = self._known()
        attributes = [{"name": "customerTier", "value": "gold"}, {"name": "step", "value": random.randint(1, 9)}]  # noqa: S311
        fields = {"groupName": "billing questions, tier one", "attributes": attributes}
        self._submit("repeated", known["externalConversationId"], fields)

    @task(10)
    def duplicate(self) -> None:
        """Send a submission again, as a client does that timed out."""
        self._post("duplicate", self._known(), OK)

    @task(5)
    def refused(self) -> None:
        """Send what the contract refuses."""
        self._post("refused", {"externalConversationId": f"{PREFIX}{uuid4()}", "platform": "web"}, BAD_REQUEST)

    def _known(self) -> Submission:
        if not self._sent:
            self.new()
        return random.choice(self._sent)  # noqa: S311 -- not for secrets

    def _submit(self, kind: str, conversation: str, fields: Submission) -> None:
        submission = {"externalConversationId": conversation, "eventId": str(uuid4())} | fields
        if self._post(kind, submission, OK):
            self._sent.append(submission)

    def _post(self, kind: str, submission: Submission, expected: int) -> bool:
        """Send a submission; tell whether the answer was right."""
        with self.client.post(PATH, json=submission, headers=HEADERS, name=kind, catch_response=True) as response:
            if response.status_code != expected:
                response.failure(f"{response.status_code} instead of {expected}")
                return False
            result = json.loads(response.text)["result"]
            event_id = submission.get("eventId", result["eventId"])
            if (result["error"] == "") != (expected == OK) or result["eventId"] != event_id:
                response.failure("the body is not what the contract says")
                return False
            # To locust a 400 is a failure, unless it is told otherwise.
            response.success()
            return True
