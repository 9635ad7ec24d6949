"""The pack: what others need of a scale's results to check and use them, as one zip."""
