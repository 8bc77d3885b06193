"""Examples for the document, each named by what it shows."""

from typing import Any

Json = dict[str, Any]

EVENT_ID = "5c2f8a0e-9d0b-4f3e-8a55-0d6f3f9b1c11"
MADE_ID = "0b5e3f1c-52f5-4b0e-8f0b-5f1f6a6d7e22"

_MINIMAL = {"externalConversationId": "conversation-1"}
_FULL = {
    "externalConversationId": "conversation-1",
    "eventId": EVENT_ID,
    "lobId": "1038",
    "lobName": "manufacturing",
    "groupId": "group59",
    "groupName": "groupXYZ",
    "agentRoutingCode": "route-13988",
    "campaign": "campaign-A",
    "deviceType": "TABLET",
    "platform": "IOS",
    "companySegment": ["Sales", "Marketing"],
    "companySubdivision": "subdivision-1",
    "businessRule": "rule-A",
    "entryType": "reactive",
    "operatingSystem": "MAC_OS",
    "browserType": "Safari",
    "browserVersion": "14.1.2",
    "attributes": [{"name": "attr1-name", "value": "attr1-value"}, {"name": "attr2-name", "value": 2}],
}
_REFUSAL = "FAIL_BAD_PARAMS: ERROR: "

SUBMISSIONS: Json = {"the least": _MINIMAL, "every field": _FULL}
STORED: Json = {
    "stored": {"result": {"eventId": EVENT_ID, "error": ""}},
    "stored without what is not known": {
        "result": {"eventId": MADE_ID, "error": "", "ignoredFields": ["attributes[0].type", "lobname"]}
    },
}
REFUSED: Json = {
    "wrong fields": {
        "result": {
            "eventId": EVENT_ID,
            "error": f"{_REFUSAL}deviceType: must be one of TABLET, PHONE, DESKTOP, WATCH, OTHER; "
            "lobId: must be a string",
        }
    },
    "not JSON": {"result": {"eventId": MADE_ID, "error": f"{_REFUSAL}body: must be a JSON object"}},
}
BATCHES: Json = {"two conversations": {"items": [_FULL, {"externalConversationId": "conversation-2"}]}}
RESULTS: Json = {
    "one stored and one refused": {
        "errorCount": 1,
        "results": [
            {"eventId": EVENT_ID, "error": ""},
            {"eventId": MADE_ID, "error": f"{_REFUSAL}externalConversationId: is required"},
        ],
    },
    "one to be sent again": {
        "errorCount": 1,
        "results": [
            {"eventId": EVENT_ID, "error": ""},
            {"eventId": MADE_ID, "error": "FAIL_THROTTLED: ERROR: Too Many Requests"},
        ],
    },
}
ALL_REFUSED: Json = {
    "no items": {
        "errorCount": 1,
        "results": [{"eventId": MADE_ID, "error": f"{_REFUSAL}items: must be an array of 1 to 1000 submissions"}],
    }
}
CONVERSATIONS: Json = {
    "every field": _FULL
    | {
        "createdAt": "2026-01-02T03:04:05.678Z",
        "updatedAt": "2026-01-02T03:04:05.678Z",
        "updatedBy": "default-client",
        "events": [EVENT_ID],
    }
}
REFUSED_ID: Json = {
    "no id": {"result": {"eventId": MADE_ID, "error": f"{_REFUSAL}externalConversationId: is required"}}
}
