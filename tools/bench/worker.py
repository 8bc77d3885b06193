"""One measured process: imports a handler from the artifact on its path, then runs it as often as it is told to.

Run as `python -S worker.py HANDLER EVENT`, it first writes what the import cost; then it reads numbers, one a line,
runs the handler so many times, and writes what each run cost, in nanoseconds.
"""

import os
import sys
from importlib import import_module
from time import perf_counter_ns, process_time_ns

HANDLER, EVENT = sys.argv[1:]


class Context:
    """As much of Lambda's context as the handlers look at."""

    function_name = "function"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:function"
    aws_request_id = "11111111-2222-4333-8444-555555555555"


# What the handler prints is written, but nobody reads it.
results = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)

module, function = HANDLER.rsplit(".", 1)
start = process_time_ns()
handle = getattr(import_module(module), function)
init = process_time_ns() - start

# Only now, so that it is the handler that pays for what it needs.
import json  # noqa: E402

with open(EVENT) as file:
    event = json.load(file)
print(init, file=results)
for line in sys.stdin:
    costs, times = [], []
    for _ in range(int(line)):
        begin, start = perf_counter_ns(), process_time_ns()
        handle(event, Context)
        costs.append(process_time_ns() - start)
        times.append(perf_counter_ns() - begin)
    print(json.dumps({"cpu": costs, "wall": times}), file=results)
# Lambda's environments do not tidy up at their end either.
os._exit(0)
