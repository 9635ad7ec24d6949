import numpy as np
import pytest

from latent_assays.distances.pixels import as_bytes
from latent_assays.errors import UserError


def test_plain_bytes_pass_untouched():
    images = np.arange(256, dtype=np.uint8).reshape(1, 16, 16, 1)
    assert as_bytes(images) is images


def test_floats_and_bytes_of_the_same_values_agree():
    images = np.arange(256, dtype=np.uint8).reshape(1, 16, 16, 1)
    assert (as_bytes((images / 255).astype(np.float32)) == images).all()


def test_a_wider_stored_range_is_clipped_to_what_can_be_shown():
    images = np.array([0, 64, 128, 255], np.uint8)
    # 255 times the values: -63.75, 64.25, 192.25, 446.25
    assert as_bytes(images, 2 / 255, -0.25).tolist() == [0, 64, 192, 255]


@pytest.mark.parametrize("value", [-1.0, 1.001, 255.0, np.nan])
def test_floats_outside_the_unit_range_are_refused(value):
    with pytest.raises(UserError, match=r"pixels must lie in \[0,1\]"):
        as_bytes(np.array([0.5, value], np.float32))


def test_other_types_are_refused():
    with pytest.raises(UserError, match="not int64"):
        as_bytes(np.zeros((1, 2, 2, 1), np.int64))
