"""A headless Chromium for tests, over the Chrome DevTools protocol, with nothing but the standard library.

    with Browser(find_browser()) as browser:
        page = browser.open(Path("page.html"), width=400, dark=True)
        page.press("ArrowRight")
        page.evaluate("document.title")

The protocol is JSON with a zero byte behind each message, through two pipes that the browser finds as
its file descriptors 3 and 4 (--remote-debugging-pipe).
"""

import base64
import json
import os
import select
import shutil
import signal
import tempfile
import time
from importlib.resources import files
from pathlib import Path

import pytest

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
TIMEOUT = 60
"""Seconds after which an answer that has not come is not waited for any longer."""

KEYS = {" ": "Space", "+": "Equal", "-": "Minus"}
"""Keys whose code is not their name."""


def find_browser():
    """The program that $CHROME names, or the first of the usual names that is found; else None."""
    named = os.environ.get("CHROME")
    return next(filter(None, map(shutil.which, [named] if named else PROGRAMS)), None)


class Browser:
    """A running Chromium; a context manager."""

    def __init__(self, program):
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.log = Path(self.folder.name, "log")
        their_in, self.to = os.pipe()
        self.from_, their_out = os.pipe()
        command = [
            *(
                program,
                "--headless",
                "--remote-debugging-pipe",
                f"--user-data-dir={self.folder.name}",
            ),
            *("--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars"),
            *("--disable-background-networking", "--disable-component-update", "--mute-audio"),
            *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
        ]
        # The pipes' own numbers may be 3 and 4: they move out of the way before they get there.
        moves = [(their_in, 101), (their_out, 102), (101, 3), (102, 4)]
        actions = [(os.POSIX_SPAWN_DUP2, *move) for move in moves]
        write = os.O_WRONLY | os.O_CREAT
        actions.append((os.POSIX_SPAWN_OPEN, 2, str(self.log), write, 0o600))
        self.pid = os.posix_spawn(program, command, os.environ, file_actions=actions, setpgroup=0)
        os.close(their_in)
        os.close(their_out)
        self.sent = 0
        self.buffer = b""
        self.pages = {}

    def __enter__(self):
        return self

    def __exit__(self, *error):
        os.close(self.to)
        os.close(self.from_)
        os.killpg(self.pid, signal.SIGTERM)
        os.waitpid(self.pid, 0)
        self.folder.cleanup()

    def open(self, path, *, width=1280, height=800, dark=False, reduced_motion=False):
        """A new page that shows a file."""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = self.pages[session] = Page(self, session, target)
        page.show(path, width, height, dark, reduced_motion)
        return page

    def ask(self, method, session=None, **parameters):
        """Send a command; returns what it answers. Events that come before are given to their pages."""
        self.sent += 1
        number = self.sent
        message = {"id": number, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive(method)
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def receive(self, waiting_for):
        """The next message; an event is noted by its page as well."""
        end = time.monotonic() + TIMEOUT
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.from_], [], [], max(0, end - time.monotonic()))
            read = os.read(self.from_, 1 << 16) if ready else b""
            if not read:
                raise RuntimeError(f"{waiting_for}: no answer; {self.log.read_text()[-2000:]}")
            self.buffer += read
        message, _, self.buffer = self.buffer.partition(b"\0")
        message = json.loads(message)
        page = self.pages.get(message.get("sessionId"))
        if page is not None and "method" in message:
            page.note(message["method"], message["params"])
        return message


class Page:
    """One page of the browser. `errors` are those of its console, `requests` what it asked for."""

    def __init__(self, browser, session, target):
        self.browser, self.session, self.target = browser, session, target
        self.errors = []
        self.requests = []
        self.loaded = False

    def show(self, path, width, height, dark, reduced_motion):
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.ask(f"{domain}.enable")
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        features = {
            "prefers-color-scheme": "dark" if dark else "light",
            "prefers-reduced-motion": "reduce" if reduced_motion else "no-preference",
        }
        features = [{"name": name, "value": value} for name, value in features.items()]
        self.ask("Emulation.setEmulatedMedia", features=features)
        self.ask("Page.navigate", url=Path(path).absolute().as_uri())
        while not self.loaded:
            self.browser.receive("Page.navigate")

    def ask(self, method, **parameters):
        return self.browser.ask(method, self.session, **parameters)

    def note(self, method, parameters):
        """What an event says about this page."""
        if method == "Page.loadEventFired":
            self.loaded = True
        elif method == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            self.errors.append(parameters["exceptionDetails"]["exception"].get("description", ""))
        elif method == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "assert"):
            self.errors.append(str([x.get("value") for x in parameters["args"]]))
        elif method == "Log.entryAdded" and parameters["entry"]["level"] == "error":
            self.errors.append(parameters["entry"]["text"])

    def evaluate(self, expression):
        """The value of a JavaScript expression; a promise is waited for."""
        answer = self.ask(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"].get("description"))
        return answer["result"].get("value")

    def press(self, key, times=1):
        """Press a key, as a user would."""
        event = {"key": key, "code": KEYS.get(key, key)}
        text = {" ": " ", "Enter": "\r"}.get(key, key if len(key) == 1 else None)
        if text is not None:
            event["text"] = text
        codes = {"Enter": 13, " ": 32, "Tab": 9, "Escape": 27}
        codes |= {"End": 35, "Home": 36, "PageUp": 33, "PageDown": 34}
        codes |= {"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
        event["windowsVirtualKeyCode"] = codes.get(key, 0)
        for _ in range(times):
            self.ask("Input.dispatchKeyEvent", type="keyDown", **event)
            self.ask("Input.dispatchKeyEvent", type="keyUp", **event)

    def click(self, selector):
        """Click into the middle of the first element that the selector finds."""
        x, y = self.evaluate(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            f" e.scrollIntoView({{block: 'center', behavior: 'instant'}});"
            f" const r = e.getBoundingClientRect();"
            f" return [r.x + r.width / 2, r.y + r.height / 2] }})()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def violations(self):
        """What keeps people out of the page, as axe finds it: the rule, and the elements that break it."""
        code = files(pytest.importorskip("axe_core_python")).joinpath("axe.min.js")
        self.evaluate(code.read_text("utf-8"))
        found = self.evaluate("axe.run(document).then((result) => result.violations)")
        return [(f["id"], [node["html"] for node in f["nodes"]]) for f in found]

    def screenshot(self, path, *, full=False):
        """A PNG of what is in the window, or of the whole page."""
        data = self.ask("Page.captureScreenshot", captureBeyondViewport=full)["data"]
        Path(path).write_bytes(base64.b64decode(data))

    def close(self):
        self.browser.ask("Target.closeTarget", targetId=self.target)
        del self.browser.pages[self.session]
