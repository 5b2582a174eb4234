"""Makes the recording of the course CIT-03 from its script: slides, a synthetic voice, captions and the light version.

    python scripts/make_recording.py courses/content/CIT-03/registrazioni/una-frase-alla-volta

Reads `scheda.md` in that folder and writes small.mp4, audio.m4a, captions.vtt and poster.webp beside it. Needs the
programs espeak-ng and ffmpeg (or FFMPEG=path); run by hand when the text changes, as the files are kept in the project.
"""

import os
import re
import subprocess
import sys
import tempfile
import wave
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

SIZE = (640, 360)
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans{}.ttf"
INK, PAPER, ACCENT = "#17324d", "#ffffff", "#0066cc"
PAUSE_SECONDS = 0.7
FFMPEG = os.environ.get("FFMPEG", "ffmpeg")


def main(folder: Path) -> None:
    _front, _dashes, text = (folder / "scheda.md").read_text().split("---\n", 2)
    parts = [part.strip() for part in text.strip().split("\n\n")]
    with tempfile.TemporaryDirectory() as scratch:
        build(folder, parts, Path(scratch))


def build(folder: Path, parts: list[str], scratch: Path) -> None:
    starts, moment, sounds, slides = [], 0.0, [], []
    for number, part in enumerate(parts):
        sound, slide = scratch / f"{number}.wav", scratch / f"{number}.png"
        say(part, sound)
        draw(part, number, len(parts)).save(slide)
        with wave.open(str(sound)) as spoken:
            lasts = spoken.getnframes() / spoken.getframerate() + PAUSE_SECONDS
        starts.append((moment, moment + lasts))
        moment += lasts
        sounds.append(sound)
        slides.append((slide, lasts))
    (folder / "captions.vtt").write_text(captions(parts, starts))
    Image.open(slides[0][0]).save(folder / "poster.webp", quality=70)
    join(folder, sounds, slides, scratch)


def say(text: str, target: Path) -> None:
    plain = re.sub(r"[«»]", "", text)
    subprocess.run(["espeak-ng", "-v", "it", "-s", "150", "-w", str(target), plain], check=True)


def draw(text: str, number: int, total: int) -> Image.Image:
    """What is quoted stands large on the slide; without a quotation, the first sentence."""
    quoted = re.findall(r"«(.+?)»", text)
    shown = quoted or [re.split(r"(?<=[.:?])\s", text)[0]]
    slide = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(slide)
    pen.rectangle((0, 0, 12, SIZE[1]), fill=ACCENT)
    large, small = ImageFont.truetype(FONT.format("-Bold"), 26), ImageFont.truetype(FONT.format(""), 16)
    top = 60
    for sentence in shown:
        for line in wrapped(sentence, large, 560):
            pen.text((44, top), line, font=large, fill=INK)
            top += 36
        top += 20
    pen.text((44, 322), f"Una frase alla volta, {number + 1} di {total}", font=small, fill="#455b71")
    return slide


def wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def captions(parts: list[str], starts: list[tuple[float, float]]) -> str:
    """One cue a sentence, the time of a part shared by its letters."""
    cues = []
    for part, (start, end) in zip(parts, starts, strict=True):
        sentences = re.split(r"(?<=[.?:])\s+", part)
        letters, moment = sum(map(len, sentences)), start
        for sentence in sentences:
            lasts = (end - PAUSE_SECONDS - start) * len(sentence) / letters
            cues.append(f"{clock(moment)} --> {clock(moment + lasts)}\n{sentence}")
            moment += lasts
    return "WEBVTT\n\n" + "\n\n".join(cues) + "\n"


def clock(seconds: float) -> str:
    return f"{int(seconds // 60):02}:{seconds % 60:06.3f}"


def join(folder: Path, sounds: list[Path], slides: list[tuple[Path, float]], scratch: Path) -> None:
    voice, show = scratch / "voice.txt", scratch / "slides.txt"
    silence = scratch / "silence.wav"
    with wave.open(str(sounds[0])) as first, wave.open(str(silence), "wb") as quiet:
        quiet.setparams(first.getparams())
        quiet.writeframes(b"\0\0" * int(first.getframerate() * PAUSE_SECONDS))
    voice.write_text("".join(f"file '{sound}'\nfile '{silence}'\n" for sound in sounds))
    shown = [f"file '{slide}'\nduration {lasts}\n" for slide, lasts in slides]
    show.write_text("".join([*shown, f"file '{slides[-1][0]}'\n"]))
    sound = ["-f", "concat", "-safe", "0", "-i", str(voice)]
    picture = ["-f", "concat", "-safe", "0", "-i", str(show)]
    speech = ["-c:a", "aac", "-b:a", "13k", "-ac", "1", "-ar", "12000"]
    exact = ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", "-y"]
    film = ["-c:v", "libx264", "-preset", "veryslow", "-tune", "stillimage", "-crf", "34", "-r", "5", "-g", "50"]
    film += ["-pix_fmt", "yuv420p", "-movflags", "+faststart", "-shortest"]
    run = [FFMPEG, "-loglevel", "error"]
    subprocess.run([*run, *picture, *sound, *film, *speech, *exact, str(folder / "small.mp4")], check=True)
    subprocess.run([*run, *sound, *speech, "-movflags", "+faststart", *exact, str(folder / "audio.m4a")], check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
