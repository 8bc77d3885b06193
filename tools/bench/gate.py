"""The regression gate: the service's instructions, as shares of others' that are counted in the same run."""

from tools.bench import instructions
from tools.bench.instructions import Count
from tools.bench.process import stub
from tools.bench.report import Goal
from tools.bench.subject import prepare

# A ratio of two counts of one run needs no baseline, which would hold for one machine, one compiler and one set of
# pins. It repeats within 0.5%. The room above what was counted last is 3%: a new version of a library moves both sides,
# but not by the same.
SERVICE_TO_TYPICAL = 0.58
SERVICE_TO_FLOOR = 3.6
INIT_TO_TYPICAL = 0.21
INIT_TO_COMPILED = 0.78


def goals(counts: dict[str, Count]) -> list[Goal]:
    """Return what is limited, by the counts of every subject."""
    service, typical, compiled, floor = (counts[n] for n in ("service", "typical", "typical, byte code", "floor"))
    return [
        Goal("warm request, service / typical", service.request / typical.request, SERVICE_TO_TYPICAL),
        Goal("warm request, service / floor", service.request / floor.request, SERVICE_TO_FLOOR),
        Goal("init, service / typical as SAM packages it", service.init / typical.init, INIT_TO_TYPICAL),
        Goal("init, service / typical with byte code", service.init / compiled.init, INIT_TO_COMPILED),
    ]


def check() -> bool:
    """Count, say what came out; False if the service has become dearer than a limit allows. Raises BenchError."""
    subjects = prepare()
    with stub() as endpoint:
        counted = goals(instructions.count(subjects, endpoint))
    for goal in counted:
        print("  ".join(goal.row()))
    return all(goal.is_met() for goal in counted)
