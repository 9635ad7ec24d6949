"""Networks and objectives by name: the module and what to take from it.

Of this file no stage depends: a rule names the module that its model uses.
"""

__all__ = ["HARMLESS", "NEEDS", "NETWORKS", "OBJECTIVES", "READERS"]

NETWORKS = {
    "conv": "latent_assays.models.networks.conv:conv",
    "pooled-conv": "latent_assays.models.networks.pooled_conv:pooled_conv",
    "hourglass": "latent_assays.models.networks.hourglass:hourglass",
    "structural": "latent_assays.models.networks.structural:structural",
    "adaptive": "latent_assays.models.networks.structural:adaptive",
    "ladder": "latent_assays.models.networks.ladder:ladder",
    "helix": "latent_assays.models.networks.dense:helix",
    "mlp": "latent_assays.models.networks.dense:mlp",
    "linear": "latent_assays.models.networks.dense:linear",
    "own": "latent_assays.models.networks.own:own",
}

OBJECTIVES = {
    "ae": "latent_assays.models.objectives.ae:AE",
    "beta-vae": "latent_assays.models.objectives.beta_vae:BetaVAE",
    "beta-tc-vae": "latent_assays.models.objectives.beta_tc_vae:BetaTCVAE",
    "factor-vae": "latent_assays.models.objectives.factor_vae:FactorVAE",
    "dip-vae-i": "latent_assays.models.objectives.dip_vae:DIPVAEI",
    "dip-vae-ii": "latent_assays.models.objectives.dip_vae:DIPVAEII",
    "slow-vae": "latent_assays.models.objectives.slow_vae:SlowVAE",
    "wae-mmd": "latent_assays.models.objectives.wae_mmd:WAEMMD",
}

READERS = {
    "width": tuple(name for name in NETWORKS if name not in ("linear", "own")),
    "blocks": ("hourglass", "structural", "adaptive", "ladder"),
    "segments": ("structural", "adaptive", "ladder"),
    "resampling": ("hourglass", "structural", "adaptive", "ladder"),
    "activation": ("hourglass", "structural", "adaptive", "ladder"),
    "file": ("own",),
    "log_variance": ("own",),
    "warmup": tuple(name for name in OBJECTIVES if name != "ae"),
    "kl": ("beta-vae",),
    "beta": ("beta-vae", "beta-tc-vae", "slow-vae"),
    "gamma": ("factor-vae", "slow-vae"),
    "critic_units": ("factor-vae",),
    "critic_learning_rate": ("factor-vae",),
    "lambda_od": ("dip-vae-i", "dip-vae-ii"),
    "lambda_d": ("dip-vae-i", "dip-vae-ii"),
    "rate": ("slow-vae",),
    "unordered_factors": ("slow-vae",),
    "mmd_weight": ("wae-mmd",),
    "mmd_divided_by_batch": ("wae-mmd",),
}
"""The networks or objectives that take notice of a setting, where not all of them do."""

HARMLESS = {"width": 1, "kl": "exact", "warmup": 0}
"""Values that change nothing: the configuration lays them under every model."""

NEEDS = {
    "beta-vae": ["beta"],
    "beta-tc-vae": ["beta"],
    "factor-vae": ["gamma"],
    "dip-vae-i": ["lambda_od"],
    "dip-vae-ii": ["lambda_od"],
    "structural": ["segments"],
    "adaptive": ["segments"],
    "ladder": ["segments"],
    "own": ["file"],
}
"""Settings that a network or an objective cannot do without."""
