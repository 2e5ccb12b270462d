"""The GAME trading API for the sandbox: accounts, an order book with price-time priority, trades, prices and spot."""
