"""The workflow through a real SLURM: one private node, started and stopped here."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

DAEMONS = ("munged", "slurmctld", "slurmd", "sbatch")
MISSING = [
    name for name in DAEMONS if shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin") is None
]
SCRIPT = Path(__file__).with_name("mini_slurm.sh")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.slurm,
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
    pytest.mark.skipif(os.geteuid() != 0, reason="SLURM's daemons need root"),
    pytest.mark.skipif(
        Path("/etc/slurm/slurm.conf").exists(), reason="this machine has a SLURM of its own"
    ),
]

# What differs from a real cluster: no accounting database, and little time to wait. Two threads
# show that a job gets as many CPUs as it has threads.
PROFILE = "my-cluster.yaml"
HERE = (
    f"--workflow-profile={PROFILE}",
    "--set-threads=scores=2",
    "--slurm-status-command=squeue",
    "--slurm-init-seconds-before-status-checks=5",
    "--slurm-keep-successful-logs",
)
SCORES = "results/mini/scores/dsprites/original/ae/seed0.json"
DOWNLOADED = "results/downloads/mnist.json"


def mini_slurm(action, folder):
    environment = {**os.environ, "PATH": f"{os.environ['PATH']}:/usr/sbin"}
    subprocess.run([SCRIPT, action, folder], check=True, env=environment, timeout=120)


@pytest.fixture
def slurm():
    """The folder of a running SLURM. Its path is short, since it holds a socket."""
    folder = Path(tempfile.mkdtemp(prefix="slurm-"))
    try:
        mini_slurm("start", folder)
        yield folder
    finally:
        mini_slurm("stop", folder)
        shutil.rmtree(folder, ignore_errors=True)


def write_profile(project):
    """A copy of the profile with an account, as its comment says."""
    profile = (project / "profiles/slurm/config.yaml").read_text(encoding="utf-8")
    before, line, after = profile.partition("  # slurm_account: yours\n")
    assert line
    (project / PROFILE).write_text(f"{before}  slurm_account: physics\n{after}", encoding="utf-8")


def submitted_rules(text):
    """{SLURM's job id: rule}, as Snakemake tells it."""
    found = re.findall(r"submitted with SLURM jobid (\d+) \(log: \S*?/rule_(\w+?)/", text)
    return {int(job): rule for job, rule in found}


def completed_jobs(folder):
    """{SLURM's job id: its other fields} from SLURM's own record."""
    lines = (folder / "log/jobs.txt").read_text(encoding="utf-8").splitlines()
    jobs = [dict(field.split("=", 1) for field in line.split() if "=" in field) for line in lines]
    return {int(job["JobId"]): job for job in jobs}


def test_jobs_go_through_slurm_and_downloads_stay_on_this_machine(project, slurm):
    project.take_mnist_along()
    # One wave less to wait for; the rule for images is no different from the others.
    made = project.snakemake("results/mini/datasets/dsprites/original.h5", "--executor=local")
    assert made.status == 0, made.text
    targets = [SCORES]
    if (project / "results/downloads/mnist").is_dir():
        targets.append(DOWNLOADED)

    write_profile(project)
    outcome = project.snakemake(*HERE, *targets)
    assert outcome.status == 0, outcome.text
    assert all((project / target).is_file() for target in targets)
    rules, jobs = submitted_rules(outcome.text), completed_jobs(slurm)
    assert sorted(rules.values()) == ["runs", "scores"]
    assert set(jobs) == set(rules)
    assert {job["JobState"] for job in jobs.values()} == {"COMPLETED"}
    asked = {
        rules[number]: [job[key] for key in ("Account", "Partition", "TimeLimit", "ProcCnt")]
        for number, job in jobs.items()
    }
    assert asked == {
        "runs": ["physics", "gpu", str(24 * 60), "1"],
        "scores": ["physics", "cpu", "30", "2"],
    }
    (training,) = [number for number in jobs if rules[number] == "runs"]
    shown = subprocess.run(
        ["scontrol", "show", "job", str(training)], capture_output=True, text=True, check=True
    ).stdout
    assert re.search(r"Tres\w+=gres:gpu:1\b", shown), shown
