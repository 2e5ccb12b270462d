"""How a call runs: operations, calls, events, threads and the network. Knows no service and no engine."""
