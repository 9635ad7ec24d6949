"""*Exploring the Latent Space of Autoencoders with Interventional Assays*: see README.md."""
