"""Golden examples: the item, response, record and log lines of events/stored-full.json, byte for byte."""

import json
import re
from io import StringIO

import telemetry

ITEM = """\
agentRoutingCode {"S": "RET-FR-02"}
attribute:consentGiven {"BOOL": true}
attribute:customerTier {"S": "gold"}
attribute:monthlyBill {"N": "42.9"}
attribute:monthsSinceUpgrade {"N": "25"}
attribute:queue {"M": {"name": {"S": "retention"}, "skills": {"L": [{"S": "french"}, {"S": "billing"}]}, \
"waited": {"N": "37"}}}
browserType {"S": "Mobile Safari"}
browserVersion {"S": "18.1"}
businessRule {"S": "upgrade-eligible"}
campaign {"S": "autumn-upgrade-2026"}
companySegment {"L": [{"S": "consumer"}, {"S": "loyalty-gold"}]}
companySubdivision {"S": "EMEA"}
createdAt {"S": "TIME"}
deviceType {"S": "PHONE"}
entryType {"S": "proactive-chat"}
eventId {"S": "7c1e3d52-4b7f-4d3a-9a53-0a4f5f0f9b11"}
externalConversationId {"S": "CC-2026-10-29-0048213"}
groupId {"S": "grp-retention-fr"}
groupName {"S": "Fidélisation"}
lobId {"S": "lob-mobile"}
lobName {"S": "Mobile phones"}
operatingSystem {"S": "IOS"}
platform {"S": "IOS"}
submissions {"SS": ["7c1e3d52-4b7f-4d3a-9a53-0a4f5f0f9b11#Hnw_eNNVMIE"]}
updatedAt {"S": "TIME"}
updatedBy {"S": "default-client"}"""

RESPONSE = {
    "statusCode": 200,
    "headers": {"Content-Type": "application/json", "Cache-Control": "no-store"},
    "body": '{"result": {"eventId": "7c1e3d52-4b7f-4d3a-9a53-0a4f5f0f9b11", "error": ""}}',
}

IDS = """\
"requestId":"3f9a2b60-58a8-4d0e-9f37-6f0d1c1e7a52","extendedRequestId":"A1b2C3d4oAMFxyz=","client":"default-client"\
"""
METRICS = """\
"_aws":{"Timestamp":0,"CloudWatchMetrics":[{"Namespace":"Tests","Dimensions":[["service"]],\
"Metrics":[{"Name":"NAME","Unit":"Count"}]}]},"NAME":[1.0]}
"""
STORED_LINE = f"""\
{{"level":"INFO","message":"Stored","timestamp":"TIME","service":"tested",{IDS},\
"eventId":"7c1e3d52-4b7f-4d3a-9a53-0a4f5f0f9b11","externalConversationId":"CC-2026-10-29-0048213","writeUnits":0.5,\
{METRICS.replace("NAME", "Stored")}"""
FOUND_LINE = f"""\
{{"level":"INFO","message":"Found","timestamp":"TIME","service":"tested",{IDS},\
"externalConversationId":"CC-2026-10-29-0048213",{METRICS.replace("NAME", "Found")}"""

RECORD = """\
{"externalConversationId": "CC-2026-10-29-0048213", "eventId": "7c1e3d52-4b7f-4d3a-9a53-0a4f5f0f9b11", \
"lobId": "lob-mobile", "lobName": "Mobile phones", "groupId": "grp-retention-fr", "groupName": "Fidélisation", \
"agentRoutingCode": "RET-FR-02", "campaign": "autumn-upgrade-2026", "deviceType": "PHONE", "platform": "IOS", \
"companySegment": ["consumer", "loyalty-gold"], "companySubdivision": "EMEA", "businessRule": "upgrade-eligible", \
"entryType": "proactive-chat", "operatingSystem": "IOS", "browserType": "Mobile Safari", "browserVersion": "18.1", \
"createdAt": "TIME", "updatedAt": "TIME", "updatedBy": "default-client", "attributes": [\
{"name": "consentGiven", "value": true}, {"name": "customerTier", "value": "gold"}, \
{"name": "monthlyBill", "value": 42.9}, {"name": "monthsSinceUpgrade", "value": 25}, \
{"name": "queue", "value": {"name": "retention", "skills": ["french", "billing"], "waited": 37}}], \
"events": ["7c1e3d52-4b7f-4d3a-9a53-0a4f5f0f9b11"]}"""


def timeless(text):
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|\+00:00)", "TIME", text)
    return re.sub(r'"Timestamp":\d{13}', '"Timestamp":0', text)


def test_the_full_sample_has_this_item_response_record_and_lines(invoke, read_event, table, monkeypatch):
    stream = StringIO()
    monkeypatch.setattr(telemetry.logger.registered_handler, "stream", stream)
    assert invoke(read_event("stored-full")) == RESPONSE
    [item] = table.items()
    assert timeless("\n".join(f"{name} {json.dumps(item[name], ensure_ascii=False)}" for name in sorted(item))) == ITEM
    query = {"externalConversationId": "CC-2026-10-29-0048213"}
    found = invoke(read_event("found") | {"queryStringParameters": query})
    assert timeless(found["body"]) == RECORD
    assert timeless(stream.getvalue()) == STORED_LINE + FOUND_LINE
