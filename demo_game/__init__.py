"""Light Harvest: a small game that plays every service of `pygame_gameservices`.

``python -m demo_game`` plays it. `demo_game.online` holds all the service wiring and is the file to copy from.
"""
