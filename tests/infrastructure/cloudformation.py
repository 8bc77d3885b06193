"""What an update of the stack would change, from the templates that SAM translates and CloudFormation's own schemas."""

import json
import re
from functools import cache
from typing import Any

from tests.conftest import ROOT, TEMPLATE, Json
from tools.command import run
from tools.local.programs import REGION

RESOURCES = TEMPLATE["Resources"]
# With what they inherit.
FUNCTIONS = {
    name: TEMPLATE["Globals"]["Function"] | it["Properties"]
    for name, it in RESOURCES.items()
    if it["Type"] == "AWS::Serverless::Function"
}
# SAM adds a hash of a version's or deployment's content to its name.
HASH = re.compile(r"(FunctionVersion|ApiDeployment)[0-9a-f]{10}")
NO_VALUE = {"Ref": "AWS::NoValue"}

# One process for all, because SAM's translator takes a second to start.
TRANSLATE = """
import json, sys
from tools.local.translate import translate
print(json.dumps([translate(*arguments) for arguments in json.load(sys.stdin)]))
"""


def translate(*arguments: tuple[str, dict[str, str]]) -> list[Json]:
    """Return the translations of templates, each given as its text and the parameters of a deployment."""
    translation = run([ROOT / ".tools/sam/bin/python", "-c", TRANSLATE], cwd=ROOT, stdin=json.dumps(arguments))
    assert translation.returncode == 0, translation.stderr
    return list(json.loads(translation.stdout))


def resources(template: Json, parameters: dict[str, str]) -> dict[str, Json]:
    """Return the resources that a deployment creates: conditions evaluated, parameters filled in, hashes removed."""
    values = {name: str(it["Default"]) for name, it in template["Parameters"].items()} | parameters

    def is_true(condition: Any) -> bool:
        [(function, content)] = condition.items()
        if function == "Condition":
            return is_true(template["Conditions"][content])
        if function == "Fn::Equals":
            return len({str(resolve(it)) for it in content}) == 1
        operands = [is_true(it) for it in content]
        return {"Fn::Not": not operands[0], "Fn::And": all(operands), "Fn::Or": any(operands)}[function]

    def resolve(value: Any) -> Any:
        if isinstance(value, list):
            return [it for it in map(resolve, value) if it != NO_VALUE]
        if not isinstance(value, dict):
            return value
        if "Ref" in value:
            return values.get(value["Ref"], value)
        if "Fn::If" in value:
            condition, if_true, if_false = value["Fn::If"]
            return resolve(if_true if is_true({"Condition": condition}) else if_false)
        if isinstance(text := value.get("Fn::Sub"), str):
            return {"Fn::Sub": re.sub(r"\$\{(\w+)\}", lambda name: values.get(name[1], name[0]), text)}
        return {key: it for key, it in ((key, resolve(it)) for key, it in value.items()) if it != NO_VALUE}

    return {
        HASH.sub(r"\1", name): {"Name": name} | json.loads(HASH.sub(r"\1", json.dumps(resolve(it))))
        for name, it in template["Resources"].items()
        # The API's settings are those of its stage. SAM deploys the API each time.
        if it["Type"] != "AWS::ApiGateway::Deployment"
        if "Condition" not in it or is_true({"Condition": it["Condition"]})
    }


def update(before: dict[str, Json], after: dict[str, Json]) -> set[str]:
    """Return the names of the resources that an update changes, replaces (!), adds (+) or deletes (-)."""
    replaced: set[str] = set()
    while True:
        # What refers to a replaced resource changes with it.
        text = json.dumps(after)
        for name in replaced:
            text = re.sub(rf'("Ref": |"Fn::GetAtt": \[?)"{name}(?=[".])', rf'\1"another {name}', text)
        new = json.loads(text)
        changed = {name for name in before.keys() | new.keys() if before.get(name) != new.get(name)}
        kept = changed & before.keys() & new.keys()
        found = {name for name in kept if _identity(before[name]) != _identity(new[name])}
        if found == replaced:
            signs = {"!": replaced, "+": new.keys() - before.keys(), "-": before.keys() - new.keys()}
            return {name + "".join(sign for sign, names in signs.items() if name in names) for name in changed}
        replaced = found


def _identity(resource: Json) -> list[Any]:
    """Return what replaces a resource if it changes."""
    return [resource["Name"], *(resource["Properties"].get(name) for name in _create_only(resource["Type"]))]


@cache
def _create_only(kind: str) -> list[str]:
    [schemas] = ROOT.glob(".tools/sam/lib/python*/site-packages/cfnlint/data/schemas")
    files = json.loads((schemas / f"providers/{REGION}.json").read_text())
    schema = json.loads((schemas / f"resources/{files[kind]}.json").read_text())
    return [path.split("/")[2] for path in schema.get("createOnlyProperties", [])]
