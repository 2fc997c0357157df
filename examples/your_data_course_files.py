"""The course's own files: pictures of 64 by 64 pixels in HDF5, and logistic regression with n_x = 12,288.

You learn how train_catvnoncat.h5 and test_catvnoncat.h5 are read. This program writes two small files with
the same keys in their place; put the course's beside it and give their names instead.

    python examples/your_data_course_files.py

It needs h5py and safetensors: pip install 'tinygrad_course[h5,safetensors]'
"""

import tempfile
from pathlib import Path

import numpy as np

import tinygrad_course as tg
from tinygrad_course import nn, optim

try:
    import h5py
except ImportError as error:
    raise tg.errors.MissingExtraError(
        "this example needs h5py: pip install 'tinygrad_course[h5]'"
    ) from error


def write(path, part, count, rng):
    """Reddish pictures are cats here, greenish ones are none."""
    labels = np.arange(count) % 2
    pictures = rng.integers(0, 120, (count, 64, 64, 3))
    pictures[labels == 1, :, :, 0] += 40
    pictures[labels == 0, :, :, 1] += 40
    with h5py.File(path, "w") as file:
        file[f"{part}_set_x"] = pictures.astype(np.uint8)
        file[f"{part}_set_y"] = labels
        file["list_classes"] = np.array([b"non-cat", b"cat"])


rng = np.random.default_rng(0)
with tempfile.TemporaryDirectory() as folder:
    train, test = Path(folder) / "train_catvnoncat.h5", Path(folder) / "test_catvnoncat.h5"
    write(train, "train", 209, rng)
    write(test, "test", 50, rng)

    cats = tg.data.from_h5(train, test)
    print(cats)
    print("x_train, a picture per row:", cats.x_train.shape)

    model = nn.LogisticRegression(cats.x_train.shape[1])
    history = tg.fit(
        *(model, nn.BCEWithLogitsLoss(), optim.SGD(model, lr=0.005), cats),
        **{"epochs": 100, "batch_size": 209, "validation": cats},
    )
    costs = history.train["loss"]
    print(f"cost {costs[0]:.3f} after the first step, {costs[-1]:.3f} after {len(costs)}")
    print(f"accuracy on the test pictures: {history.validation['accuracy'][-1]:.2f}")

    model.save(Path(folder) / "cats.safetensors")
    again = tg.load(Path(folder) / "cats.safetensors")

picture = np.full((64, 64, 3), (150, 60, 60), np.uint8)
print("a reddish picture is a", again.predict(picture)[0])
