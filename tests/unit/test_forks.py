"""A fork does what the command itself would do, and ends with the command, however that ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from latent_assays.forks import THREADS, VARIABLE, address_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux alone"),
]

COMMAND = [sys.executable, "-m", "latent_assays"]
SOURCE = Path(__file__).parents[2] / "src"
PATIENCE = 60
# Stands for the package's command line: says who it is, or does as it is told.
MAIN = """
import os, sys, time
def main():
    told = sys.argv[1:]
    print("parent", os.getppid(), *told, os.getcwd(), os.environ["ONE"], flush=True)
    print("to stderr", file=sys.stderr)
    if told == ["wait"]:
        time.sleep(600)
    if told == ["kill"]:
        os.kill(os.getpid(), 9)
    if told == ["raise"]:
        raise RuntimeError("it went wrong")
    if told[0] == "exit":
        sys.exit(int(told[1]))
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """A package of the same name whose command line is `MAIN`."""
    root = tmp_path_factory.mktemp("forks")
    (root / "latent_assays/cli").mkdir(parents=True)
    for name in ("__main__.py", "forks.py"):
        (root / "latent_assays" / name).write_bytes((SOURCE / "latent_assays" / name).read_bytes())
    (root / "latent_assays/__init__.py").touch()
    (root / "latent_assays/cli/__init__.py").write_text(MAIN, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def environment(package):
    """Of a command that asks the process of `server`."""
    return {
        **os.environ,
        "PYTHONPATH": str(package),
        VARIABLE: address_for(f"latent-assays-test-{os.getpid()}"),
        THREADS: "1",
        "ONE": "1",
    }


@pytest.fixture(scope="module")
def server(environment):
    name = environment[VARIABLE].partition(":")[0]
    process = subprocess.Popen(
        [sys.executable, "-m", "latent_assays.forks", name],
        stdin=subprocess.PIPE,
        env={**environment, "ONE": "the server's"},
        start_new_session=True,
    )
    wait_until(lambda: process.poll() is not None or f"@{name}" in listening())
    assert process.poll() is None
    yield process
    process.stdin.close()
    assert process.wait(PATIENCE) == 0


def listening():
    return Path("/proc/net/unix").read_text(encoding="utf-8")


def wait_until(is_so):
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


def ask(environment, *arguments, **options):
    return subprocess.run(
        [*COMMAND, *arguments], env=environment, capture_output=True, text=True, **options
    )


def test_a_fork_has_the_command_line_folder_environment_and_streams(server, environment, tmp_path):
    done = ask(environment, "exit", "0", cwd=tmp_path)
    assert done.stdout == f"parent {server.pid} exit 0 {tmp_path} 1\n"
    assert done.stderr == "to stderr\n"
    assert done.returncode == 0


@pytest.mark.parametrize(("told", "status"), [(["nothing"], 0), (["exit", "7"], 7), (["raise"], 1)])
def test_a_command_ends_as_its_fork_does(server, environment, told, status):
    done = ask(environment, *told)
    assert done.stdout.startswith(f"parent {server.pid} ")
    assert done.returncode == status
    assert ("RuntimeError: it went wrong" in done.stderr) == (told == ["raise"])


def test_a_fork_that_is_killed_is_a_failure_that_is_said(server, environment):
    done = ask(environment, "kill")
    assert done.returncode == 1
    assert done.stderr.endswith("error: the job was killed: did the machine run out of memory?\n")


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_fork_ends_with_its_command(server, environment, by):
    command = subprocess.Popen([*COMMAND, "wait"], env=environment, stdout=subprocess.PIPE)
    assert command.stdout.readline().startswith(b"parent")
    (fork,) = psutil.Process(server.pid).children()
    command.send_signal(by)
    assert command.wait(PATIENCE) == -by
    wait_until(lambda: not fork.is_running())
    command.stdout.close()


@pytest.mark.parametrize(
    "changed",
    [
        {VARIABLE: ""},
        {VARIABLE: address_for("nobody-listens-here")},
        {VARIABLE: "name:/another/environment"},
        {THREADS: "2"},
    ],
)
def test_where_no_process_may_be_forked_the_command_works_by_itself(server, environment, changed):
    done = ask({**environment, **changed}, "exit", "3")
    assert done.stdout.startswith(f"parent {os.getpid()} exit 3 ")
    assert done.returncode == 3


def test_the_process_has_loaded_the_libraries_and_no_thread_that_a_fork_would_lack(server):
    assert psutil.Process(server.pid).num_threads() == 1
    assert "libtorch_cpu" in Path(f"/proc/{server.pid}/maps").read_text(encoding="utf-8")
