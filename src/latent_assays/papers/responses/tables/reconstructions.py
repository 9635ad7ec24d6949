"""Reconstructions of paper `responses`' β-VAEs: pixel errors, and distances from real images."""

import pandas as pd

from latent_assays.errors import UserError
from latent_assays.papers.responses.tables.tab1 import SETTINGS, STUDY
from latent_assays.tables.comparison import ROW, Table, mean_text, over_seeds

__all__ = ["build"]

KIND = "reconstruction_"
# number -> the two lines above its column, and decimals
COLUMNS = {
    "mse_per_image": ("error of an image", "MSE", 1),
    "bce_per_image": ("error of an image", "BCE", 1),
    "fd_efflite0": ("distance from real images", "fd_efflite0 (Fréchet)", 1),
    "kid_efflite0": ("distance from real images", "kid_efflite0 (kernel)", 3),
    "fid": ("distance from real images", "FID (Fréchet)", 1),
}
FRECHET = ("fd_efflite0", "fid")
CAPTION = (
    "How well β-VAEs with d latents reconstruct n = {n} images: mean ± standard deviation over"
    " seeds (number of seeds). MSE and BCE are summed over the pixels and channels of an image, for"
    " values in [0,1]. fd_efflite0 is the Fréchet and kid_efflite0 the kernel distance on"
    " EfficientNet-Lite0's ImageNet features, from as many other real images; neither is FID or"
    " comparable with it. The last row is the floor: the errors of a perfect copy, and the distance"
    " of n real images."
)
FEW = (
    " At * n is not above the number of features, so that the distance is biased upwards and only"
    " the order counts."
)
NO_FID = " FID is not given: {reason}."


def build(collected: pd.DataFrame) -> Table:
    """Rows are (d, β), and real images last.

    Args:
        collected: see `over_seeds`; also `floor`, `n` and `few_samples` of distances.

    Returns:
        the table; tidy numbers have `floor`, `images` (n) and `few_samples` too.

    Raises:
        UserError: no distances were collected.
    """
    of_study = collected["study"] == STUDY
    chosen = collected[of_study & collected["number"].str.startswith(KIND)]
    if chosen.empty:
        raise UserError(
            "no distances of reconstructions were collected: name `distances` under"
            f" the config's papers.responses.studies.{STUDY}.measures"
        )
    chosen = chosen.astype({"latents": int})
    tidy = over_seeds(chosen, SETTINGS).merge(_of_distances(chosen), on=ROW)
    tidy["number"] = tidy["number"].str.removeprefix(KIND)
    fid = tidy[tidy["number"] == "fid"]
    shown = [name for name in COLUMNS if name != "fid" or fid["n"].any()]
    rows = {}
    for (latents, beta), group in tidy.groupby(["latents", "beta"]):
        rows[f"{latents}", f"{beta:g}-VAE"] = _cells(group, shown, _obtained)
    rows["–", "real images"] = _cells(tidy.drop_duplicates("number"), shown, _floor)
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index.names = ["d", "model"]
    return Table(tidy, table, _caption(tidy, fid, shown))


def _of_distances(collected: pd.DataFrame) -> pd.DataFrame:
    """What all seeds of a run share, as one row."""
    first = collected.groupby(ROW, sort=False)[["floor", "n", "few_samples"]].first()
    first["few_samples"] = first["few_samples"].eq(True)  # empty where nothing was computed
    return first.rename(columns={"n": "images"}).astype({"images": "Int64"}).reset_index()


def _cells(group: pd.DataFrame, shown: list[str], text) -> dict[tuple[str, str], str]:
    by_number = {row["number"]: row for _, row in group.iterrows()}
    return {COLUMNS[name][:2]: text(by_number[name], COLUMNS[name][2]) for name in shown}


def _obtained(row: pd.Series, decimals: int) -> str:
    return mean_text(row, decimals) + _mark(row)


def _floor(row: pd.Series, decimals: int) -> str:
    return "–" if pd.isna(row["floor"]) else f"{row['floor']:.{decimals}f}" + _mark(row)


def _mark(row: pd.Series) -> str:
    return "*" if row["number"] in FRECHET and row["few_samples"] else ""


def _caption(tidy: pd.DataFrame, fid: pd.DataFrame, shown: list[str]) -> str:
    sizes = sorted(tidy["images"].dropna().astype(int).unique())
    caption = CAPTION.format(n=" or ".join(f"{n:,}" for n in sizes))
    if tidy["few_samples"].any():
        caption += FEW
    if "fid" not in shown:
        caption += NO_FID.format(reason="; ".join(fid["missing"].unique()))
    return caption
