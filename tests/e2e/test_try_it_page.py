"""The try-it page, in a real browser, and the requests that its server forwards."""

import json
import os
from dataclasses import replace
from shutil import which
from urllib.parse import urlsplit

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from tools.contract import READ
from tools.local.try_it_page import serving

UNKNOWN = f"{READ}?externalConversationId=nobody"
BROWSER, DRIVER = which("chromium"), which("chromedriver")
OPTIONS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--window-size=1200,1600",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]  # fmt: skip


@pytest.fixture(scope="module")
def page(stack):
    with serving(stack) as address:
        yield address


@pytest.fixture
def browser(page, tmp_path):
    """Headless Chromium with an empty profile, on the page, without access to other machines."""
    if not (BROWSER and DRIVER):
        missing = "There is no chromium with its chromedriver: install Debian's packages chromium and chromium-driver."
        (pytest.fail if os.environ.get("REQUIRE_BROWSER") else pytest.skip)(missing)
    options = ChromeOptions()
    options.binary_location = BROWSER
    for option in [*OPTIONS, f"--user-data-dir={tmp_path}"]:
        options.add_argument(option)
    with Chrome(options, Service(DRIVER)) as browser:
        browser.get(page)
        yield browser


def test_the_page_sends_a_submission_and_loads_only_from_its_own_server(browser, page, conversation, read_back):
    def find(selector):
        return WebDriverWait(browser, 30).until(lambda _: browser.find_elements(By.CSS_SELECTOR, selector))[0]

    # The page opens the first operation by itself, ready to be tried out.
    body = find("textarea.body-param__text")
    body.send_keys(Keys.CONTROL, "a")
    body.send_keys(json.dumps({"externalConversationId": conversation, "eventId": "e1"}))
    find("button.execute").click()
    assert find(".live-responses-table tbody .response-col_status").text == "200"
    assert read_back(conversation)["events"] == ["e1"]

    loaded = browser.execute_script("return performance.getEntriesByType('resource').map(entry => entry.name)")
    assert {urlsplit(address).netloc for address in loaded} == {urlsplit(page).netloc}
    assert not browser.find_elements(By.CSS_SELECTOR, ".errors-wrapper")
    tags = browser.find_elements(By.CSS_SELECTOR, "[data-tag]")
    assert "default" not in [tag.get_attribute("data-tag") for tag in tags]
    assert browser.get_log("browser") == []


@pytest.fixture
def server(stack, page):
    """The stack's description, with the page's server in place of the API."""
    return replace(stack, url=urlsplit(page)._replace(path="").geturl())


def test_the_pages_server_rejects_a_foreign_host_header(stack, server, page):
    foreign = stack.credentials | {"Host": "rebound.example:80"}
    for path in (UNKNOWN, urlsplit(page).path):
        assert server.request("GET", path, headers=foreign).status == 400


def test_the_pages_server_forwards_only_the_apis_routes(server):
    assert server.request("GET", UNKNOWN).status == 404
    assert server.request("GET", UNKNOWN, headers={}).status == 401
    for method, path in [("GET", "/docs/"), ("GET", "/docs/%2e%2e/try_it_page.html"), ("GET", "/other")]:
        assert server.request(method, path).status == 404
    assert server.request("POST", READ).status == 405
