"""Widgets: pictures that change rarely, and the state behind them. They know no engine."""
