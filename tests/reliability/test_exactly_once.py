"""Each submission is applied exactly once, in any order and with any retries."""

from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from .size import examples
from .submissions import content_of, exactly, restated, submissions

OWN_TO_THE_ITEM = {"externalConversationId", "eventId", "submissions", "createdAt", "updatedAt", "updatedBy"}


def test_item_is_always_the_merge_of_the_submissions(submit, item_of, proxy, record_property):
    @examples(40, 1_200)
    @given(st.lists(submissions, min_size=1, max_size=8), st.data())
    def send_all(originals, data):
        conversation = str(uuid4())
        item, content, applied, sent = {}, {}, set(), []
        for original in originals:
            for submission in (original, restated(original), data.draw(st.sampled_from(sent or [original]))):
                status, body = submit({"externalConversationId": conversation} | submission)
                assert (status, body["result"]["error"]) == (200, "")
                event_id = body["result"]["eventId"]
                if (submission.get("eventId") or "").strip():
                    assert event_id == submission["eventId"]
                sent.append(submission | {"eventId": event_id})
                before, item = item, item_of(conversation)
                identity = event_id, exactly(content_of(submission))
                if identity in applied:
                    assert item == before
                    continue
                applied.add(identity)
                content |= content_of(submission)
                assert exactly({name: item[name] for name in item.keys() - OWN_TO_THE_ITEM}) == exactly(content)
                assert item["eventId"] == event_id
                assert item["createdAt"] == before.get("createdAt", item["updatedAt"])
                assert len(item["submissions"]) == len(applied)

    send_all()
    record_property("submissions applied", len(proxy.applied))
