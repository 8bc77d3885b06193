"""Each submission is applied exactly once, in any order and with any retries."""

from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from .size import examples, size
from .submissions import content_of, exactly, restated, submissions

OWN_TO_THE_ITEM = {"externalConversationId", "eventId", "submissions", "createdAt", "updatedAt", "updatedBy"}


class Conversation:
    """The content that a conversation should have by the contract, and its item after the last submission."""

    def __init__(self):
        self.id = str(uuid4())
        self.content, self.applied = {}, set()
        self.item = {}


class Sender(RuleBasedStateMachine):
    """Sends submissions to two conversations, and any earlier one again."""

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
        before, conversation.item = conversation.item, self.item_of(conversation.id)
        content = content_of(submission)
        identity = event_id, exactly(content)
        if identity in conversation.applied:
            assert conversation.item == before
        else:
            conversation.applied.add(identity)
            conversation.content |= content
            self.check(conversation, event_id, before)
        return event_id

    def check(self, conversation, event_id, before):
        item = conversation.item
        given = {name: value for name, value in item.items() if name not in OWN_TO_THE_ITEM}
        assert exactly(given) == exactly(conversation.content)
        assert item["eventId"] == event_id
        assert item["createdAt"] == before.get("createdAt", item["updatedAt"])
        assert len(item["submissions"]) == len(conversation.applied)


def test_item_is_always_the_merge_of_the_submissions(submit, item_of, proxy, record_property):
    steps = examples(40, 600, stateful_step_count=size(20, 30))
    run_state_machine_as_test(lambda: Sender(submit, item_of), settings=steps)
    record_property("submissions applied", len(proxy.applied))
