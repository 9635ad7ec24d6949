"""The explorer: a trained autoencoder in a page that computes, without a server and without labels.

A network is recorded as a list of layers (`recording`, `layers`), packed with its weights in half
precision (`export`), and laid with some images and codes into one HTML page (`page`). The scripts
beside this file compute the same layers in plain JavaScript, and on them the latent responses of
Leeb et al., "Exploring the Latent Space of Autoencoders with Interventional Assays" (2022).
"""
