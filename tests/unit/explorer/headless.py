"""Where the explorer's scripts run in tests: headless Chromium over a pipe, or Node.js."""

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)
NODE = shutil.which("node")
NO_BROWSER = f"no browser is installed (looked for {', '.join(BROWSERS)})"
NO_SCRIPTS = f"{NO_BROWSER}, nor Node.js"
KEYS = {"Enter": 13, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-quic"),
    "--remote-debugging-pipe",
)


def values_in_node(script, expression):
    """The value of an expression after a script, as JSON."""
    text = f"{script}\nconsole.log(JSON.stringify({expression}));"
    done = subprocess.run([NODE, "-"], input=text, capture_output=True, text=True, timeout=120)
    assert not done.returncode, done.stderr
    return json.loads(done.stdout)


class Browser:
    """A Chromium with one page, which speaks the DevTools protocol on file descriptors 3 and 4."""

    def __init__(self):
        self.profile = tempfile.mkdtemp(prefix="explorer-browser-")
        theirs_in, self.into = os.pipe()
        self.out_of, theirs_out = os.pipe()

        command = [BROWSER, *FLAGS, f"--user-data-dir={self.profile}", "about:blank"]
        # The shell puts the pipes where Chromium looks for them, whatever numbers they have here.
        wrapped = f'exec 3<&{theirs_in} 4>&{theirs_out}; exec "$@"'
        self.process = subprocess.Popen(
            ["bash", "-c", wrapped, "bash", *command],
            pass_fds=(theirs_in, theirs_out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self.buffer, self.number, self.session = b"", 0, None
        self.requests, self.errors = [], []
        pages = self.send("Target.getTargets")["targetInfos"]
        page = next(one["targetId"] for one in pages if one["type"] == "page")
        self.session = self.send("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.send(f"{domain}.enable")

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.into)
        os.close(self.out_of)
        shutil.rmtree(self.profile, ignore_errors=True)

    def send(self, method, **params):
        """The answer to a command; events before it are kept."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        message |= {"sessionId": self.session} if self.session else {}
        written = memoryview(json.dumps(message).encode() + b"\0")
        while written:
            written = written[os.write(self.into, written) :]
        while True:
            answer = self._read()
            if answer.get("id") == self.number:
                assert "error" not in answer, answer
                return answer["result"]
            self._keep(answer)

    def _read(self):
        while b"\0" not in self.buffer:
            piece = os.read(self.out_of, 2**20)
            assert piece, "the browser ended"
            self.buffer += piece
        message, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(message)

    def _keep(self, event):
        if event.get("method") == "Network.requestWillBeSent":
            self.requests.append(event["params"]["request"]["url"])
        if event.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded"):
            self.errors.append(json.dumps(event["params"])[:2000])

    def open(self, path, width=1280, height=900, scheme="light"):
        """Open a file at a width; what it asks for and complains of is counted anew."""
        mobile = width < 600
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=mobile,
        )
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.send("Emulation.setEmulatedMedia", features=features)
        self.requests.clear()
        self.errors.clear()
        self.send("Page.navigate", url=Path(path).absolute().as_uri())
        self.wait("document.readyState === 'complete'")

    def value(self, expression):
        """The value of a JavaScript expression, or of the promise that it is."""
        answer = self.send(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait(self, expression, seconds=60):
        """Until an expression is true."""
        end = time.monotonic() + seconds
        while not self.value(expression):
            assert time.monotonic() < end, f"still not: {expression}; {self.errors}"
            time.sleep(0.05)

    def press(self, key):
        """A key, down and up."""
        number = KEYS[key]
        event = {"key": key, "code": key, "windowsVirtualKeyCode": number}
        text = {"text": "\r"} if key == "Enter" else {}
        self.send("Input.dispatchKeyEvent", type="keyDown", **event, **text)
        self.send("Input.dispatchKeyEvent", type="keyUp", **event)

    def click(self, x, y):
        """The main button of the mouse, down and up."""
        for kind in ("mousePressed", "mouseReleased"):
            place = {"x": x, "y": y, "button": "left", "clickCount": 1}
            self.send("Input.dispatchMouseEvent", type=kind, **place)

    def screenshot(self, path):
        """The whole page as a PNG."""
        picture = self.send("Page.captureScreenshot", captureBeyondViewport=True)
        Path(path).write_bytes(base64.b64decode(picture["data"]))
