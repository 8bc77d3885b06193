"""Prints the CloudFormation template that SAM makes of one of ours: `python -m tools.local.translate template.yaml`."""

# mypy: disable-error-code="import-not-found, import-untyped, unused-ignore"
# It runs in SAM CLI's environment, which the type checker doesn't see.

import json
import sys

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

from tools.local.programs import REGION, ROOT

if __name__ == "__main__":
    template = yaml_parse((ROOT / sys.argv[1]).read_text())
    for resource in template["Resources"].values():
        # SAM takes only what has been uploaded; which code and which template it is makes no difference here.
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://bucket/key"
        if resource["Type"] == "AWS::Serverless::Application":
            resource["Properties"]["Location"] = "https://s3.amazonaws.com/bucket/key"
    session = boto3.Session(region_name=REGION)
    print(json.dumps(Translator({}, Parser(), boto_session=session).translate(template, {}), indent=2))
