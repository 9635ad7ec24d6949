"""The README's "assay your own checkpoint", run as a reader would: beside mine.py and mine.pt."""

import re
from pathlib import Path

import torch

README = Path(__file__).parents[3] / "README.md"
MINE = """
from torch import nn

class Mine(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Flatten(), nn.Dropout(), nn.Linear(48, 10))
        self.decoder = nn.Sequential(nn.Linear(10, 48), nn.Unflatten(1, (3, 4, 4)))
"""


def test_the_block_runs_as_it_stands(tmp_path, monkeypatch, capsys):
    text = README.read_text(encoding="utf-8")
    block = re.search(r"\*\*Assay your own checkpoint.*?```python\n(.*?)```", text, re.S).group(1)
    (tmp_path / "mine.py").write_text(MINE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    defined = {}
    exec(MINE, defined)
    torch.save(defined["Mine"]().state_dict(), "mine.pt")
    found = {}
    exec(block, found)
    assert found["result"].matrix.shape == (10, 10)
    relatives = capsys.readouterr().out.splitlines()[-1]
    assert relatives == str(found["relatives"](found["response_graph"](found["result"].matrix)))
