import numpy as np
import pytest
from bounded_memory import run_within_a_gigabyte
from original_files import write_sparse_npz

from latent_assays.datasets.originals import mpi3d_real, mpi3d_realistic, mpi3d_toy
from latent_assays.datasets.originals.mpi3d import SIZES, RobotArm
from latent_assays.errors import UserError

SMALL = (2, 2, 2, 3, 3, 4, 5)
COUNT = int(np.prod(SMALL))


@pytest.mark.parametrize("write", [np.savez, np.savez_compressed], ids=["stored", "deflated"])
def test_rows_are_those_of_the_file(tmp_path, write):
    images = np.random.default_rng(0).integers(0, 256, (COUNT, 8, 8, 3), dtype=np.uint8)
    write(tmp_path / "a.npz", images=images)
    source = RobotArm(tmp_path / "a.npz", SMALL, 8, 8, "test")
    rows = np.array([0, 1, 2, 100, COUNT - 1])
    assert len(source) == COUNT
    np.testing.assert_array_equal(source.images(rows), images[rows])
    assert source.factors(rows)[-1].tolist() == [1, 1, 1, 2, 2, 3, 4]
    halves = RobotArm(tmp_path / "a.npz", SMALL, 8, 4, "test").images(rows)
    means = images[rows].reshape(5, 4, 2, 4, 2, 3).mean(axis=(2, 4))
    np.testing.assert_array_equal(halves, np.floor(means + 0.5))


@pytest.mark.parametrize(
    ("module", "look"), [(mpi3d_toy, "toy"), (mpi3d_realistic, "realistic"), (mpi3d_real, "real")]
)
def test_the_true_size_in_under_a_gigabyte_of_memory(tmp_path, module, look):
    """A file of 12.7 GB, most of it holes, read where the address space is limited."""
    rows = np.array([0, 518_400, 1_036_799])
    images = np.random.default_rng(0).integers(0, 256, (3, 64, 64, 3), dtype=np.uint8)
    path = tmp_path / f"mpi3d_{look}.npz"
    write_sparse_npz(path, "images", (1_036_800, 64, 64, 3), rows, images)
    assert path.stat().st_size > 12.7e9
    np.save(tmp_path / "images.npy", images)
    run_within_a_gigabyte(
        f"""
        import sys
        import numpy as np
        from {module.__name__} import open_source
        """,
        f"""
        source = open_source(64, {{"mpi3d_{look}.npz": sys.argv[1]}})
        assert len(source) == 1_036_800 and "MPI3D {look}" in source.source
        images = source.images(np.array({rows.tolist()}))
        assert np.array_equal(images, np.load(sys.argv[2]))
        for start in range(500_000, 520_000, 4096):
            source.images(np.arange(start, start + 4096))
        """,
        path,
        tmp_path / "images.npy",
    )


def test_other_files_are_refused_in_one_sentence(tmp_path):
    np.savez(tmp_path / "mpi3d_toy.npz", images=np.zeros((460_800, 1, 1, 3), np.uint8))
    with pytest.raises(UserError, match=r"images is uint8\(460800, 1, 1, 3\), not uint8\(1036800"):
        mpi3d_toy.open_source(64, {"mpi3d_toy.npz": tmp_path / "mpi3d_toy.npz"})
    with pytest.raises(UserError, match=r"MPI3D real: the file mpi3d_real\.npz is missing"):
        mpi3d_real.open_source(64, {})
    assert np.prod(SIZES) == 1_036_800
