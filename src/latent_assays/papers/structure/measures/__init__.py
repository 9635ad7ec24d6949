"""The paper's measures, one module each."""
