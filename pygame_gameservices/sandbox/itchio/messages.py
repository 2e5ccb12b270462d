"""What itch.io says when it says no. The first group is documented or was seen; of the second only the meaning is."""

from __future__ import annotations

INVALID_KEY = "invalid key"
AUTHENTICATION_REQUIRED = "authentication required"
NOT_PERMITTED = "api key does not permit `{scope}`"
INVALID_BASE64 = "invalid base64"
NOT_HS256 = "header not HS256"
INVALID_ENDPOINT = "invalid api endpoint"
INVALID_GAME = "invalid game"
GAME_ID_NO_INTEGER = "game_id must be an integer"
INVALID_CHANNEL = "invalid channel"
INVALID_DOWNLOAD_KEY = "invalid download key"
NO_DOWNLOAD_KEY = "no download key found"
SERVER_ERROR = "There was a server error"
INVALID_SCOPE = "invalid scope"

NOT_BOUGHT = "you must buy this game to download"
INVALID_COLLECTION = "invalid collection"
INVALID_UPLOAD = "invalid upload"
INVALID_BUILD = "invalid build"
TOO_MANY_GAMES = "game_ids must be at most 50"

MISSING_WHOSE = "missing download_key, user_id or email"
MISSING_BUYER = "missing user_id or email"
MISSING_CHANNEL = "missing channel_name"
USER_ID_NO_INTEGER = "user_id must be an integer"
