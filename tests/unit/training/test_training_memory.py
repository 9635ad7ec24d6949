"""The allocator keeps what is freed, where it can be told to."""

import subprocess
import sys

import pytest

from latent_assays.training import memory

CODE = """
import resource
import torch
from latent_assays.training.memory import keep_freed_memory
{tell}
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
before = faults()
for _ in range(60):
    torch.ones(2**24)
print(faults() - before)
"""


@pytest.mark.skipif(not memory.keep_freed_memory(), reason="the C library is not glibc")
def test_pages_are_not_asked_for_again():
    def faults(tell):
        command = [sys.executable, "-c", CODE.format(tell=tell)]
        return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    assert faults("keep_freed_memory()") < faults("") / 3


def test_another_c_library_is_left_alone(monkeypatch):
    def missing(name):
        raise OSError(name)

    monkeypatch.setattr(memory.ctypes, "CDLL", missing)
    assert memory.keep_freed_memory() is False
