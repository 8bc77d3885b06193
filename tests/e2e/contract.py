"""What the contract says of errors, whoever answers, and what must never be told."""

from uuid import UUID

from tools.local.api import Answer

# Planted in what clients send, and in secrets.
CANARY = "canary-5d20"

MESSAGES = {401: "Unauthorized", 404: "Not Found", 413: "Request Entity Too Large"}


def assert_error(answer: Answer, status: int) -> str:
    """Check an error in the one shape; return the request's id."""
    request_id: str = answer.json()["error"]["requestId"]
    error = {"requestId": request_id, "code": f"{status}-01", "message": MESSAGES[status]}
    assert (answer.status, answer.json()) == (status, {"error": error})
    assert answer.headers["Content-Type"] == "application/json"
    assert UUID(request_id)
    return request_id


def assert_refused(answer: Answer, *problems: str) -> None:
    """Check that a submission was refused for just these problems, and that nothing sent comes back."""
    result = answer.json()["result"]
    assert (answer.status, result["error"]) == (400, f"FAIL_BAD_PARAMS: ERROR: {'; '.join(problems)}")
    assert result["eventId"]
    assert CANARY not in result["error"]
