"""Files in the formats of the originals, made from images of any source."""

import struct
import zipfile

import h5py
import numpy as np

from latent_assays.datasets.grid import classes_of

SHAPES3D_VALUES = (
    np.linspace(0, 0.9, 10),
    np.linspace(0, 0.9, 10),
    np.linspace(0, 0.9, 10),
    np.linspace(0.75, 1.25, 8),
    np.arange(4.0),
    np.linspace(-30, 30, 15),
)


def write_shapes3d(path, sizes, rows, images, side=64, chunks=(15000, 4, 4, 1)):
    """`3dshapes.h5` of the grid `sizes`; rows other than `rows` stay black and take no space."""
    count = int(np.prod(sizes))
    classes = classes_of(np.arange(count), sizes)
    labels = np.stack(
        [values[column] for values, column in zip(SHAPES3D_VALUES, classes.T, strict=True)], axis=1
    )
    chunks = tuple(min(c, n) for c, n in zip(chunks, (count, side, side, 3), strict=True))
    with h5py.File(path, "w") as file:
        dataset = file.create_dataset(
            "images", (count, side, side, 3), np.uint8, chunks=chunks, compression="gzip"
        )
        starts = np.flatnonzero(np.diff(rows, prepend=-2) != 1)
        for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
            dataset[rows[start] : rows[end - 1] + 1] = images[start:end]
        file.create_dataset("labels", data=labels)


def write_dsprites(path, sizes, batches, side=64):
    """The npz of dSprites, its pickled metadata included; `batches` give (B,H,H,1) of 0 or 255."""
    count = int(np.prod(sizes))
    classes = np.insert(classes_of(np.arange(count), sizes).astype(np.int64), 0, 0, axis=1)
    header = {"descr": "|u1", "fortran_order": False, "shape": (count, side, side)}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        metadata = np.array({"title": "dSprites dataset", "attack": Forbidden()}, dtype=object)
        with archive.open("metadata.npy", "w") as member:
            np.lib.format.write_array(member, metadata, allow_pickle=True)
        with archive.open("imgs.npy", "w", force_zip64=True) as member:
            np.lib.format.write_array_header_1_0(member, header)
            for batch in batches:
                member.write((batch[..., 0] // 255).tobytes())
        for name, array in (("latents_classes", classes), ("latents_values", classes * 0.1)):
            with archive.open(f"{name}.npy", "w") as member:
                np.lib.format.write_array(member, array)


class Forbidden:
    """Raises when it is unpickled."""

    def __reduce__(self):
        return (forbidden, ())


def forbidden():
    """What unpickling the metadata would call."""
    raise AssertionError("the pickled metadata was read")


def write_sparse_npz(path, name, shape, rows, values):
    """An npz with one stored uint8 array of any size: rows other than `rows` are holes.

    The CRC-32 in its directory is 0, not that of the content.
    """
    member = f"{name}.npy".encode()
    row_bytes = int(np.prod(shape[1:]))
    with open(path, "wb") as file:
        header_start = 30 + len(member) + 20
        file.seek(header_start)
        np.lib.format.write_array_header_1_0(
            file, {"descr": "|u1", "fortran_order": False, "shape": tuple(shape)}
        )
        data_start = file.tell()
        size = data_start - header_start + shape[0] * row_bytes
        sizes = struct.pack("<HHQQ", 1, 16, size, size)
        file.seek(0)
        file.write(b"PK\3\4" + struct.pack("<5H", 45, 0, 0, 0, 33))
        file.write(struct.pack("<3I2H", 0, 2**32 - 1, 2**32 - 1, len(member), 20) + member + sizes)
        for row, value in zip(rows, values, strict=True):
            file.seek(data_start + int(row) * row_bytes)
            file.write(value.tobytes())
        directory = header_start + size
        file.truncate(directory)
        file.seek(directory)
        file.write(b"PK\1\2" + struct.pack("<6H", 45, 45, 0, 0, 0, 33))
        file.write(struct.pack("<3I3H", 0, 2**32 - 1, 2**32 - 1, len(member), 20, 0))
        file.write(struct.pack("<2HII", 0, 0, 0, 0) + member + sizes)
        length = file.tell() - directory
        end = file.tell()
        file.write(b"PK\6\6" + struct.pack("<Q2H2I4Q", 44, 45, 45, 0, 0, 1, 1, length, directory))
        file.write(b"PK\6\7" + struct.pack("<IQI", 0, end, 1))
        file.write(b"PK\5\6" + struct.pack("<4H2IH", 0, 0, 1, 1, length, 2**32 - 1, 0))
