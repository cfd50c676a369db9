"""What makes faults, for the tests that the package survives them."""
