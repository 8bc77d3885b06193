"""A conversation read back: as of now, under an id in any script, or not there."""

from urllib.parse import quote

import pytest
from oracle import assert_error, checked

from tools.local.api import READ


def test_a_record_has_everything_that_a_200_confirmed_just_before(submit, read_back, conversation):
    for number in range(5):
        submit({"externalConversationId": conversation, "eventId": f"e{number}", "lobId": str(number)})

        record = read_back(conversation)
        assert (record["lobId"], len(record["events"])) == (str(number), number + 1)


def test_numbers_come_back_with_all_their_digits(submit, call, conversation):
    digits = "1234567890123456789012345678.0123456789"
    submit(b'{"externalConversationId": "%s", "attributes": [{"n": %s}]}' % (conversation.encode(), digits.encode()))

    assert digits in call("GET", f"{READ}?externalConversationId={conversation}").body.decode()


@pytest.mark.parametrize("space", ["%20", "+"])
def test_an_id_may_be_encoded_in_either_way_of_a_query_string(submit, call, conversation, space):
    submit({"externalConversationId": f"{conversation} é", "eventId": "e"})

    answer = call("GET", f"{READ}?externalConversationId={conversation}{space}{quote('é')}")
    assert (answer.status, answer.json()["externalConversationId"]) == (200, f"{conversation} é")


def test_a_conversation_that_is_not_there_is_answered_404(call, conversation):
    assert_error(call("GET", f"{READ}?externalConversationId={conversation}"), "404-01")


@pytest.mark.parametrize("query", ["", "?externalConversationId=", "?externalConversationId=%20%09"])
def test_an_id_that_is_missing_or_blank_is_refused(call, query):
    answer = call("GET", f"{READ}{query}")
    result = checked(answer.status, answer.headers, answer.body.decode())["result"]
    assert result["error"].startswith("FAIL_BAD_PARAMS: ERROR: externalConversationId: ")
