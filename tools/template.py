"""Reads the CloudFormation templates, with intrinsic functions in their long form."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
TEMPLATES = ("template.yaml", "monitoring.yaml")


class _Loader(yaml.SafeLoader):
    """Reads `!Ref A` as `{"Ref": "A"}`."""


def _intrinsic(loader: yaml.SafeLoader, tag: str, node: yaml.ScalarNode | yaml.SequenceNode) -> Any:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    else:
        value = loader.construct_sequence(node, deep=True)
    return {tag if tag in {"Ref", "Condition"} else f"Fn::{tag}": value}


_Loader.add_multi_constructor("!", _intrinsic)


def load(name: str) -> dict[str, Any]:
    """Return a template by its name."""
    return dict(yaml.load((ROOT / name).read_text(), _Loader))  # noqa: S506 -- it is a SafeLoader


@cache
def resources(kind: str) -> list[dict[str, Any]]:
    """Return the properties of every resource of a type, in all templates."""
    every = [resource for name in TEMPLATES for resource in load(name)["Resources"].values()]
    return [resource.get("Properties", {}) for resource in every if resource["Type"] == kind]
