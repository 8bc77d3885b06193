"""One measured process: imports a handler from the artifact on its path, then runs it.

Run as `python -S worker.py HANDLER EVENT REQUESTS`; its last line says what the import and each request cost, in ns.
"""

import os
import sys
from importlib import import_module
from time import perf_counter_ns, process_time_ns
from types import SimpleNamespace

HANDLER, EVENT, REQUESTS = sys.argv[1:]
# As much of Lambda's context as the handlers look at.
FUNCTION = {"function_name": "function", "memory_limit_in_mb": 1024, "aws_request_id": "1" * 36}
context = SimpleNamespace(**FUNCTION, invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:function")
module, function = HANDLER.rsplit(".", 1)
start = process_time_ns()
handle = getattr(import_module(module), function)
init = process_time_ns() - start

# Only now, so that it is the handler that pays for what it needs.
import json  # noqa: E402

with open(EVENT) as file:
    event = json.load(file)
cpu, wall = [], []
for _ in range(int(REQUESTS)):
    begin, start = perf_counter_ns(), process_time_ns()
    handle(event, context)
    cpu.append(process_time_ns() - start)
    wall.append(perf_counter_ns() - begin)
print(json.dumps({"init": init, "cpu": cpu, "wall": wall}), flush=True)
# Lambda's environments do not tidy up at their end either.
os._exit(0)
