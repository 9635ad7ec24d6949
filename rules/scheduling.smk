# How Snakemake itself works: what it costs, how it ends, and what it says of changed code. Some of
# this reaches into its inside, and another version of it does without that.

import re
import secrets
import signal
import subprocess

from latent_assays import forks

FEW = 20  # jobs that are not worth a process to fork


# Its limiter of job starts makes every pass of the scheduler start one more, for good: after N jobs
# the loop runs N times a second. It is for clusters, whose queue it spares.
def without_limiter():
    scheduler = workflow.scheduler
    if workflow.local_exec and getattr(scheduler, "job_rate_limiter", None) is not None:
        scheduler.job_rate_limiter = None


# Its own handler waits for all running jobs, for hours if they are trainings, and for ever if the
# signal comes while it holds the lock that the handler asks for. This one ends as Ctrl-C does.
def end_with_jobs(signum, frame):
    import psutil

    for child in psutil.Process().children(recursive=True):
        try:
            child.terminate()
        except psutil.NoSuchProcess:
            continue
    raise KeyboardInterrupt


# Jobs are forks of one process that has imported the libraries. It ends when Snakemake does, and with
# it the other side of its standard input.
def start_forks():
    name = f"latent-assays-{secrets.token_hex(8)}"
    subprocess.Popen(
        [sys.executable, "-m", "latent_assays.forks", name],
        stdin=subprocess.PIPE,
        env={**os.environ, forks.THREADS: "1", "OPENBLAS_NUM_THREADS": "1"},
        start_new_session=True,
    )
    os.environ[forks.VARIABLE] = forks.address_for(name)


onstart:
    without_limiter()
    with_progress()
    if workflow.local_exec:
        signal.signal(signal.SIGTERM, end_with_jobs)
        if sys.platform == "linux" and len([*workflow.dag.needrun_jobs()]) > FEW:
            start_forks()


# Of a job that failed it prints twenty lines. What the job itself said comes last, so that it is
# what a person sees.
onerror:
    text = "\n".join(Path(file).read_text("utf-8", "replace") for file in log)
    for sentence in dict.fromkeys(
        re.findall("^ *(error: .*)$", text, re.MULTILINE)
    ):
        print(sentence, file=sys.stderr)


# The reason for a rerun prints all parameters before and after; of code this names the files.
def name_changed_code():
    try:
        from snakemake.persistence import ParamsChange
    except ImportError:
        return
    plain = ParamsChange.__str__

    def told(change):
        files, before, now = changed_code(change.only_old, change.only_new)
        code = f"Code has changed: {', '.join(files)}" if files else ""
        if not (before or now):
            return code
        others = plain(ParamsChange(only_old=before, only_new=now, files=change.files))
        return f"{code} {others}".strip()

    ParamsChange.__str__ = told


name_changed_code()
