"""Tables of the toy."""
