"""The regression gate: the service's instructions, as shares of others' that are counted in the same run."""

from typing import NamedTuple

from tools.bench import instructions
from tools.bench.instructions import Count
from tools.bench.process import stub
from tools.bench.subject import prepare


class Share(NamedTuple):
    """The service's share of another's instructions, and the most that it may be."""

    what: str
    value: float
    limit: float


def shares(counts: dict[str, Count]) -> list[Share]:
    """Return what is limited, by the counts of every subject.

    A ratio of two counts of one run needs no baseline, which would hold for one machine, one compiler and one set of
    pins. It repeats within 0.5%. The room above what was counted last is 3%: a new version of a library moves both
    sides, but not by the same.
    """
    service, typical, compiled, floor = (counts[n] for n in ("service", "typical", "typical, byte code", "floor"))
    return [
        Share("warm request, service / typical", service.request / typical.request, 0.58),
        Share("warm request, service / floor", service.request / floor.request, 3.6),
        Share("init, service / typical", service.init / typical.init, 0.21),
        Share("init, service / typical with byte code", service.init / compiled.init, 0.78),
    ]


def check() -> bool:
    """Count, say what came out; False if the service has become dearer than a limit allows. Raises BenchError."""
    subjects = prepare()
    with stub() as endpoint:
        counted = shares(instructions.count(subjects, endpoint))
    for share in counted:
        print(f"{share.what}: {share.value:.3f}, at most {share.limit}")
    return all(share.value <= share.limit for share in counted)
