"""The facts of each dataset that do not depend on where its images come from."""

from dataclasses import replace

from latent_assays.datasets.source import Spec

__all__ = ["CELEBA_ATTRIBUTES", "FACE_ATTRIBUTES", "RFD_FACTORS", "SPECS", "STAND_IN_SPECS"]

MPI3D_FACTORS = {
    "object_color": 6,
    "object_shape": 6,
    "object_size": 2,
    "camera_height": 3,
    "background_color": 3,
    "horizontal_axis": 40,
    "vertical_axis": 40,
}
RFD_FACTORS = {
    "color": 8,
    "joint0": 30,
    "joint1": 30,
    "joint2": 30,
    "x": 30,
    "y": 30,
    "angle": 10,
}
# fmt: off
CELEBA_ATTRIBUTES = (
    "5_o_Clock_Shadow", "Arched_Eyebrows", "Attractive", "Bags_Under_Eyes", "Bald", "Bangs",
    "Big_Lips", "Big_Nose", "Black_Hair", "Blond_Hair", "Blurry", "Brown_Hair", "Bushy_Eyebrows",
    "Chubby", "Double_Chin", "Eyeglasses", "Goatee", "Gray_Hair", "Heavy_Makeup",
    "High_Cheekbones", "Male", "Mouth_Slightly_Open", "Mustache", "Narrow_Eyes", "No_Beard",
    "Oval_Face", "Pale_Skin", "Pointy_Nose", "Receding_Hairline", "Rosy_Cheeks", "Sideburns",
    "Smiling", "Straight_Hair", "Wavy_Hair", "Wearing_Earrings", "Wearing_Hat",
    "Wearing_Lipstick", "Wearing_Necklace", "Wearing_Necktie", "Young",
)
FACE_ATTRIBUTES = (
    "skin", "face_width", "face_height", "hair_hue", "hair_darkness", "hair_length",
    "hair_volume", "background_hue", "background_value", "eye_size", "eye_spacing", "eye_hue",
    "brow", "brow_angle", "nose", "mouth_width", "smile", "mouth_open", "lip", "yaw", "pitch",
    "light", "glasses", "beard",
)
# fmt: on


def _mpi3d(look: str) -> Spec:
    return Spec(
        title=f"MPI3D {look}",
        factor_names=tuple(MPI3D_FACTORS),
        factor_sizes=tuple(MPI3D_FACTORS.values()),
        grid=True,
        resolution=64,
        channels=3,
        licence="CC BY 4.0",
    )


SPECS = {
    "shapes3d": Spec(
        title="3D-Shapes",
        factor_names=("floor_hue", "wall_hue", "object_hue", "scale", "shape", "orientation"),
        factor_sizes=(10, 10, 10, 8, 4, 15),
        grid=True,
        resolution=64,
        channels=3,
        licence="Apache-2.0",
    ),
    "dsprites": Spec(
        title="dSprites",
        factor_names=("shape", "scale", "orientation", "position_x", "position_y"),
        factor_sizes=(3, 6, 40, 32, 32),
        grid=True,
        resolution=64,
        channels=1,
        licence="Apache-2.0",
    ),
    "mpi3d_toy": _mpi3d("toy"),
    "mpi3d_realistic": _mpi3d("realistic"),
    "mpi3d_real": _mpi3d("real"),
    "celeba": Spec(
        title="CelebA",
        factor_names=CELEBA_ATTRIBUTES,
        factor_sizes=(2,) * len(CELEBA_ATTRIBUTES),
        grid=False,
        resolution=128,
        channels=3,
        licence="CelebA agreement (non-commercial research only)",
    ),
    "rfd": Spec(
        title="RFD",
        factor_names=tuple(RFD_FACTORS),
        factor_sizes=tuple(RFD_FACTORS.values()),
        grid=False,
        resolution=128,
        channels=3,
        licence="not stated",
    ),
    "mnist": Spec(
        title="MNIST",
        factor_names=("digit",),
        factor_sizes=(10,),
        grid=False,
        resolution=28,
        channels=1,
        licence="CC BY-SA 3.0 (as commonly stated)",
    ),
    "fashion_mnist": Spec(
        title="Fashion-MNIST",
        factor_names=("article",),
        factor_sizes=(10,),
        grid=False,
        resolution=28,
        channels=1,
        licence="MIT",
    ),
    "double_helix": Spec(
        title="the double helix",
        factor_names=("height", "strand"),
        factor_sizes=(0, 2),
        grid=False,
        resolution=1,
        channels=3,
        licence="none needed: a formula",
        vectors=True,
    ),
    "segments": Spec(
        title="the segments",
        factor_names=("centre_x", "centre_y", "along"),
        factor_sizes=(0, 0, 0),
        grid=False,
        resolution=1,
        channels=2,
        licence="none needed: a formula",
        vectors=True,
    ),
}

# Stand-ins that cannot have the original's factors.
STAND_IN_SPECS = {
    "celeba": replace(
        SPECS["celeba"],
        factor_names=FACE_ATTRIBUTES,
        factor_sizes=(0,) * len(FACE_ATTRIBUTES),
    ),
}
