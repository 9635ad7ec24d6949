"""Layers that compute what PyTorch's own do, faster on a CPU; each has the plain form beside it."""
