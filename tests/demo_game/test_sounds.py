"""Every happening that should be heard has a sound, and the sounds are sound."""

from __future__ import annotations

import wave

from demo_game import happenings, sounds


def test_all_sounds_can_be_heard_and_do_not_clip():
    made = sounds.all_sounds()
    for name, samples in made.items():
        assert 4_000 < max(abs(sample) for sample in samples) <= 20_000, name
        assert abs(samples[-1]) < 3_000, f"{name} ends with a click"


def test_each_happening_names_a_sound_that_exists():
    made = sounds.all_sounds()
    said = [
        *(happenings.OrbCollected(0, 0, "light", 10, multiplier) for multiplier in range(1, 10)),
        happenings.ComboReached(0, 0, 2),
        happenings.ComboLost(0, 0, 2),
        happenings.RockHit(0, 0, 1),
        happenings.RockShattered(0, 0, 1, 20),
        happenings.PulseFired(0, 0),
        happenings.PulseRefused(0, 0),
        happenings.EnergyLow(0, 0),
        happenings.StarCaught(0, 0, 400),
        happenings.RunEnded(0, 0, 1, survived=True),
        happenings.RunEnded(0, 0, 1, survived=False),
    ]
    assert all(sounds.sound_of(one) in made for one in said)
    assert sounds.sound_of(happenings.Grazed(0, 0, 5)) is None


def test_they_can_be_written_as_files(tmp_path):
    sounds.write(tmp_path)
    with wave.open(str(tmp_path / "pulse.wav")) as file:
        assert file.getframerate() == sounds.RATE
        assert file.getnframes() > 5_000


def test_the_speaker_plays_and_is_silent_without_a_device():
    speaker = sounds.Speaker()
    speaker.hear([happenings.PulseFired(0, 0), happenings.Grazed(0, 0, 5)])
    speaker._sounds.clear()
    speaker.hear([happenings.PulseFired(0, 0)])
