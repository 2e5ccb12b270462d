"""Game Jolt's error messages, word for word: https://gamejolt.com/game-api/doc/errors and each endpoint's page.

Those under "The sandbox's own" stand where the documentation gives no text.
"""

from __future__ import annotations

FATAL = "Unknown fatal error occurred."
NO_SIGNATURE = "You must enter a signature with your request."
BAD_SIGNATURE = "The signature you entered for the request is invalid."
BAD_GAME = "The game ID you passed in does not point to a valid game."
BAD_CREDENTIALS = "No such user with the credentials passed in could be found."
NOT_AUTHENTICATED = "No user could be found matching these credentials."
"""What ``users/auth/`` says instead, by its own page."""
RESTRICTED_KEY = "This key has restrictions placed on it. Please pass in a restriction user with valid permissions."

NO_USER_GIVEN = "You must enter in a user ID or username."
NO_SUCH_USER = "No such user could be found."

NO_SESSION = "Could not find an open session. You must open a new one."

NO_GUESTS = "Guests are not allowed to enter scores for this game."
NO_SCORER = "You must pass in a user/guest for this score."
NO_SCORE = "You must enter a score."
BAD_SORT = "You must enter a sort value for this score, and it must be numeric."
SCORE_FAILED = "Unknown error has occured"
BAD_TABLE = "The high score table ID you passed in does not belong to this game or has been deleted."
USER_OR_GUEST = "'username' and 'guest' are mutually exclusive"
BETTER_OR_WORSE = "'better-than' and 'worse-than' are mutually exclusive"
NO_RANK = "Could not get a rank for the parameters you entered."

BAD_TROPHY = "Incorrect trophy ID."
FOREIGN_TROPHY = "The trophy returned does not belong to this game."
TROPHY_OWNED = "The user already has this trophy."
TROPHY_NOT_OWNED = "The user does not have this trophy."

NO_KEY = "You must enter the key for the item you would like to retrieve data for."
NO_ITEM = "No item with that key could be found."
NO_ITEM_NAMED = "There is no item with the key passed in: {key}"
NO_DATA = "You must enter data with the request."
NO_OPERATION = "You must enter an operation with the request."
BAD_OPERATION = "Operation must be add, subtract, multiply, divide, append or prepend."
NO_VALUE = "You must enter an value with the request."
ITEM_NOT_NUMERIC = "Mathematical operations require the pre-existing data stored to also be numeric."
VALUE_NOT_NUMERIC = "Value must be numeric if operation is mathematical."
DIVIDED_BY_ZERO = "GAME JOLT STOP: 0x00000019 (0x00000000, 0xC00E0FF0, 0xFFFFEFD4, 0xC0000000) UNIVERSAL_COLLAPSE"

# The sandbox's own

ITEM_TOO_LARGE = "The data is larger than the 16 MB that one key may hold."
NO_REQUESTS = "You must enter at least one request with the batch."
TOO_MANY_REQUESTS = "The maximum amount of sub requests in one batch request is 50."
PARALLEL_OR_BREAK = "'parallel' and 'break_on_error' are mutually exclusive"
NO_DUMP_BATCH = "Dump format is not supported in batch calls."
NO_NESTED_BATCH = "A batch cannot hold another batch."
