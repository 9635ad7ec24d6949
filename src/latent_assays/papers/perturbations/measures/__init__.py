"""The paper's measures of runs, one module each."""
