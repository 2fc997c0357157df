"""Folders of pictures and the course's HDF5 files as data sets: real files, also broken ones."""

import io
import struct
import zlib

import h5py
import numpy as np
import pytest
from PIL import Image

from tinygrad_course import data
from tinygrad_course.data import pictures
from tinygrad_course.errors import DataError, SettingError


def noise(height, width, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def corners(height=40, width=60):
    """Red at the top left, green at the top right, blue at the bottom left, white at the bottom right."""
    picture = np.full((height, width, 3), 255, dtype=np.uint8)
    top, left = slice(height // 2), slice(width // 2)
    picture[top, left], picture[top, width // 2 :] = (255, 0, 0), (0, 255, 0)
    picture[height // 2 :, left] = (0, 0, 255)
    return picture


@pytest.fixture
def folder(tmp_path):
    for label, name in enumerate(["cat", "dog"]):
        (tmp_path / name).mkdir()
        for i in range(10):
            file = tmp_path / name / f"{i}.{'jpg' if i % 2 else 'png'}"
            Image.fromarray(noise(30 + i, 50, 10 * label + i)).save(file)
    return tmp_path


def test_folders_are_classes(folder):
    dataset = data.from_images(folder, size=(8, 12))
    assert dataset.class_names == ("cat", "dog")
    assert dataset.x_train.shape == (16, 8 * 12 * 3)
    assert dataset.x_train.dtype == np.float32
    assert dataset.image_shape == (8, 12, 3)
    assert np.bincount(dataset.y_train).tolist() == [8, 8]
    rows = np.concatenate([dataset.x_train, dataset.x_test])
    labels = np.concatenate([dataset.y_train, dataset.y_test])
    for label, name in enumerate(dataset.class_names):
        files = sorted((folder / name).iterdir())
        prepared = {row.tobytes() for row in dataset.preparation.apply(files)}
        assert prepared == {row.tobytes() for row in rows[labels == label]}


def test_a_picture_of_the_right_size_is_its_bytes_divided_by_255(folder):
    preparation = data.from_images(folder, size=(40, 60)).preparation
    expected = corners().astype(np.float32).reshape(1, -1) / 255
    lossless = io.BytesIO()
    Image.fromarray(corners()).save(lossless, "png")
    for picture in (corners(), corners()[None], Image.fromarray(corners()), lossless):
        np.testing.assert_array_equal(preparation.apply(picture), expected)


def test_layouts_and_standardising(folder):
    dataset = data.from_images(folder, size=(8, 12), layout="channels_first", standardise=True)
    assert dataset.x_train.shape == (16, 3, 8, 12)
    flat = data.from_images(folder, size=(8, 12))
    pixels = flat.x_train.reshape(16, 8, 12, 3).transpose(0, 3, 1, 2) * 255
    by_channel = pixels.mean(axis=(0, 2, 3)), pixels.std(axis=(0, 2, 3))
    np.testing.assert_allclose(dataset.preparation.means, by_channel[0], rtol=1e-5)
    np.testing.assert_allclose(dataset.preparation.deviations, by_channel[1], rtol=1e-5)
    mean, deviation = (a[:, None, None] for a in by_channel)
    np.testing.assert_allclose(dataset.x_train, (pixels - mean) / deviation, atol=1e-5)
    grey = data.from_images(folder, size=(8, 12), channels=1)
    assert grey.x_train.shape == (16, 96)
    assert grey.image_shape == (8, 12)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_every_orientation_that_a_camera_writes_is_undone(orientation, kind):
    upright = Image.fromarray(corners(400, 600))
    undo = {
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }
    stored = upright
    for step in undo.get(orientation, []):
        stored = stored.transpose(step)
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = io.BytesIO()
    stored.save(file, kind, exif=exif)
    found = pictures.read_picture(file, (40, 60))
    difference = np.abs(found.astype(int) - corners())
    assert np.median(difference) <= 2
    assert difference[5:15, 5:25].max() < 30


def test_a_large_jpeg_is_decoded_at_a_fraction(monkeypatch):
    file = io.BytesIO()
    Image.fromarray(corners(1600, 2400)).save(file, "jpeg")
    decoded = []
    prepare = pictures._without_transparency
    monkeypatch.setattr(
        pictures,
        "_without_transparency",
        lambda picture, channels: decoded.append(picture.size) or prepare(picture, channels),
    )
    found = pictures.read_picture(file, (40, 60))
    assert decoded == [(300, 200)]
    assert np.median(np.abs(found.astype(int) - corners())) <= 2


def test_cropping_takes_the_middle():
    picture = np.zeros((40, 80, 3), dtype=np.uint8)
    picture[:, 20:60] = 255
    cropped = pictures.read_picture(Image.fromarray(picture), (20, 20), crop=True)
    assert cropped[:, 1:-1].min() > 250  # the filter reaches one pixel across the edge
    assert pictures.read_picture(Image.fromarray(picture), (20, 20))[:, 1:4].max() < 5


def test_transparency_lies_on_white_and_sixteen_bits_keep_their_shades():
    clear = Image.new("RGBA", (4, 4), (255, 0, 0, 0))
    assert (pictures.read_picture(clear, (4, 4)) == 255).all()
    palette = clear.convert("P")
    palette.info["transparency"] = palette.getpixel((0, 0))
    assert (pictures.read_picture(palette, (4, 4)) == 255).all()
    shades = np.array([[0, 32768, 65535, 65535]], dtype=np.uint16)
    file = io.BytesIO()
    Image.fromarray(shades).save(file, "png")
    assert pictures.read_picture(file, (1, 4), 1).ravel().tolist() == [0, 127, 255, 255]


def png_that_claims(width, height):
    def chunk(kind, content):
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    content = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100))
    return b"\x89PNG\r\n\x1a\n" + content + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [9000, 9500, 12_000, 60_000])
def test_a_decompression_bomb_is_refused_without_decoding(side, folder):
    bomb = folder / "cat" / "bomb.png"
    bomb.write_bytes(png_that_claims(side, side))
    with pytest.raises(DataError, match=r"1 file of 21 can't be used: .*bomb\.png.*pixels"):
        data.from_images(folder, size=(8, 8))


def test_unreadable_pictures_are_named_and_skipped_or_fatal(folder):
    good = (folder / "dog" / "1.jpg").read_bytes()
    (folder / "cat" / "broken.jpg").write_bytes(b"no picture")
    (folder / "cat" / "empty.png").write_bytes(b"")
    (folder / "dog" / "cut.jpg").write_bytes(good[: len(good) // 2])
    (folder / "dog" / "notes.txt").write_text("no picture")
    (folder / "dog" / ".DS_Store").write_bytes(b"\0")
    with pytest.raises(DataError) as caught:
        data.from_images(folder, size=(8, 8))
    message = str(caught.value)
    assert "3 files of 23 can't be used" in message
    for part in ("broken.jpg", "empty.png", "cut.jpg", "truncated", "unreadable='skip'"):
        assert part in message
    dataset = data.from_images(folder, size=(8, 8), unreadable="skip")
    assert len(dataset.x_train) + len(dataset.x_test) == 20
    left_out, unnamed = dataset.notes
    assert left_out.startswith("3 files left out")
    assert "broken.jpg" in left_out
    assert unnamed == "1 file with names of no picture: notes.txt"


def test_no_readable_picture_in_a_class_is_refused_also_if_skipping(folder):
    for file in (folder / "dog").iterdir():
        file.write_bytes(b"no picture")
    with pytest.raises(DataError, match="no picture of class 'dog' can be read"):
        data.from_images(folder, size=(8, 8), unreadable="skip")


def test_folders_that_are_no_classes_are_refused(folder):
    for path, message in (
        (folder / "no", "does not exist"),
        (folder / "cat" / "0.png", "is a file"),
        (folder / "cat", "these folders: none. Each class is a folder"),
    ):
        with pytest.raises(DataError, match=message):
            data.from_images(path, size=(8, 8))
    (folder / "horse").mkdir()
    with pytest.raises(DataError, match="class 'horse' can be read: the folder is empty"):
        data.from_images(folder, size=(8, 8))


@pytest.mark.parametrize(
    "options",
    [
        {"size": "8"},
        {"size": (8, 0)},
        {"channels": 4},
        {"layout": "rows"},
        {"unreadable": "ignore"},
    ],
)
def test_an_invalid_setting_is_refused(folder, options):
    with pytest.raises(SettingError, match=f"{next(iter(options))}="):
        data.from_images(folder, **{"size": (8, 8)} | options)


def test_what_is_no_picture_is_refused_at_prediction(folder):
    preparation = data.from_images(folder, size=(8, 8)).preparation
    for picture, message in (
        (np.zeros((8, 8, 3)), "picture 0 has dtype float64"),
        (np.zeros((8, 8, 7), np.uint8), r"picture 0 has shape \(8, 8, 7\)"),
        ([noise(8, 8), folder / "no.png"], r"no\.png' does not exist"),
        (io.BytesIO(b"no picture"), "picture 0 can't be read"),
        ([], "no pictures"),
    ):
        with pytest.raises(DataError, match=message):
            preparation.apply(picture)


def write_h5(path, prefix, m, **arrays):
    rng = np.random.default_rng(len(prefix))
    contents = {
        f"{prefix}_x": rng.integers(0, 256, (m, 64, 64, 3), dtype=np.uint8),
        f"{prefix}_y": np.arange(m) % 2,
        "list_classes": np.array([b"non-cat", b"cat"]),
    } | arrays
    with h5py.File(path, "w") as file:
        for key, array in contents.items():
            if array is not None:
                file[key] = array
    return path


def test_the_files_of_the_course(tmp_path):
    train = write_h5(tmp_path / "train_catvnoncat.h5", "train_set", 20)
    test = write_h5(tmp_path / "test_catvnoncat.h5", "test_set", 6)
    cats = data.from_h5(train, test)
    assert cats.class_names == ("non-cat", "cat")
    assert cats.image_shape == (64, 64, 3)
    assert cats.x_train.shape == (20, 12_288)
    assert cats.x_test.shape == (6, 12_288)
    with h5py.File(train) as file:
        x, y = file["train_set_x"][:], file["train_set_y"][:]
    np.testing.assert_array_equal(cats.x_train, x.reshape(20, -1).astype(np.float32) / 255)
    np.testing.assert_array_equal(cats.y_train, y)
    np.testing.assert_array_equal(cats.preparation.apply(x), cats.x_train)
    assert len(data.from_h5(train).x_test) == 4


@pytest.mark.parametrize("shape", [(20,), (1, 20), (20, 1)])
def test_labels_may_be_a_row_or_a_column(tmp_path, shape):
    y = (np.arange(20) % 2).reshape(shape)
    path = write_h5(tmp_path / "t.h5", "train_set", 20, train_set_y=y)
    assert data.from_h5(path).y_train.shape == (16,)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        (
            {"train_set_y": None},
            r"no array 'train_set_y'. Its keys are: 'list_classes', 'train_set_x'",
        ),
        ({"train_set_y": np.zeros(19, int)}, r"has shape \(19,\), and there are 20 pictures"),
        ({"train_set_y": np.zeros((4, 5), int)}, r"has shape \(4, 5\)"),
        ({"train_set_y": np.arange(20) // 5}, "a label 3, and list_classes has 2 names"),
        ({"train_set_y": np.full(20, -1)}, "from -1 to -1"),
        ({"train_set_y": np.zeros(20)}, "dtype float64"),
        ({"train_set_x": np.zeros((20, 8, 8, 3))}, "dtype float64 and shape"),
        ({"train_set_x": np.zeros((20, 192), np.uint8)}, r"shape \(20, 192\)"),
    ],
)
def test_an_h5_file_that_does_not_fit_is_refused(tmp_path, arrays, message):
    path = write_h5(tmp_path / "t.h5", "train_set", 20, **arrays)
    with pytest.raises(DataError, match=message):
        data.from_h5(path)


def test_files_of_two_data_sets_are_refused(tmp_path):
    train = write_h5(tmp_path / "train.h5", "train_set", 20)
    small = np.zeros((4, 8, 8, 3), np.uint8)
    for arrays, message in (
        ({"list_classes": np.array([b"dog", b"cat"])}, "list_classes is"),
        ({"test_set_x": small}, r"\(64, 64, 3\) and those for testing \(8, 8, 3\)"),
    ):
        test = write_h5(tmp_path / "test.h5", "test_set", 4, **arrays)
        with pytest.raises(DataError, match=message):
            data.from_h5(train, test)
    with pytest.raises(DataError, match="no HDF5 file"):
        data.from_h5(__file__)
    with pytest.raises(DataError, match="does not exist"):
        data.from_h5(train, tmp_path / "no.h5")
