"""Tables of files and sources, as `resources/datasets.csv`, for tests."""

import csv
import hashlib

HEADER = "dataset,file,order,source,unpack,bytes,checksum,mismatch,licence\n"


def md5_of(content):
    """Checksum of bytes as the table states it."""
    return "md5:" + hashlib.md5(content).hexdigest()


def row(dataset, file, source, order=1, unpack="", size="", checksum="", mismatch="refuse"):
    """One source of one file."""
    return [dataset, file, order, source, unpack, size, checksum, mismatch, "MIT"]


def write_table(path, rows):
    """Write the table and return its path."""
    with open(path, "w", newline="") as file:
        file.write(HEADER)
        csv.writer(file).writerows(rows)
    return path
