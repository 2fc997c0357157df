"""Folders of pictures, one folder per class, and a network with convolutions.

You learn how pictures of any size become one size, why a convolution needs few parameters where a dense layer
needs many, and that the reloaded model takes the path of a picture.

    python examples/your_data_pictures.py

It needs Pillow and safetensors: pip install 'tinygrad_course[images,safetensors]'
"""

import tempfile
from pathlib import Path

import numpy as np

import tinygrad_course as tg
from tinygrad_course import nn, optim

try:
    from PIL import Image, ImageDraw
except ImportError as error:
    raise tg.errors.MissingExtraError(
        "this example needs Pillow: pip install 'tinygrad_course[images]'"
    ) from error


def draw(kind, rng):
    """A disc or a square somewhere on a picture of some size."""
    width, height = (int(n) for n in rng.integers(40, 90, 2))
    picture = Image.new("RGB", (width, height), tuple(int(c) for c in rng.integers(0, 90, 3)))
    side = int(rng.integers(15, 30))
    left, top = int(rng.integers(0, width - side)), int(rng.integers(0, height - side))
    box = (left, top, left + side, top + side)
    pen, colour = ImageDraw.Draw(picture), tuple(int(c) for c in rng.integers(150, 255, 3))
    (pen.ellipse if kind == "disc" else pen.rectangle)(box, fill=colour)
    return picture


rng = np.random.default_rng(0)
with tempfile.TemporaryDirectory() as folder:
    for kind in ("disc", "square"):
        (Path(folder) / "shapes" / kind).mkdir(parents=True)
        for i in range(150):
            draw(kind, rng).save(Path(folder) / "shapes" / kind / f"{i}.png")
    new = Path(folder) / "new.png"
    draw("disc", rng).save(new)

    shapes = tg.data.from_images(
        Path(folder) / "shapes", size=(24, 24), channels=1, layout="channels_first"
    )
    print(shapes)
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1, rng=0),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1, rng=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(16 * 6 * 6, 2, rng=2),
    )
    print(
        f"{model.num_parameters():,} parameters; one dense layer of 64 units has {24 * 24 * 64:,}"
    )
    tg.fit(
        *(model, nn.CrossEntropyLoss(), optim.Adam(model, lr=0.003), shapes),
        **{"epochs": 15, "batch_size": 32},
    )
    print(f"accuracy on the test pictures: {tg.training.evaluate(model, shapes)['accuracy']:.2f}")

    model.save(Path(folder) / "shapes.safetensors")
    again = tg.load(Path(folder) / "shapes.safetensors")
    print(f"the new picture is a {again.predict(new)[0]}")
