"""Two processes under torchrun, as on two machines; and one without."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import torch
from torch import nn

from lichtspiel.train import ranks

SCRIPT = """\
import sys
from pathlib import Path

import torch
from torch import nn

from lichtspiel.train import ranks

ranks.join(torch.device("cpu"))
torch.manual_seed(0)
model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
# Each rank learns from one half of a batch; the second layer is met by the first rank only.
batch = torch.arange(8.0).view(4, 2)
share = batch[2 * ranks.rank() : 2 * ranks.rank() + 2]
hidden = model[0](share)
(model[1](hidden) if ranks.rank() == 0 else hidden).square().mean().backward()
own = [None if p.grad is None else p.grad.clone() for p in model.parameters()]
ranks.average_gradients(model)
told = ranks.agreed(10.0 + ranks.rank())
ranks.wait()
shared = [p.grad for p in model.parameters()]
facts = {"own": own, "shared": shared, "told": told, "share": list(ranks.own_share("abcde"))}
torch.save(facts | {"count": ranks.count()}, Path(sys.argv[1]) / f"{ranks.rank()}.pt")
ranks.leave()
assert ranks.count() == 1
"""


def test_ranks_share_their_gradients_and_their_work(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)
    torchrun = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    command = [sys.executable, *torchrun, str(tmp_path / "script.py"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    first, second = (torch.load(tmp_path / f"{rank}.pt") for rank in (0, 1))
    assert first["count"] == second["count"] == 2
    assert first["told"] == second["told"] == 10.0
    assert first["share"] + second["share"] == ["a", "c", "e", "b", "d"]
    for one, other, mine, yours in zip(
        first["shared"], second["shared"], first["own"], second["own"], strict=True
    ):
        assert torch.equal(one, other)
        yours = torch.zeros_like(mine) if yours is None else yours
        torch.testing.assert_close(one, (mine + yours) / 2)


def test_without_torchrun_there_is_one_rank() -> None:
    ranks.join(torch.device("cpu"))
    layer = nn.Linear(2, 1)
    layer(torch.ones(1, 2)).sum().backward()
    ranks.average_gradients(layer)
    assert layer.weight.grad is not None and layer.weight.grad.tolist() == [[1.0, 1.0]]
    assert (ranks.rank(), ranks.count(), ranks.agreed(3.5)) == (0, 1, 3.5)
    assert list(ranks.own_share("abc")) == ["a", "b", "c"]
    ranks.wait()
