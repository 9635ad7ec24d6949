import gzip
import hashlib
import json
import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest
from dataset_server import DatasetServer
from source_table import md5_of, row, write_table

from latent_assays.datasets.downloads import TABLE, fetch, fetch_all, read_table, transfer
from latent_assays.errors import UserError

CONTENT = np.random.default_rng(0).integers(0, 256, 3 << 20, dtype=np.uint8).tobytes()


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch):
    monkeypatch.setattr(transfer, "FIRST_WAIT", 0.01)
    monkeypatch.setattr(transfer, "STALL_SECONDS", 0.3)


@pytest.fixture
def served(tmp_path):
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "data.bin").write_bytes(CONTENT)
    (folder / "data.bin.gz").write_bytes(gzip.compress(CONTENT, 1))
    return folder


def table_of(path, *sources, checksum=None, mismatch="refuse", size=None, file="data.bin"):
    """A table with one file of the dataset `toy`; sources are (location, unpack)."""
    checksum = md5_of(CONTENT) if checksum is None else checksum
    size = len(CONTENT) if size is None else size
    rows = [
        row("toy", file, location, order, unpack, size, checksum, mismatch)
        for order, (location, unpack) in enumerate(sources, 1)
    ]
    return write_table(path, rows)


def visible(folder):
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def assert_nothing_left(folder):
    """No file under a final name, and no scratch folder."""
    assert not folder.exists() or visible(folder) == []
    assert not (folder / ".scratch").exists()


@pytest.mark.parametrize(
    ("faults", "requests"),
    [
        ([], 1),
        (["busy"], 3),
        (["truncate:1"], 2),
        (["truncate:2", "ignore-range"], 3),
        (["stall:1"], 2),
        (["corrupt:1"], 2),
    ],
)
def test_faults_that_pass_end_in_the_right_file(served, tmp_path, faults, requests):
    with DatasetServer(served, *faults) as server:
        table = table_of(tmp_path / "t.csv", (server.url + "data.bin", ""))
        path = fetch("toy", "data.bin", tmp_path / "out", table=table)
    assert path.read_bytes() == CONTENT
    assert len(server.requests) == requests
    assert visible(path.parent) == ["data.bin", "data.bin.json"]
    assert [p for p in path.parent.iterdir() if p.name.startswith(".")] == []
    assert json.loads((path.parent / "data.bin.json").read_text()) == {
        "source": server.url + "data.bin",
        "bytes": len(CONTENT),
        "md5": hashlib.md5(CONTENT).hexdigest(),
        "sha256": hashlib.sha256(CONTENT).hexdigest(),
        "checked": "md5",
    }


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("truncate", "the connection ended after"),
        ("corrupt", "its md5 is"),
        ("stall", "stalled for 0.3 s, 5 times"),
        ("busy:99", "HTTP 503 Service Unavailable, 5 times"),
        ("missing", "HTTP 404 Not Found"),
        ("web-page", "a web page came instead of the file"),
        ("down", "refuses connections"),
    ],
)
def test_faults_that_stay_end_in_one_sentence(served, tmp_path, monkeypatch, fault, said):
    monkeypatch.setattr(transfer, "CHUNK", 1 << 30)  # no progress is enough to go on for ever
    with DatasetServer(served, fault) as server:
        table = table_of(tmp_path / "t.csv", (server.url + "data.bin", ""))
        with pytest.raises(UserError) as error:
            fetch("toy", "data.bin", tmp_path / "out", table=table)
    message = str(error.value)
    assert message.startswith(f"toy: data.bin could not be had from {server.url}data.bin (")
    assert said in message
    assert message.endswith("name that in the config as `paths: {toy: FOLDER}`")
    assert "\n" not in message
    assert_nothing_left(tmp_path / "out")


def test_a_trickle_counts_as_a_stall(served, tmp_path, monkeypatch):
    monkeypatch.setattr(transfer, "STALL_SECONDS", 1.5)
    monkeypatch.setattr(transfer, "ATTEMPTS", 1)
    with DatasetServer(served, "trickle") as server:
        table = table_of(tmp_path / "t.csv", (server.url + "data.bin", ""))
        with pytest.raises(UserError, match=r"only \d bytes came in \d s"):
            fetch("toy", "data.bin", tmp_path / "out", table=table)


def test_resumes_where_the_server_honours_range(served, tmp_path):
    with DatasetServer(served, "truncate:1") as server:
        table = table_of(tmp_path / "t.csv", (server.url + "data.bin", ""))
        fetch("toy", "data.bin", tmp_path / "out", table=table)
    assert server.requests == [
        ("data.bin", None, 200),
        ("data.bin", f"bytes={len(CONTENT) // 2}-", 206),
    ]


def test_the_next_run_goes_on_where_a_failed_one_stopped(served, tmp_path, monkeypatch):
    monkeypatch.setattr(transfer, "ATTEMPTS", 1)
    with DatasetServer(served, "truncate:1") as server:
        table = table_of(tmp_path / "t.csv", (server.url + "data.bin", ""))
        with pytest.raises(UserError):
            fetch("toy", "data.bin", tmp_path / "out", table=table)
        assert_nothing_left(tmp_path / "out")
        path = fetch("toy", "data.bin", tmp_path / "out", table=table)
    assert server.requests[1] == ("data.bin", f"bytes={len(CONTENT) // 2}-", 206)
    assert path.read_bytes() == CONTENT


@pytest.mark.parametrize("stale", [b"x" * 100, b"x" * (len(CONTENT) + 1)])
def test_a_partial_file_of_other_content_is_thrown_away(served, tmp_path, stale):
    with DatasetServer(served) as server:
        location = server.url + "data.bin"
        table = table_of(tmp_path / "t.csv", (location, ""))
        mark = hashlib.sha256(location.encode()).hexdigest()[:8]
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / f".data.bin.{mark}.part").write_bytes(stale)
        path = fetch("toy", "data.bin", tmp_path / "out", table=table)
    assert path.read_bytes() == CONTENT
    assert server.requests[0][1] == f"bytes={len(stale)}-"


def test_mirrors_are_tried_in_order(served, tmp_path):
    with (
        DatasetServer(served, "down") as down,
        DatasetServer(served, "corrupt") as corrupt,
        DatasetServer(served) as good,
    ):
        table = table_of(
            tmp_path / "t.csv",
            (down.url + "data.bin", ""),
            (corrupt.url + "data.bin.gz", "gzip"),
            (good.url + "data.bin.gz", "gzip"),
        )
        path = fetch("toy", "data.bin", tmp_path / "out", table=table)
    assert path.read_bytes() == CONTENT
    assert len(corrupt.requests) == 2
    assert json.loads((path.parent / "data.bin.json").read_text())["source"].startswith(good.url)


def test_a_mirror_that_decompresses_is_understood(served, tmp_path):
    with DatasetServer(served, "encoded") as server:
        table = table_of(tmp_path / "t.csv", (server.url + "data.bin.gz", "gzip"))
        assert fetch("toy", "data.bin", tmp_path / "out", table=table).read_bytes() == CONTENT
        table = table_of(tmp_path / "t.csv", (server.url + "data.bin", "gzip"))
        assert fetch("toy", "data.bin", tmp_path / "out2", table=table).read_bytes() == CONTENT


def test_a_host_that_is_down_is_asked_once_a_dataset(served, tmp_path, monkeypatch):
    asked = []
    real = transfer.Transfer._attempt
    monkeypatch.setattr(
        transfer.Transfer, "_attempt", lambda self, url: (asked.append(url), real(self, url))
    )
    with DatasetServer(served, "down") as down, DatasetServer(served) as good:
        rows = [
            row("toy", name, server.url + "data.bin", order, checksum=md5_of(CONTENT))
            for name in ("a.bin", "b.bin")
            for order, server in enumerate((down, good), 1)
        ]
        table = write_table(tmp_path / "t.csv", rows)
        paths = fetch_all("toy", tmp_path / "out", table=table)
    assert [url.startswith(down.url) for url in asked] == [True, False, False]
    assert {name: path.read_bytes() for name, path in paths.items()} == {
        "a.bin": CONTENT,
        "b.bin": CONTENT,
    }


def test_a_file_that_is_there_is_not_asked_for_again(served, tmp_path):
    with DatasetServer(served) as server:
        table = table_of(tmp_path / "t.csv", (server.url + "data.bin", ""))
        path = fetch("toy", "data.bin", tmp_path / "out", table=table)
        fetch("toy", "data.bin", tmp_path / "out", table=table)
        assert len(server.requests) == 1
        path.write_bytes(CONTENT[:-1])
        fetch("toy", "data.bin", tmp_path / "out", table=table)
        assert len(server.requests) == 2
    assert path.read_bytes() == CONTENT


@pytest.mark.parametrize("form", ["data.bin", "data.bin.gz"])
def test_the_users_folder_comes_first(served, tmp_path, form):
    mine = tmp_path / "mine"
    mine.mkdir()
    (served / form).rename(mine / form)
    with DatasetServer(served) as server:
        table = table_of(tmp_path / "t.csv", (server.url + "data.bin.gz", "gzip"))
        path = fetch("toy", "data.bin", tmp_path / "out", user_path=mine, table=table)
        assert server.requests == []
    assert path.read_bytes() == CONTENT
    assert path.is_symlink() == (form == "data.bin")
    assert (mine / form).is_file()


def test_the_users_path_may_be_the_file_or_the_target_itself(served, tmp_path):
    table = table_of(tmp_path / "t.csv", ("manual:somewhere", ""))
    path = fetch("toy", "data.bin", tmp_path / "out", user_path=served / "data.bin", table=table)
    assert path.read_bytes() == CONTENT
    path = fetch("toy", "data.bin", served, user_path=served, table=table)
    assert path.read_bytes() == CONTENT
    assert not path.is_symlink()


def test_a_wrong_file_of_the_users_is_refused(served, tmp_path):
    (served / "data.bin").write_bytes(CONTENT[:1000])
    table = table_of(tmp_path / "t.csv", ("manual:somewhere", ""))
    with pytest.raises(UserError, match=r"^paths.toy: .*data.bin is not the original data.bin: 10"):
        fetch("toy", "data.bin", tmp_path / "out", user_path=served, table=table)
    with pytest.raises(UserError, match=r"^paths.toy: .*out holds no data.bin; put the file there"):
        fetch("toy", "data.bin", tmp_path / "out", user_path=tmp_path / "out", table=table)
    assert_nothing_left(tmp_path / "out")


def test_a_page_saved_as_a_zip_is_recognised(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "data.bin").write_text("\n <!doctype HTML><title>Virus scan warning")
    table = table_of(tmp_path / "t.csv", ("manual:somewhere", ""))
    with pytest.raises(UserError, match="a web page came instead of the file"):
        fetch("toy", "data.bin", tmp_path / "out", user_path=tmp_path / "mine", table=table)


def test_what_only_a_person_may_fetch_is_said(tmp_path):
    table = table_of(tmp_path / "t.csv", ("manual:https://example.org/agreement", ""))
    with pytest.raises(UserError) as error:
        fetch("toy", "data.bin", tmp_path / "out", table=table)
    assert str(error.value) == (
        "toy: data.bin could not be had from manual:https://example.org/agreement (to be fetched"
        " by hand; licence: MIT); put it into a folder and name that in the config as"
        " `paths: {toy: FOLDER}`"
    )


def test_without_a_public_checksum_the_first_file_is_held_to(served, tmp_path):
    table = table_of(
        tmp_path / "t.csv", ("manual:somewhere", ""), checksum="", mismatch="record", size=""
    )
    out = tmp_path / "out"
    path = fetch("toy", "data.bin", out, user_path=served, table=table)
    record = json.loads((out / "data.bin.json").read_text())
    assert record["sha256"] == hashlib.sha256(CONTENT).hexdigest()
    assert record["checked"].startswith("no checksum is public")
    path.unlink()
    (served / "data.bin").write_bytes(b"other")
    with pytest.raises(UserError, match="is not that of the file accepted first"):
        fetch("toy", "data.bin", out, user_path=served, table=table)
    assert not path.exists()
    (served / "data.bin").write_bytes(CONTENT)
    assert fetch("toy", "data.bin", out, user_path=served, table=table).read_bytes() == CONTENT


def test_a_moved_file_that_differs_is_told_and_recorded(tmp_path, caplog):
    (tmp_path / "served").mkdir()
    np.savez(tmp_path / "served" / "data.npz", images=np.arange(100_000))
    wanted = "md5:" + "0" * 32
    with DatasetServer(tmp_path / "served") as server:
        table = table_of(
            tmp_path / "t.csv",
            (server.url + "data.npz", ""),
            checksum=wanted,
            mismatch="record",
            file="data.npz",
        )
        path = fetch("toy", "data.npz", tmp_path / "out", table=table)
    record = json.loads((path.parent / "data.npz.json").read_text())
    assert record["checked"].startswith("differs from the known md5")
    assert "data.npz differs from the md5 known of it" in caplog.text
    with DatasetServer(tmp_path / "served", "corrupt") as server:
        table = table_of(
            tmp_path / "t.csv",
            (server.url + "data.npz", ""),
            checksum=wanted,
            mismatch="record",
            file="data.npz",
        )
        with pytest.raises(UserError, match=r"is damaged|truncated or damaged"):
            fetch("toy", "data.npz", tmp_path / "other", table=table)


def test_a_full_disk_is_one_sentence_and_leaves_nothing(served, tmp_path):
    """The limit on file size makes the system refuse to write, as a full disk does."""
    script = textwrap.dedent(
        """
        import resource, sys
        from latent_assays.datasets.downloads import fetch
        from latent_assays.errors import UserError
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
        try:
            fetch("toy", "data.bin", sys.argv[1], table=sys.argv[2])
        except UserError as error:
            print(error)
        """
    )
    with DatasetServer(served) as server:
        table = table_of(tmp_path / "t.csv", (server.url + "data.bin", ""))
        done = subprocess.run(
            [sys.executable, "-c", script, tmp_path / "out", table],
            capture_output=True,
            text=True,
            env=os.environ | {"PYTHONPATH": str(TABLE.parents[1] / "src")},
        )
    assert done.stdout.startswith(f"toy: {tmp_path}/out/data.bin could not be read or written (")
    assert done.stdout.count("\n") == 1
    assert list((tmp_path / "out").iterdir()) == []


def test_killed_and_run_again(served, tmp_path):
    """What had arrived when the process was killed is not fetched twice."""
    code = (
        "import sys; from latent_assays.datasets.downloads import fetch;"
        "fetch(*sys.argv[1:4], table=sys.argv[4])"
    )
    out = tmp_path / "out"
    with DatasetServer(served, "stall:1") as server:
        table = table_of(tmp_path / "t.csv", (server.url + "data.bin", ""))
        command = [sys.executable, "-c", code, "toy", "data.bin", out, table]
        environment = os.environ | {"PYTHONPATH": str(TABLE.parents[1] / "src")}
        with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                if sum(p.stat().st_size for p in out.glob(".*.part")) == len(CONTENT) // 2:
                    break
                time.sleep(0.05)
            process.kill()
        assert visible(out) == []
        path = fetch("toy", "data.bin", out, table=table)
    assert server.requests[1:] == [("data.bin", f"bytes={len(CONTENT) // 2}-", 206)]
    assert path.read_bytes() == CONTENT
    assert sorted(p.name for p in out.iterdir()) == ["data.bin", "data.bin.json"]


def test_an_unwritable_folder_is_one_sentence(served, tmp_path):
    (tmp_path / "file").write_text("")
    table = table_of(tmp_path / "t.csv", ("manual:somewhere", ""))
    with pytest.raises(UserError, match="cannot be written to"):
        fetch("toy", "data.bin", tmp_path / "file" / "out", table=table)


def test_unknown_names_are_told_with_the_known_ones(tmp_path):
    table = table_of(tmp_path / "t.csv", ("manual:somewhere", ""))
    with pytest.raises(UserError, match=r"no dataset 'mnist'; it has toy"):
        fetch("mnist", "x", tmp_path, table=table)
    with pytest.raises(UserError, match=r"no file 'x' of toy; it has data.bin"):
        fetch("toy", "x", tmp_path, table=table)


def test_the_servers_own_program_serves(served):
    program = Path(__file__).with_name("dataset_server.py")
    command = [sys.executable, program, served, "--fault", "busy:0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            import requests

            port = int(process.stdout.readline())
            answer = requests.get(f"http://127.0.0.1:{port}/data.bin", timeout=10)
        finally:
            process.terminate()
    assert answer.content == CONTENT


def test_the_projects_table_is_complete():
    table = read_table()
    assert list(table["mnist"]) == list(table["fashion_mnist"])
    assert len(table["mnist"]) == 4
    for files in table.values():
        for entry in files.values():
            assert entry.licence
            assert entry.sources
            assert entry.checksums or entry.mismatch == "record"
            for checksum in entry.checksums:
                algorithm, _, digest = checksum.partition(":")
                assert len(digest) == {"md5": 32, "sha256": 64}[algorithm]
                assert set(digest) <= set("0123456789abcdef")
            for source in entry.sources:
                scheme = source.location.partition(":")[0]
                assert scheme in {"https", "http", "pypi", "deb", "manual"}
                assert scheme != "pypi" or len(source.location.partition("#sha256=")[2]) == 64
