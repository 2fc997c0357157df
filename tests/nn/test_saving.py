"""Models in files: what is loaded computes the same, and nothing else is loaded."""

import functools
import json
import os

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st

import tinygrad_course as tg
from tests.sampling import same
from tinygrad_course import data, nn
from tinygrad_course.data.table_preparation import CategoryColumn, NumberColumn, Target
from tinygrad_course.errors import DataError, FileFormatError, SettingError, StateDictError
from tinygrad_course.files import tensors
from tinygrad_course.nn import architecture, saving


def trained(model):
    """After a batch, in evaluation mode: a file has the running statistics."""
    model(np.random.default_rng(1).standard_normal((5, 3)).astype(np.float32))
    return model


MODELS = {
    "MLP": lambda: nn.MLP([3, 5, 2], rng=0),
    "MLP of functions": lambda: nn.MLP([3, 5, 1], np.tanh, rng=0, dtype=np.float64),
    "MLP of modules": lambda: nn.MLP([3, 2], nn.ELU(0.5), rng=0),
    "logistic regression": lambda: nn.LogisticRegression(3),
    "layers": lambda: nn.Sequential(
        nn.Linear(3, 4, rng=0, dtype=np.float64),
        np.sin,
        nn.functional.relu,
        nn.Sequential(nn.Linear(4, 4, bias=False, rng=1, dtype=np.float16), nn.LeakyReLU(0.3)),
        nn.Softmax(axis=1),
    ),
    "none": lambda: nn.Sequential(),
    "with a state": lambda: trained(
        nn.Sequential(nn.Linear(3, 4, rng=0), nn.BatchNorm1d(4), nn.Dropout(0.5), nn.LayerNorm(4))
    ),
}
X = np.random.default_rng(0).standard_normal((7, 3)).astype(np.float32)


def computed(model):
    with tg.no_grad(), model.in_mode(training=False):
        return np.asarray(model(tg.Tensor(X)))


def same_arrays(one, other):
    assert one.keys() == other.keys()
    for name, array in one.items():
        assert array.dtype == other[name].dtype
        np.testing.assert_array_equal(array, other[name])


@pytest.mark.parametrize("make", MODELS.values(), ids=MODELS)
def test_a_model_comes_back(make, tmp_path):
    model = make()
    model.save(tmp_path / "m.safetensors")
    again = tg.load(tmp_path / "m.safetensors")
    assert repr(again) == repr(model)
    same_arrays(again.state_dict(), model.state_dict())
    np.testing.assert_array_equal(computed(again), computed(model))
    same_arrays(safetensors.numpy.load_file(tmp_path / "m.safetensors"), model.state_dict())


NEEDED = {
    nn.Linear: (3, 2),
    nn.MLP: ([3, 2],),
    nn.LogisticRegression: (3,),
    nn.Conv1d: (4, 6, 3),
    nn.Conv2d: (4, 6, (3, 2)),
    nn.MaxPool1d: (2,),
    nn.MaxPool2d: ((2, 3),),
    nn.AvgPool1d: (2,),
    nn.AvgPool2d: (2,),
    nn.AdaptiveAvgPool1d: (3,),
    nn.AdaptiveAvgPool2d: ((2, None),),
    nn.Threshold: (0.5, -1),
    nn.BatchNorm1d: (3,),
    nn.BatchNorm2d: (3,),
    nn.LayerNorm: ((3, 2),),
    nn.GroupNorm: (2, 4),
    nn.Embedding: (5, 2),
    nn.Unflatten: (1, (2, 2)),
}
"""What a module can't be made without."""

FURTHER = [
    nn.Conv2d(4, 6, 3, stride=2, padding="valid", dilation=2, groups=2, bias=False),
    nn.MaxPool2d(2, 1, padding=1, ceil_mode=True),
    nn.AvgPool2d(2, padding=1, count_include_pad=False),
    nn.CrossEntropyLoss(reduction="sum", label_smoothing=0.1, ignore_index=-1),
    nn.Softmax(1),
    nn.BatchNorm1d(3, momentum=None, affine=False),
    nn.BatchNorm2d(3, eps=0.1, track_running_stats=False, dtype=np.float64),
    nn.LayerNorm(3, bias=False),
    nn.LayerNorm(3, elementwise_affine=False),
    nn.GroupNorm(1, 2, affine=False),
    nn.PReLU(3, 0.5),
    nn.GELU("tanh"),
    nn.Dropout(0.25),
    nn.ModuleList([nn.Linear(3, 2), nn.Tanh()]),
    nn.ModuleDict({"a": nn.Linear(3, 2), "b": nn.ModuleList()}),
    nn.LeakyReLU(0.5),
    nn.HuberLoss(delta=2.0),
]
ABSTRACT = {nn.Module, nn.Loss, nn.Classifier}
CLASSES = {x for x in vars(nn).values() if isinstance(x, type) and issubclass(x, nn.Module)}


def kept(module):
    """Its attributes, with the shapes of its parameters; but not where it is in a model, nor a drawn seed."""
    return {
        name: repr(getattr(x, "shape", x))
        for name, x in vars(module).items()
        if name not in ("_block", "_seed")
    }


ALL = [made(*NEEDED.get(made, ())) for made in sorted(CLASSES - ABSTRACT, key=str)] + FURTHER


@pytest.mark.parametrize("module", ALL, ids=lambda module: type(module).__name__)
def test_a_description_builds_the_same_module(module):
    description = architecture.described(module)
    again = architecture.built(json.loads(json.dumps(description)))
    assert type(again) is type(module)
    assert kept(again) == kept(module)
    assert architecture.described(again) == description


def test_frozen_parameters_stay_frozen(tmp_path):
    model = nn.MLP([3, 5, 2], rng=0)
    model.layers[0].weight.requires_grad = False
    model.save(tmp_path / "m.safetensors")
    again = tg.load(tmp_path / "m.safetensors")
    frozen = [name for name, p in again.named_parameters() if not p.requires_grad]
    assert frozen == ["layers.0.weight"]


class Net(nn.Module):
    def __init__(self):
        self.a = nn.Linear(3, 2, rng=0)

    def forward(self, x):
        return self.a(x)


class Odd(dict):
    """A callable that has no hash."""

    def __call__(self, x):
        return x


shared = nn.Linear(3, 3, rng=0)


@pytest.mark.parametrize(
    ("model", "why"),
    [
        (Net(), "Net is a class of your own"),
        (nn.Sequential(Net(), nn.ReLU()), "Net is a class of your own"),
        (
            nn.Sequential(nn.Linear(3, 2), lambda x: x),
            "<lambda> is neither a module nor a function",
        ),
        (nn.Sequential(nn.Linear(3, 2), Odd()), "Odd is neither a module nor a function"),
        (nn.Sequential(shared, shared), "a Linear is used in two places"),
    ],
)
def test_weights_of_other_models_need_a_model_to_fill(model, why, tmp_path):
    path = str(tmp_path / "m.safetensors")
    model.save(path)
    with pytest.raises(SettingError, match=rf"{why}.*tg.load\('.*', into=model\)"):
        tg.load(path)
    saved = model.state_dict()
    for p in model.parameters():
        p.data = p.data * 0
    assert tg.load(path, into=model) is model
    same_arrays(model.state_dict(), saved)


def test_files_of_other_programs_need_a_model_to_fill(tmp_path):
    model, path = Net(), str(tmp_path / "m.safetensors")
    safetensors.numpy.save_file({"a.weight": np.eye(2, 3), "a.bias": np.ones(2)}, path)
    with pytest.raises(SettingError, match=r"does not say how .* tg.load\('.*', into=model\)"):
        tg.load(path)
    np.testing.assert_array_equal(tg.load(path, into=model).a.weight.detach(), np.eye(2, 3))


def test_weights_that_do_not_fit_change_nothing(tmp_path):
    nn.MLP([3, 5, 2]).save(tmp_path / "m.safetensors")
    other = nn.MLP([3, 4, 2], rng=1)
    before = other.state_dict()
    with pytest.raises(StateDictError, match="nothing was loaded"):
        tg.load(tmp_path / "m.safetensors", into=other)
    same_arrays(other.state_dict(), before)


def test_another_suffix_is_refused_and_the_advice_works(tmp_path):
    model = nn.MLP([3, 2])
    with pytest.raises(SettingError, match=r"write '.*m\.safetensors'"):
        model.save(tmp_path / "m.pt")
    assert not os.listdir(tmp_path)
    model.save(tmp_path / "m.safetensors")


# --- the preparation -------------------------------------------------------------------------------

TABLE = data.TablePreparation(
    [
        NumberColumn("size", 1 / 3, 0.1, fills=True, flag=True),
        CategoryColumn("town", ("Köln", "\udcff", "Ulm"), zeros=True),
    ],
    Target("price", (), 1e300, 5e-324),
)
PICTURES = data.PicturePreparation(
    (2, 3), 1, ["no", "yes"], crop=True, means=np.array([0.1]), deviations=np.array([np.pi])
)
NAMES = data.AsGiven(["no", "yes"])
PREPARATIONS = pytest.mark.parametrize("made", [TABLE, PICTURES], ids=["table", "pictures"])


def state_of(preparation):
    state, arrays = preparation.to_state()
    return state, {name: (a.dtype, a.tobytes()) for name, a in arrays.items()}


@pytest.mark.parametrize("made", [TABLE, PICTURES, NAMES], ids=["table", "pictures", "names"])
def test_a_preparation_comes_back_to_the_last_bit_and_leaves_the_weights_alone(made, tmp_path):
    model, path = nn.MLP([3, 2], rng=0), tmp_path / "m.safetensors"
    model.preparation = made
    model.save(path)
    again = tg.load(path)
    assert type(again.preparation) is type(made)
    assert state_of(again.preparation) == state_of(made)
    assert tg.load(path, into=nn.MLP([3, 2])).preparation.class_names == made.class_names
    same_arrays(safetensors.numpy.load_file(path), model.state_dict())


def test_a_file_without_a_preparation_leaves_that_of_the_model_it_fills(tmp_path):
    model = nn.MLP([3, 2])
    model.save(tmp_path / "m.safetensors")
    assert tg.load(tmp_path / "m.safetensors").preparation is None
    model.preparation = PICTURES
    assert tg.load(tmp_path / "m.safetensors", into=model).preparation is PICTURES


def test_a_file_says_the_versions_of_the_format_and_of_the_package(tmp_path):
    nn.MLP([3, 2]).save(tmp_path / "m.safetensors")
    _, texts = tensors.decoded((tmp_path / "m.safetensors").read_bytes(), "it")
    notes = json.loads(texts[saving.NOTES])
    assert (notes["version"], notes["package"]) == (1, tg.__version__)


def noted(description, weights=None, **others):
    notes = {"version": 1, "frozen": [], "architecture": description} | others
    return tensors.encoded(weights or {}, {saving.NOTES: json.dumps(notes)})


LINEAR = {"class": "Linear", "settings": {"in_features": 2, "out_features": 1, "bias": False}}
WEIGHT = {"weight": np.ones((1, 2), np.float32)}


def with_settings(**settings):
    return {**LINEAR, "settings": {**LINEAR["settings"], **settings}}


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (noted("os.system"), "describes no module"),
        (noted({"class": "Module.__subclasses__", "settings": {}}), "no module"),
        (noted({"class": "Classifier", "settings": {"x": 1}}), "Classifier has no settings"),
        (noted({"function": "relu"}, {}), "describes no module"),
        (noted({"function": "print"}), "no function 'print'"),
        (noted({"class": "Linear"}), "neither a module nor a function"),
        (noted(with_settings(in_features="2"), WEIGHT), "in_features='2'"),
        (noted(with_settings(__class__=1), WEIGHT), "__class__"),
        (noted(with_settings(in_features=3), WEIGHT), "misshapen"),
        (noted(with_settings(in_features=2**60), WEIGHT), "."),
        (noted(LINEAR), "missing: 'weight'"),
        (noted(LINEAR, WEIGHT, frozen=["bias"]), "bias"),
        (noted(LINEAR, WEIGHT, frozen=7), "."),
        (noted(LINEAR, WEIGHT, version=2, package="9.1"), "by tinygrad_course '9.1'.*newer"),
        (noted(LINEAR, WEIGHT, version=True), "version True"),
        (noted(LINEAR, WEIGHT, frozen=[float("nan")]), "NaN is no number of JSON"),
        (tensors.encoded({}, {saving.NOTES: '{"version": 1, "version": 1}'}), "'version' twice"),
        (tensors.encoded({}, {saving.NOTES: "{"}), "notes on the model are damaged"),
        (tensors.encoded({}, {saving.NOTES: "[" * 99_999}), "notes on the model are damaged"),
        (tensors.encoded({}, {saving.NOTES: "[1]"}), "notes on the model are damaged"),
    ],
)
def test_a_file_that_describes_no_model_is_refused(data, complaint, tmp_path):
    path = tmp_path / "m.safetensors"
    path.write_bytes(data)
    with pytest.raises(FileFormatError, match=complaint):
        tg.load(path)


def kept_in(preparation, change=lambda found: found):
    """A file whose notes on a preparation were changed."""
    return noted(LINEAR, WEIGHT, preparation=change(saving._as_json(preparation)))


def with_part(value, *path):
    """A change of one part of the notes."""

    def change(found):
        *way, last = path
        part = found
        for key in way:
            part = part[key]
        part[last] = value
        return found

    return change


DAMAGED = {
    "nothing": lambda found: None,
    "a list": lambda found: [found],
    "no arrays": lambda found: {"state": found["state"]},
    "another kind": with_part("os.system", "state", "kind"),
    "a newer version": with_part(2, "state", "version"),
    "no columns": with_part([], "state", "columns"),
    "a category twice": with_part(["a", "a", "b"], "state", "columns", 1, "categories"),
    "a number for a name": with_part(7, "state", "target", "name"),
    "one class": with_part(["a"], "state", "target", "class_names"),
    "too few means": with_part([], "arrays", "means", "values"),
    "text": with_part(["0"], "arrays", "means", "values"),
    "a huge number": with_part([10**400], "arrays", "means", "values"),
    "nested": with_part([[0.5]], "arrays", "means", "values"),
    "ragged": with_part([[1], [1, 2]], "arrays", "means", "values"),
    "a number": with_part(0.5, "arrays", "means", "values"),
    "objects": with_part("object", "arrays", "means", "dtype"),
    "no list": with_part(["float64"], "arrays", "means", "dtype"),
    "too small a dtype": with_part("int8", "arrays", "target", "dtype"),
    "more": with_part(1, "arrays", "means", "more"),
    "a deviation of 0": with_part([0.0], "arrays", "deviations", "values"),
}


@pytest.mark.parametrize("change", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_preparation_is_refused_and_fills_no_model(change, tmp_path):
    path = tmp_path / "m.safetensors"
    path.write_bytes(kept_in(TABLE))
    assert tg.load(path).preparation.target == TABLE.target
    path.write_bytes(kept_in(TABLE, change))
    into = nn.Linear(2, 1, bias=False)
    before = into.state_dict()
    for options in ({}, {"into": into}):
        with pytest.raises(FileFormatError, match=r"m\.safetensors: its preparation is damaged: "):
            tg.load(path, **options)
    same_arrays(into.state_dict(), before)
    assert into.preparation is None


def test_a_preparation_that_is_no_json_writes_nothing(tmp_path):
    model = nn.MLP([3, 2])
    model.preparation = data.PicturePreparation((2, 3), 1, "ab", means=np.array([np.nan]))
    with pytest.raises(DataError, match=r"can't be written .*means.*finite"):
        model.save(tmp_path / "m.safetensors")
    assert not os.listdir(tmp_path)


def test_such_a_file_without_a_fault_is_loaded(tmp_path):
    path = tmp_path / "m.safetensors"
    path.write_bytes(noted(LINEAR, WEIGHT))
    np.testing.assert_array_equal(tg.load(path).weight.detach(), np.ones((1, 2)))


@st.composite
def _damage(draw, whole):
    """A few bytes changed, cut out or put in."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(data)))
        length = draw(st.sampled_from([0, 1, 2, 8, 40]))
        data[start : start + length] = draw(st.binary(max_size=8))
    return bytes(data)


@functools.cache
def written(preparation):
    """A file of a model with this preparation."""
    model, notes = nn.MLP([3, 2], rng=0), saving._as_json(preparation)
    return noted(architecture.described(model), model.state_dict(), preparation=notes)


@PREPARATIONS
@same(1000)
@given(st.data())
def test_a_damaged_file_is_refused_or_gives_a_model_of_the_same_shape(made, tmp_path_factory, data):
    content = data.draw(_damage(written(made)))
    path = tmp_path_factory.getbasetemp() / "damaged.safetensors"
    path.write_bytes(content)
    try:
        found = tg.load(path)
    except (FileFormatError, SettingError):
        found = None
    assert found is None or is_what_stands_in(found, content)


def is_what_stands_in(model, content):
    """Whether a model has the weights and the preparation in a file."""
    weights, texts = tensors.decoded(content, "it")
    notes = json.loads(texts[saving.NOTES])
    is_prepared = is_as_noted(model.preparation, notes.get("preparation"))
    return is_prepared and not differing(model.state_dict(), weights)


def is_as_noted(preparation, noted):
    """Whether a preparation has the values in a file; what it has not read is none of it."""
    if noted is None:
        return preparation is None
    again = saving._as_json(preparation)
    is_the_state = again["state"].items() <= noted["state"].items()
    return is_the_state and again["arrays"] == noted["arrays"]


def differing(one, other):
    """The names of arrays that are not the same, bit for bit."""
    alike = [k for k in one if k in other and one[k].tobytes() == other[k].tobytes()]
    return {*one, *other} - set(alike)


def test_a_preparation_of_ones_own_comes_back_once_its_class_is_known(tmp_path):
    model, path = nn.MLP([1, 2], rng=0), tmp_path / "m.safetensors"

    class Lengths(data.Preparation):
        kind, takes, feature_names, class_names = "lengths", "words", ("length",), ("short", "long")

        def is_raw(self, rows):
            return isinstance(rows, list) and all(isinstance(row, str) for row in rows)

        def apply(self, rows):
            return np.array([[len(row)] for row in rows], np.float32)

        def to_state(self):
            return {"kind": "lengths", "version": 1}, {}

        @classmethod
        def _from_state(cls, data, arrays):
            return cls()

    try:
        model.preparation = Lengths()
        model.save(path)
        found = tg.load(path).predict(["word", "an"])
        assert found.tolist() == [("short", "long")[i] for i in model.predict([[4.0], [2.0]])]
    finally:
        del data.Preparation._kinds["lengths"]
    with pytest.raises(FileFormatError, match=r"kind is 'lengths'.*Import the module"):
        tg.load(path)
