"""Jobs as forks of one process that has imported the libraries already.

At scale `mini` most jobs take less time than importing PyTorch. While a workflow runs on this
machine, it keeps one process that has imported the libraries, and none of this package's modules.
`python -m latent_assays` asks that process for a fork, hands it its command line, environment and
standard streams, and ends as the fork ends. Where no such process answers, it works by itself.

Linux alone: its abstract sockets need no file, and its libraries survive a fork.
"""

import atexit
import contextlib
import gc
import json
import os
import select
import signal
import socket
import struct
import sys
from importlib import import_module
from threading import Thread

__all__ = ["THREADS", "VARIABLE", "address_for", "forked", "serve"]

VARIABLE = "LATENT_ASSAYS_FORKS"
"""Environment variable: where the process listens, and whose libraries it has."""

# What jobs import and takes time; all of it starts no thread, which a fork would not have.
LIBRARIES = (
    *("numpy", "pandas", "h5py", "scipy.stats", "scipy.optimize", "scipy.sparse.csgraph"),
    *("numba", "torch", "safetensors.torch", "torchmetrics.image.fid", "torchmetrics.image.kid"),
    *("matplotlib.pyplot", "matplotlib.backends.backend_pdf", "matplotlib.backends.backend_svg"),
    *("typer", "typer._adapters", "tqdm", "yaml", "jinja2"),
)
THREADS = "OMP_NUM_THREADS"  # libraries read it when they are loaded
HEADER = struct.Struct("!Q")
STARTED = b"s"
STREAMS = 3


def address_for(name: str) -> str:
    """Value of `VARIABLE` for a process that listens under a name."""
    return f"{name}:{sys.prefix}"


def forked() -> int | None:
    """Have a fork do what this process was asked for.

    Returns:
        the fork's exit status; None if there is no process to fork, and nothing was done.
    """
    name, _, prefix = os.environ.get(VARIABLE, "").partition(":")
    if not name or prefix != sys.prefix or os.environ.get(THREADS) != "1":
        return None
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(f"\0{name}")
            _ask(connection)
            started = connection.recv(1)
        except OSError:
            return None
        if started != STARTED:
            return None
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # the fork ends when this process does
        with contextlib.suppress(ConnectionError):
            if status := connection.recv(1):
                return status[0]
    print("error: the job was killed: did the machine run out of memory?", file=sys.stderr)
    return 1


def serve(name: str) -> None:
    """Import the libraries, then fork for every process of the same user that asks.

    Returns when standard input ends, as it does when the process ends that holds its other side.
    """
    for library in LIBRARIES:
        with contextlib.suppress(ImportError):  # then jobs do without it, too
            import_module(library)
    with contextlib.suppress(ImportError):  # Numba loads half of itself with its first function
        import_module("numba").njit("float32(float32)")(lambda number: number)
    gc.collect()
    gc.freeze()  # forks share these objects' memory as long as nobody touches it
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forks
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"\0{name}")
        listener.listen(64)
        while listener in select.select([listener, sys.stdin], [], [])[0]:
            connection, _ = listener.accept()
            with connection:
                if _is_own(connection) and os.fork() == 0:
                    listener.close()
                    _work(connection)


def _ask(connection: socket.socket) -> None:
    request = json.dumps(
        {
            "arguments": sys.argv,
            "paths": sys.path,
            "folder": os.getcwd(),
            "environment": dict(os.environ),
        }
    ).encode()
    socket.send_fds(connection, [HEADER.pack(len(request))], range(STREAMS))
    connection.sendall(request)


def _is_own(connection: socket.socket) -> bool:
    """Whether the same user asks: an abstract socket has no permissions."""
    asked = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return struct.unpack("3i", asked)[1] == os.getuid()


def _work(connection: socket.socket) -> None:
    """Be the process that asked, and end."""
    status = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        header, streams, _, _ = socket.recv_fds(connection, HEADER.size, STREAMS)
        with connection.makefile("rb") as file:
            request = json.loads(file.read(HEADER.unpack(header)[0]))
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        os.chdir(request["folder"])
        os.environ.clear()
        os.environ.update(request["environment"])
        sys.argv, sys.path = request["arguments"], request["paths"]
        connection.sendall(STARTED)
        Thread(target=_end_with, args=[connection], daemon=True).start()
        status = _main()
        connection.sendall(bytes([status]))
    finally:
        os._exit(status)


def _main() -> int:
    """The command line, as in a process of its own; its exit status."""
    import traceback

    status = 1
    try:
        from latent_assays.cli import main

        main()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    return status


def _end_with(connection: socket.socket) -> None:
    """End with the process that asked, however that ended."""
    with contextlib.suppress(ConnectionError):
        connection.recv(1)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    serve(sys.argv[1])
