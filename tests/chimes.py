"""Makes the sounds of trophies, by arithmetic alone: ``python -m tests.chimes`` writes them into the package.

Each rank has one note more than the one below: struck bells, soft, and over within a second or so.
"""

from __future__ import annotations

import wave
from array import array
from math import exp, pi, sin
from pathlib import Path
from sys import byteorder

FOLDER = Path(__file__).parents[1] / "pygame_gameservices" / "widgets" / "sounds"
RATE = 22_050
LOUDEST = 0.4
"""The highest peak, of 1: a game's own sounds must stay louder."""
_ATTACK_S, _END_S = 0.004, 0.06
_PARTIALS = ((1.0, 1.0, 1.0), (2.0, 0.42, 1.6), (3.01, 0.2, 2.6), (4.2, 0.09, 4.0), (6.3, 0.04, 7.0))
"""Of a bell: times the pitch, how loud, and how much faster it fades."""
_C, _E, _G, _HIGH_C, _HIGH_E, _HIGH_G = 523.25, 659.26, 783.99, 1046.5, 1318.51, 1567.98
CHIMES: dict[str, tuple[float, tuple[tuple[float, float, float], ...]]] = {
    "bronze": (0.7, ((0.0, _G, 0.8), (0.09, _HIGH_C, 1.0))),
    "silver": (0.8, ((0.0, _E, 0.7), (0.08, _G, 0.8), (0.16, _HIGH_C, 1.0))),
    "gold": (1.0, ((0.0, _C, 0.7), (0.08, _E, 0.75), (0.16, _G, 0.85), (0.26, _HIGH_C, 1.0), (0.26, _HIGH_E, 0.4))),
    "platinum": (
        1.35,
        (
            (0.0, _C, 0.7), (0.07, _E, 0.75), (0.14, _G, 0.8), (0.21, _HIGH_C, 0.9), (0.32, _HIGH_E, 0.9),
            (0.32, _G, 0.5), (0.44, _HIGH_G, 0.7), (0.44, _HIGH_C, 0.5),
        ),
    ),
}  # fmt: skip
"""How long each is in seconds, and its notes: when, which pitch in Hz, how loud."""


def chime(name: str) -> array[int]:
    """The samples of a chime, 16 bits each."""
    seconds, notes = CHIMES[name]
    mixed = [0.0] * round(seconds * RATE)
    for start, pitch, loud in notes:
        first = round(start * RATE)
        for place in range(first, len(mixed)):
            time = (place - first) / RATE
            swell = min(1.0, time / _ATTACK_S)
            mixed[place] += (
                loud
                * swell
                * sum(
                    part * exp(-time * 5.2 * fades) * sin(2 * pi * pitch * times * time)
                    for times, part, fades in _PARTIALS
                )
            )
    peak = max(map(abs, mixed))
    end = round(_END_S * RATE)
    samples = array("h")
    for place, value in enumerate(mixed):
        closing = min(1.0, (len(mixed) - 1 - place) / end)
        samples.append(round(value / peak * LOUDEST * closing * 32767))
    return samples


def write(name: str, folder: Path = FOLDER) -> Path:
    """Write a chime as a WAV file."""
    samples, path = chime(name), folder / f"{name}.wav"
    if byteorder == "big":
        samples.byteswap()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return path


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for each in CHIMES:
        write(each)
