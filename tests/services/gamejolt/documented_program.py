"""The examples of the document of ``gamejoltapi``, in its order, as one program: only the import differs.

It prints what each of them returned, as one JSON object.
"""

from __future__ import annotations

import json
from typing import Any

from pygame_gameservices.services.gamejolt import portable as gamejoltapi

GAME_ID = "602381"
PRIVATE_KEY = "de7ac4c81d064cdc1121b495e2165b53"
USERNAME = "bgempire"
TOKEN = "bgempire"

api = gamejoltapi.GameJoltAPI(
    GAME_ID, PRIVATE_KEY, username=USERNAME, userToken=TOKEN, responseFormat="json", submitRequests=True
)
shown: dict[str, Any] = {}

# Disable request submitting to get URLs from methods
api.submitRequests = False

# Generate list of request URLs
requests = [
    api.usersFetch(),
    api.sessionsCheck(),
    api.scoresTables(),
    api.trophiesFetch(),
    api.dataStoreGetKeys("*", globalData=True),
    api.friends(),
    api.time(),
]

# Enable request submitting again
api.submitRequests = True

# Submit batch request and get all results
shown["batch"] = api.batch(requests=requests)
shown["batch again"] = api.batch(requests, parallel=True)
shown["batch that breaks"] = api.batch(requests, breakOnError=True)

# Store on the key "some_global_value" the data "500" in the global data store
shown["dataStoreSet"] = api.dataStoreSet("some_global_value", "500", globalData=True)

# Get "some_global_value" from global data store
shown["dataStoreFetch"] = api.dataStoreFetch("some_global_value", globalData=True)

# Get keys from global data store starting with "some_global"
shown["dataStoreGetKeys"] = api.dataStoreGetKeys("some_global_*", globalData=True)

# Adds "100" to "some_global_value" in the global data store
shown["dataStoreUpdate"] = api.dataStoreUpdate("some_global_value", "add", "100", globalData=True)
shown["after it"] = api.dataStoreFetch("some_global_value", globalData=True)

# Remove "some_global_value" from global data store
shown["dataStoreRemove"] = api.dataStoreRemove("some_global_value", globalData=True)
shown["removed"] = api.dataStoreFetch("some_global_value", globalData=True)

shown["usersAuth"] = api.usersAuth()
shown["usersFetch"] = [api.usersFetch(userId=ids) for ids in ("1,2", [1, 2], ["1", "2"], 1, "1")]
shown["sessions"] = [api.sessionsOpen(), api.sessionsPing("idle"), api.sessionsPing(), api.sessionsCheck()]
shown["sessions"] += [api.sessionsClose(), api.sessionsCheck()]
shown["scoresAdd"] = [
    api.scoresAdd("500 Points", 500),
    api.scoresAdd("7 Points", 7, guest="Guest", extraData="level=1"),
]
shown["scoresFetch"] = [api.scoresFetch(), api.scoresFetch(thisUser=True), api.scoresFetch(guest="Guest")]
shown["scoresFetch"] += [api.scoresFetch(betterThan=7), api.scoresFetch(limit=1, worseThan=500)]
shown["scoresGetRank"] = api.scoresGetRank(500)
shown["trophiesFetch"] = [api.trophiesFetch(trophyId=ids) for ids in ("13,89,35", [13, 89, 35], 13)]
shown["trophiesAddAchieved"] = [api.trophiesAddAchieved(13), api.trophiesAddAchieved(13)]
shown["achieved"] = [api.trophiesFetch(achieved=True), api.trophiesFetch(False)]
shown["trophiesRemoveAchieved"] = api.trophiesRemoveAchieved(13)

shown["errors"] = {}
for name, wrong in {
    "required": lambda: gamejoltapi.GameJoltAPI(GAME_ID, PRIVATE_KEY).trophiesFetch(),
    "required key": lambda: api.dataStoreFetch(None),  # type: ignore[arg-type]
    "collision": lambda: api.batch(requests, parallel=True, breakOnError=True),
}.items():
    try:
        wrong()
    except gamejoltapi.GameJoltDataRequired as error:
        shown["errors"][name] = ["GameJoltDataRequired", error.key]
    except gamejoltapi.GameJoltDataCollision as error:
        shown["errors"][name] = ["GameJoltDataCollision", error.keys]

shown["formats"] = {}
for api.responseFormat in ("xml", "keypair", "dump"):
    shown["formats"][api.responseFormat] = api.scoresGetRank(500)
print(json.dumps(shown))
