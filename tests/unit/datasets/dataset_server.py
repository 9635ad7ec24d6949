"""A dataset host on 127.0.0.1 that can misbehave.

In tests:

    with DatasetServer(folder, "truncate:1") as server:
        fetch(..., table=table_with(server.url + "file.npz"))

By hand: `python dataset_server.py FOLDER --fault stall` prints the port and serves until killed.

A fault is `NAME` or `NAME:TIMES`; TIMES limits it to the first requests for each file.

- `truncate`: promises the whole length and closes the connection half-way.
- `corrupt`: changes one byte in the middle.
- `stall`: sends the first half and then nothing, with the connection open.
- `trickle`: sends a byte a second.
- `busy`: answers 503; twice unless TIMES says otherwise.
- `ignore-range`: sends all of the file whatever range is asked for.
- `missing`: answers 404.
- `web-page`: answers 200 with a page that says the quota is exceeded.
- `encoded`: labels a `.gz` file as `Content-Encoding: gzip`, as some mirrors do.
- `down`: nobody listens on the port.

Several faults are given as several arguments.
"""

import argparse
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FAULTS = ("truncate", "corrupt", "stall", "trickle", "busy", "ignore-range", "missing", "web-page")
FAULTS += ("encoded", "down")
WEB_PAGE = b"<!DOCTYPE html><html><title>Google Drive - Quota exceeded</title></html>"


class DatasetServer:
    """Serves the files of `folder`, with faults; a context manager.

    Attributes:
        url: ends in a slash.
        requests: (file, Range header or None, status) of every request, in order.
    """

    def __init__(self, folder, *faults, port=0):
        self.folder = Path(folder)
        self.faults = {}
        for fault in faults:
            name, _, times = fault.partition(":")
            if name not in FAULTS:
                raise ValueError(f"unknown fault {name!r}; possible: {', '.join(FAULTS)}")
            self.faults[name] = int(times) if times else 2 if name == "busy" else None
        self.requests = []
        self.counts = Counter()
        self.stopping = threading.Event()
        handler = type("Handler", (_Handler,), {"owner": self})
        self.server = _QuietServer(("127.0.0.1", port), handler)
        self.port = self.server.server_port
        self.url = f"http://127.0.0.1:{self.port}/"

    def __enter__(self):
        if "down" in self.faults:
            self.server.server_close()
        else:
            threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error):
        self.stopping.set()
        if "down" not in self.faults:
            self.server.shutdown()
            self.server.server_close()


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A client that hangs up is part of what is tested."""


class _Handler(BaseHTTPRequestHandler):
    owner: DatasetServer
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        owner, name = self.owner, self.path.partition("?")[0].lstrip("/")
        number = owner.counts[name]
        owner.counts[name] += 1
        now = {fault for fault, times in owner.faults.items() if times is None or number < times}
        if "busy" in now:
            return self.answer(503, b"busy", {"Retry-After": "1"})
        file = owner.folder / name
        if "missing" in now or not file.is_file():
            return self.answer(404, b"not found")
        if "web-page" in now:
            return self.answer(200, WEB_PAGE, {"Content-Type": "text/html"})
        content = bytearray(file.read_bytes())
        if "corrupt" in now:
            content[len(content) // 2] ^= 0xFF
        headers = {"Content-Encoding": "gzip"} if "encoded" in now else {}
        asked = self.headers.get("Range")
        if asked is None or "ignore-range" in now:
            return self.answer(200, content, headers, now)
        start = int(asked.removeprefix("bytes=").split("-")[0])
        if start >= len(content):
            return self.answer(416, b"")
        headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        return self.answer(206, content[start:], headers, now)

    def answer(self, status, content, headers=None, now=()):
        self.owner.requests.append(
            (self.path.lstrip("/"), self.headers.get("Range"), status),
        )
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        half = bytes(content[: len(content) // 2])
        if "trickle" in now:
            for byte in content:
                if self.owner.stopping.wait(1):
                    break
                self.wfile.write(bytes([byte]))
        elif "stall" in now:
            self.wfile.write(half)
            self.owner.stopping.wait()
        elif "truncate" in now:
            self.wfile.write(half)
        else:
            self.wfile.write(content)
            return
        self.close_connection = True

    def log_message(self, format, *args):
        pass


def main():
    """Serve a folder until killed, and print the port first."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--fault", action="append", default=[], help=", ".join(FAULTS))
    parser.add_argument("--port", type=int, default=0)
    arguments = parser.parse_args()
    with DatasetServer(arguments.folder, *arguments.fault, port=arguments.port) as server:
        print(server.port, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
