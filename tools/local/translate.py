"""Prints the CloudFormation template that SAM makes of template.yaml, so that it can be checked as well."""

# mypy: disable-error-code="import-not-found, import-untyped, unused-ignore"
# It runs in SAM CLI's environment, which the type checker doesn't see.

import json

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

from tools.local.programs import REGION, ROOT

if __name__ == "__main__":
    template = yaml_parse((ROOT / "template.yaml").read_text())
    for resource in template["Resources"].values():
        # SAM takes only code that has been uploaded; which code it is makes no difference here.
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://bucket/key"
    session = boto3.Session(region_name=REGION)
    print(json.dumps(Translator({}, Parser(), boto_session=session).translate(template, {}), indent=2))
