"""The sounds of the game, made from sine waves when it starts, so that no recording has to be shipped.

``python -m demo_game.sounds DIR`` writes them as WAV files, to listen to or to replace.
"""

from __future__ import annotations

import math
import sys
import wave
from array import array
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random

from demo_game.happenings import (
    ComboLost,
    ComboReached,
    EnergyLow,
    Happening,
    OrbCollected,
    PulseFired,
    PulseRefused,
    RockHit,
    RockShattered,
    RunEnded,
    StarAppeared,
    StarCaught,
)

RATE = 22_050
PENTATONIC = (0, 2, 4, 7, 9, 12, 14, 16, 19)
"""Semitones above the base note for each multiplier: a chain climbs a scale that cannot sound wrong."""


def tone(seconds: float, wave_at: Callable[[float], float], *, fade: float = 3.0) -> array[int]:
    """Samples of `wave_at(time)` from -1 to 1, with a soft start and a decay of `fade`."""
    count = int(seconds * RATE)
    samples = array("h", bytes(2 * count))
    for i in range(count):
        t = i / RATE
        loud = min(1.0, t * 200.0) * math.exp(-fade * t / seconds)
        samples[i] = int(max(-1.0, min(1.0, wave_at(t) * loud)) * 20_000)
    return samples


def bell(pitch: float) -> Callable[[float], float]:
    """A glassy note of `pitch` Hz."""

    def at(t: float) -> float:
        turn = math.tau * pitch * t
        return 0.5 * math.sin(turn) + 0.22 * math.sin(2 * turn) + 0.12 * math.sin(3.01 * turn)

    return at


def sweep(start: float, end: float, seconds: float) -> Callable[[float], float]:
    """A tone that glides from `start` to `end` Hz."""

    def at(t: float) -> float:
        return 0.6 * math.sin(math.tau * (start * t + (end - start) * t * t / (2 * seconds)))

    return at


def crackle(seed: int, pitch: float) -> Callable[[float], float]:
    """Rough noise over a low tone, for things that break."""
    draw = Random(seed)
    level = 0.0

    def at(t: float) -> float:
        nonlocal level
        level += (draw.uniform(-1.0, 1.0) - level) * 0.35
        return 0.7 * level + 0.35 * math.sin(math.tau * pitch * t * (1.0 - 0.4 * t))

    return at


def chord(*pitches: float) -> Callable[[float], float]:
    """Several bells, one a little after the other."""
    bells = [bell(pitch) for pitch in pitches]
    loudness = 1.6 * math.pow(len(pitches), -0.6)

    def at(t: float) -> float:
        return loudness * sum(one(t - 0.09 * i) for i, one in enumerate(bells) if t >= 0.09 * i)

    return at


def note(semitones: int) -> float:
    """Hz of a note above the game's base note."""
    return 440.0 * math.pow(2.0, semitones / 12)


def all_sounds() -> dict[str, array[int]]:
    """Every sound by its name, 16-bit mono samples at `RATE`."""
    sounds = {f"orb{i}": tone(0.3, bell(note(step)), fade=5.0) for i, step in enumerate(PENTATONIC, 1)}
    sounds["combo"] = tone(0.45, chord(note(12), note(19)), fade=4.0)
    sounds["lost"] = tone(0.3, sweep(330.0, 180.0, 0.3))
    sounds["pulse"] = tone(0.45, sweep(520.0, 90.0, 0.45), fade=3.5)
    sounds["refused"] = tone(0.12, sweep(140.0, 110.0, 0.12))
    sounds["shatter"] = tone(0.35, crackle(1, 120.0), fade=5.0)
    sounds["hit"] = tone(0.6, crackle(2, 64.0), fade=4.0)
    sounds["low"] = tone(0.4, sweep(300.0, 240.0, 0.4), fade=2.5)
    sounds["star"] = tone(0.9, chord(note(12), note(16), note(19), note(24)), fade=3.5)
    sounds["dawn"] = tone(1.6, chord(note(-12), note(0), note(4), note(7), note(12)), fade=3.0)
    sounds["dark"] = tone(1.1, chord(note(-12), note(-16), note(-21)), fade=3.0)
    return sounds


def sound_of(happening: Happening) -> str | None:
    """The name of the sound that a happening makes, or None."""
    match happening:
        case OrbCollected(multiplier=multiplier):
            return f"orb{multiplier}"
        case RunEnded(survived=survived):
            return "dawn" if survived else "dark"
        case ComboReached():
            return "combo"
        case ComboLost():
            return "lost"
        case PulseFired():
            return "pulse"
        case PulseRefused():
            return "refused"
        case RockShattered():
            return "shatter"
        case RockHit():
            return "hit"
        case EnergyLow():
            return "low"
        case StarAppeared() | StarCaught():
            return "star"
    return None


class Speaker:
    """Plays sounds with pygame's mixer; silent where there is no sound device."""

    def __init__(self) -> None:
        import pygame

        self._sounds: dict[str, pygame.mixer.Sound] = {}
        try:
            pygame.mixer.init(RATE, -16, 1, 512)
        except pygame.error:
            return
        for name, samples in all_sounds().items():
            self._sounds[name] = pygame.mixer.Sound(buffer=samples.tobytes())
            self._sounds[name].set_volume(0.5 if name.startswith("orb") else 0.7)

    def hear(self, happenings: Iterable[Happening]) -> None:
        """Play what happened, each sound once."""
        for name in {sound_of(happening) for happening in happenings}:
            if name in self._sounds:
                self._sounds[name].play()


def write(folder: Path) -> None:
    """Write every sound into `folder` as a WAV file."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, samples in all_sounds().items():
        with wave.open(str(folder / f"{name}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(samples.tobytes())


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "sounds"))
