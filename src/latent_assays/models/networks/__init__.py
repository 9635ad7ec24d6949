"""Networks, one a file: `(settings, image_shape, stochastic) -> Autoencoder`."""
