"""Prints a template as SAM translates it for CloudFormation: `python -m tools.local.translate template.yaml`."""

# mypy: disable-error-code="import-not-found, import-untyped, unused-ignore"
# It runs in SAM CLI's environment, which the type checker doesn't see.

import json
import sys
from typing import Any

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

from tools.local.programs import REGION, ROOT


def translate(text: str, parameters: dict[str, str]) -> Any:
    """Return a template as CloudFormation gets it when it is deployed with these parameters."""
    template = yaml_parse(text)
    for resource in template["Resources"].values():
        # SAM requires uploaded code and an uploaded nested template. Their addresses make no difference here.
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://bucket/key"
        if resource["Type"] == "AWS::Serverless::Application":
            resource["Properties"]["Location"] = "https://s3.amazonaws.com/bucket/key"
    session = boto3.Session(region_name=REGION)
    return Translator({}, Parser(), boto_session=session).translate(template, parameters)


if __name__ == "__main__":
    print(json.dumps(translate((ROOT / sys.argv[1]).read_text(), {}), indent=2))
