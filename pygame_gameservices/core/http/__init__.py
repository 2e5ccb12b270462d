"""What is on the wire, with requests: limits on time and size, addresses, and no secret in what comes back."""
