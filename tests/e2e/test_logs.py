"""What an operator finds of a request: one line that says who sent what, and what became of it."""

from oracle import CANARY, assert_error

from tools.local.api import READ


def test_the_line_of_a_request_names_it_its_conversation_its_event_its_client_and_its_outcome(
    stack, submit, logged, conversation
):
    submit({"externalConversationId": conversation, "eventId": "e1", "campaign": CANARY})

    [line] = logged("IngestFunction", conversation, 1)
    assert (line["eventId"], line["client"], line["message"]) == ("e1", stack.api_id, "Stored")
    assert line["requestId"]
    assert line["writeUnits"] > 0


def test_a_line_is_found_by_the_request_id_that_an_error_tells(call, logged, conversation):
    told = assert_error(call("GET", f"{READ}?externalConversationId={conversation}"), "404-01")

    [line] = logged("ReadFunction", conversation, 1)
    assert (line["requestId"], line["message"]) == (told, "NotFound")


def test_each_stored_entry_of_a_batch_has_a_line_with_the_requests_id(submit_many, logged, conversation):
    submit_many([{"externalConversationId": conversation, "eventId": f"e{number}"} for number in range(3)])

    lines = logged("ManyFunction", conversation, 3)
    assert {line["eventId"] for line in lines} == {"e0", "e1", "e2"}
    assert len({line["requestId"] for line in lines}) == 1
