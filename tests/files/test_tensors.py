import json
import struct

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from tests.sampling import same
from tinygrad_course.errors import DtypeError, FileFormatError, MissingExtraError
from tinygrad_course.files import tensors

ARRAYS = st.dictionaries(
    st.text(min_size=1).filter(lambda name: name != tensors.TEXTS),
    st.sampled_from(sorted(tensors.DTYPES.values())).flatmap(
        lambda dtype: npst.arrays(dtype, npst.array_shapes(min_dims=0, min_side=0, max_dims=3))
    ),
    max_size=4,
)
TEXTS = st.dictionaries(st.text(), st.text(), max_size=3)


@same()
@given(ARRAYS, TEXTS)
def test_what_is_written_is_read_by_us_and_by_the_library(arrays, texts):
    data = tensors.encoded(arrays, texts)
    if len(texts) < 2:  # of which the library does not keep the order
        assert data == tensors.encoded(arrays, texts)
    found, found_texts = tensors.decoded(data, "it")
    assert found_texts == texts
    for read in (found, safetensors.numpy.load(data)):
        assert read.keys() == arrays.keys()
        for name, array in arrays.items():
            assert read[name].dtype == array.dtype
            np.testing.assert_array_equal(read[name], array)
            assert read[name].flags.writeable


@pytest.mark.parametrize("array", [np.arange(6.0).reshape(2, 3).T, np.arange(6.0)[::-2]])
def test_any_memory_layout_is_written_in_order(array):
    found, _ = tensors.decoded(tensors.encoded({"x": array}, {}), "it")
    np.testing.assert_array_equal(found["x"], array)


def test_a_dtype_that_the_format_has_not_is_named_with_a_way_out():
    long = np.ones(2, np.longdouble)
    with pytest.raises(DtypeError, match=r"^'w' is (long|float).*astype\(np.float64\)"):
        tensors.encoded({"w": long}, {})
    tensors.encoded({"w": long.astype(np.float64)}, {})


def a_file(header, body=b""):
    header = (header if isinstance(header, str) else json.dumps(header)).encode()
    return struct.pack("<Q", len(header)) + header + body


def entry(dtype="F32", shape=(1,), offsets=(0, 4)):
    return {"dtype": dtype, "shape": shape, "data_offsets": offsets}


TWICE = f'{{"w": {json.dumps(entry())}, "w": {json.dumps(entry())}}}'


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "header too small"),
        (b"PK\x03\x04 a zip file", "header"),
        (struct.pack("<Q", 2**60), "header too large"),
        (a_file({"w": entry()}, b"\0\0\0"), "incomplete metadata"),
        (a_file({"w": entry()}, b"\0" * 5), "not fully covered"),
        (a_file({"w": entry(offsets=(4, 8))}, b"\0" * 8), "invalid offset"),
        (a_file({"w": entry(), "v": entry()}, b"\0" * 4), "invalid offset"),
        (a_file({"w": entry(shape=(2,))}, b"\0" * 4), "w"),
        (a_file({"w": entry(shape=(-1,))}, b"\0" * 4), "invalid value"),
        (a_file({"w": entry(shape=(2**62, 2**62, 4))}, b"\0" * 4), "overflow"),
        (a_file({"w": entry("F33")}, b"\0" * 4), "F33"),
        (a_file({"w": entry("BF16", (2,))}, b"\0" * 4), "'w' is BF16.* convert it to float32"),
        (a_file({"w": entry("BOOL", (4,))}, b"\0\1\2\1"), "neither true nor false"),
        (a_file({"w": entry(), tensors.TEXTS: {"a": 1}}, b"\0" * 4), "expected a string"),
        (a_file(TWICE, b"\0" * 4), "'w' twice"),
        (a_file("[" * 100_000), "invalid"),
        (a_file({"w": entry()}, b"\0" * 4)[:20], "header"),
    ],
)
def test_anything_but_a_whole_file_is_refused(data, complaint):
    with pytest.raises(
        FileFormatError, match=rf"^run/m.st is no whole safetensors file: .*{complaint}"
    ):
        tensors.decoded(data, "run/m.st")


def test_without_the_library_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "safetensors.numpy", None)
    monkeypatch.setitem(__import__("sys").modules, "safetensors", None)
    for call in (lambda: tensors.encoded({}, {}), lambda: tensors.decoded(b"", "it")):
        with pytest.raises(MissingExtraError, match=r"tinygrad_course\[safetensors\]"):
            call()
