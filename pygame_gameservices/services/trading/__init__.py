"""The GAME trading API (Groupe E): orders, trades, market, last prices and spot of an intraday power market."""
