"""Keeps what a playthrough leaves behind: pictures, a GIF, and how long the frames took."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from demo_game.look import HUES, NIGHT_LOW, TEXT

GIF_SIZE = (640, 360)
GIF_SECONDS = 1 / 12
"""Between two pictures of the film, on the wall's clock, however long frames take."""
CROSSFADE = 5
"""Pictures in which one scene turns into the next, in place of a jump."""
GIF_COLOURS = 255
MOST_GIF_FRAMES = 90
MOST_GIF_BYTES = 6_000_000
SWATCH = 24
LATE_S = 0.025


@dataclass(slots=True)
class FrameTimes:
    """How long the work of each frame took, without waiting for the next one."""

    seconds: list[float] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """The time in seconds that `share` of all frames stay under."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0

    @property
    def late(self) -> int:
        """Frames that took longer than 25 ms."""
        return sum(1 for seconds in self.seconds if seconds > LATE_S)

    def summary(self) -> dict[str, float]:
        """The figures for the report, in milliseconds."""
        return {
            "count": len(self.seconds),
            "p50_ms": round(self.percentile(0.5) * 1e3, 2),
            "p99_ms": round(self.percentile(0.99) * 1e3, 2),
            "max_ms": round(max(self.seconds, default=0.0) * 1e3, 2),
            "late": self.late,
        }


class Recorder:
    """Copies frames while the game runs, and writes files afterwards, so that no frame waits for a disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pictures: list[tuple[str, Image.Image]] = []
        self._film: list[Image.Image] = []
        self._filmed_at = 0.0

    def picture(self, frame: Image.Image, name: str) -> None:
        """Keep this frame as a picture called `name`."""
        self._pictures.append((name, frame))

    @property
    def filming(self) -> bool:
        """Whether there is room for more frames in the GIF."""
        return len(self._film) < MOST_GIF_FRAMES

    def wants(self, now: float) -> bool:
        """Whether the film needs a picture at this second of the wall's clock."""
        return self.filming and now - self._filmed_at >= GIF_SECONDS

    def film(self, frame: Image.Image, now: float) -> None:
        """Keep this frame for the GIF; after a gap it fades in over the last one."""
        picture = frame.resize(GIF_SIZE, Image.Resampling.LANCZOS)
        if self._film and now - self._filmed_at > 4 * GIF_SECONDS:
            last = self._film[-1]
            self._film += [Image.blend(last, picture, step / (CROSSFADE + 1)) for step in range(1, CROSSFADE + 1)]
        self._film.append(picture)
        self._filmed_at = max(now - GIF_SECONDS, self._filmed_at + GIF_SECONDS)  # even steps, from uneven frames

    @property
    def names(self) -> list[str]:
        """The names of the pictures kept so far."""
        return [name for name, _ in self._pictures]

    def write(self) -> list[Path]:
        """Write all files into the folder and return their paths, the GIF last."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in (*self.folder.glob("[0-9][0-9]-*.png"), *self.folder.glob("light-harvest.gif")):
            old.unlink()
        written = []
        for number, (name, frame) in enumerate(self._pictures, 1):
            path = self.folder / f"{number:02}-{name}.png"
            frame.save(path)
            written.append(path)
        if self._film:
            path = self.folder / "light-harvest.gif"
            write_gif(path, self._film)
            written.append(path)
        return written


def write_gif(path: Path, frames: list[Image.Image]) -> None:
    """Write `frames` as a GIF with one palette for all, smaller and smaller until it fits the limit."""
    size, colours = frames[0].size, GIF_COLOURS
    while True:
        shown = [frame.resize(size, Image.Resampling.LANCZOS) if frame.size != size else frame for frame in frames]
        palette = _montage(shown).quantize(colours, Image.Quantize.FASTOCTREE)
        flat = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in shown]
        flat[0].save(path, save_all=True, append_images=flat[1:], duration=round(1000 * GIF_SECONDS), loop=0)
        if path.stat().st_size <= MOST_GIF_BYTES or size[0] < 200:
            return
        size, colours = (size[0] * 5 // 6, size[1] * 5 // 6), max(64, colours * 5 // 6)


def _montage(frames: list[Image.Image]) -> Image.Image:
    """A few frames and a fair share of each glowing colour, which is rare in the frames but must not be lost."""
    chosen = frames[:: max(1, len(frames) // 8)]
    wide, high = chosen[0].size
    sheet = Image.new("RGB", (wide, high * len(chosen) + SWATCH * len(HUES)))
    for number, frame in enumerate(chosen):
        sheet.paste(frame, (0, number * high))
    for number, hue in enumerate(HUES.values()):
        swatch = Image.new("RGB", (3, 1))
        for x, colour in enumerate((NIGHT_LOW, hue, TEXT)):
            swatch.putpixel((x, 0), colour)
        place = (0, high * len(chosen) + SWATCH * number)
        sheet.paste(swatch.resize((wide, SWATCH), Image.Resampling.BILINEAR), place)
    return sheet
