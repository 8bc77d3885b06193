"""Each submission is applied exactly once, whatever is sent again and in which order."""

from uuid import uuid4

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from .size import FULL, size
from .submissions import attributes_of, exactly, fields_of, restated, submissions

OWN_TO_THE_ITEM = {"externalConversationId", "eventId", "submissions", "createdAt", "updatedAt", "updatedBy"}


class Conversation:
    """What the contract says that a conversation's item holds."""

    def __init__(self):
        self.id = str(uuid4())
        self.fields, self.attributes, self.item = {}, {}, {}
        self.applied = set()
        self.event_id = None

    def apply(self, submission, event_id):
        """Merge a submission; tell whether that changed anything."""
        fields, attributes = fields_of(submission), attributes_of(submission)
        identity = (event_id, exactly([fields, attributes]))
        if identity in self.applied:
            return False
        self.applied.add(identity)
        self.fields |= fields
        self.attributes |= attributes
        self.event_id = event_id
        return True


class Sender(RuleBasedStateMachine):
    """Sends submissions to two conversations, new ones and any old one again."""

    def __init__(self, submit, item_of):
        super().__init__()
        self.submit = submit
        self.item_of = item_of
        self.sent = []

    @initialize()
    def begin(self):
        self.conversations = [Conversation(), Conversation()]

    @rule(submission=submissions, which=st.integers(0, 1))
    def send(self, submission, which):
        conversation = self.conversations[which]
        event_id = self.apply(conversation, submission)
        self.sent.append((conversation, submission | {"eventId": event_id}, event_id))

    @rule(data=st.data(), restate=st.booleans())
    def send_again(self, data, *, restate):
        if self.sent:
            conversation, submission, event_id = data.draw(st.sampled_from(self.sent))
            assert self.apply(conversation, restated(submission) if restate else submission) == event_id

    def apply(self, conversation, submission):
        status, body = self.submit({"externalConversationId": conversation.id} | submission)
        assert (status, body["result"]["error"]) == (200, "")
        event_id: str = body["result"]["eventId"]
        if (submission.get("eventId") or "").strip():
            assert event_id == submission["eventId"]
        changed = conversation.apply(submission, event_id)
        item = self.item_of(conversation.id)
        if not changed:
            assert item == conversation.item
        assert item["createdAt"] == conversation.item.get("createdAt", item["updatedAt"])
        conversation.item = item
        return event_id

    @invariant()
    def every_item_is_what_the_contract_says(self):
        for conversation in self.conversations:
            item = conversation.item
            attributes = {f"attribute:{name}": value for name, value in conversation.attributes.items()}
            given = {name: value for name, value in item.items() if name not in OWN_TO_THE_ITEM}
            assert exactly(given) == exactly(conversation.fields | attributes)
            assert item.get("eventId") == conversation.event_id
            assert len(item.get("submissions", ())) == len(conversation.applied)


def test_the_item_is_always_what_the_submissions_say(submit, item_of, proxy, record_property):
    steps = settings(max_examples=size(40, 600), stateful_step_count=size(20, 30), derandomize=not FULL)
    run_state_machine_as_test(lambda: Sender(submit, item_of), settings=steps)
    assert set(proxy.applied.values()) == {1}
    record_property("submissions applied", len(proxy.applied))
