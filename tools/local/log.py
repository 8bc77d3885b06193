"""What a deployed function has logged."""

from tools.local.emulated_aws import client


def log_lines(function: str, endpoint: str) -> list[str]:
    """Return the lines in the function's log group, oldest first."""
    configuration = client("lambda", endpoint).get_function_configuration(FunctionName=function)
    group = configuration["LoggingConfig"]["LogGroup"]
    pages = client("logs", endpoint).get_paginator("filter_log_events").paginate(logGroupName=group)
    return [event["message"] for page in pages for event in page["events"]]
