"""The paper's measures of image sets, one module each."""
