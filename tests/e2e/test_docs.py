"""The page to try the API on, in a real browser, and what its server lets through."""

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

from tools.local import docs
from tools.local.api import MANY, READ, SINGLE, credentials, request

BROWSER, DRIVER = which("chromium"), which("chromedriver")
OPTIONS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--window-size=1200,1600",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]  # fmt: skip


@pytest.fixture(scope="module")
def page(stack):
    with docs.serving(stack) as address:
        yield address


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """Chromium, without a window, a past or a connection to anywhere but this machine."""
    if not (BROWSER and DRIVER):
        missing = "There is no chromium with its chromedriver: install Debian's packages chromium and chromium-driver."
        (pytest.fail if os.environ.get("REQUIRE_BROWSER") else pytest.skip)(missing)
    options = ChromeOptions()
    options.binary_location = BROWSER
    for option in [*OPTIONS, f"--user-data-dir={tmp_path_factory.mktemp('browser')}"]:
        options.add_argument(option)
    with Chrome(options, Service(DRIVER)) as browser:
        yield browser


@pytest.fixture
def operation(browser, page):
    """Opens an operation of the page, and returns what finds the elements in it as soon as they are shown."""
    browser.get(page)
    wait = WebDriverWait(browser, 30)

    def open_at(path):
        xpath = f"//div[contains(@class, 'opblock ')][.//*[@data-path='{path}']]"
        [block] = wait.until(lambda _: browser.find_elements(By.XPATH, xpath))
        # The page opens the first by itself, ready to be tried out.
        if path != SINGLE:
            block.find_element(By.TAG_NAME, "button").click()
        return lambda selector: wait.until(lambda _: block.find_elements(By.CSS_SELECTOR, selector))[0]

    return open_at


def execute(find):
    """Send the operation's request; return the status and the body that the page shows."""
    find("button.execute").click()
    status = find(".live-responses-table tbody .response-col_status").text
    return status, json.loads(find(".live-responses-table tbody .highlight-code code").text)


def fill_in(element, text):
    element.send_keys(Keys.CONTROL, "a")
    element.send_keys(text)


def test_a_person_sends_a_submission_and_reads_it_back(operation, conversation):
    sending = operation(SINGLE)
    body = {"externalConversationId": conversation, "eventId": "e1", "lobName": "Retail"}
    fill_in(sending("textarea.body-param__text"), json.dumps(body))
    assert execute(sending) == ("200", {"result": {"eventId": "e1", "error": ""}})

    reading = operation(READ)
    fill_in(reading("input[placeholder=externalConversationId]"), conversation)
    status, record = execute(reading)
    assert status == "200"
    assert body.items() <= record.items()


def test_the_page_loads_nothing_from_elsewhere_and_finds_no_fault_with_the_document(browser, operation, page):
    operation(MANY)("button.execute")

    loaded = browser.execute_script("return performance.getEntriesByType('resource').map(entry => entry.name)")
    assert {urlsplit(address).netloc for address in loaded} == {urlsplit(page).netloc}
    assert not browser.find_elements(By.CSS_SELECTOR, ".errors-wrapper")
    tags = browser.find_elements(By.CSS_SELECTOR, "[data-tag]")
    assert "default" not in [tag.get_attribute("data-tag") for tag in tags]
    assert browser.get_log("browser") == []


@pytest.fixture
def ask(stack, page):
    """Sends a request to the page's server, by any name; returns the status."""
    server = replace(stack, url=urlsplit(page)._replace(path="").geturl())

    def send(method, path, **headers):
        return request(server, method, path, headers=credentials(stack) | headers).status

    return send


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("GET", "/docs/"), ("GET", "/docs/../stack.json"), ("GET", SINGLE), ("POST", READ)],
)
def test_the_server_of_the_page_passes_on_the_apis_routes_and_nothing_else(ask, method, path):
    assert ask("GET", READ) == 400
    assert ask(method, path) == 404


def test_the_server_of_the_page_answers_to_no_name_but_its_own(ask, page):
    assert ask("GET", urlsplit(page).path) == 200
    assert ask("GET", urlsplit(page).path, Host="rebound.example:80") == 421
    assert ask("GET", READ, Host="rebound.example:80") == 421
