"""Models in files: what is loaded computes the same, and nothing else is loaded."""

import json
import os

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st

import tinygrad_course as tg
from tests.sampling import same
from tinygrad_course import nn
from tinygrad_course.errors import FileFormatError, SettingError, StateDictError
from tinygrad_course.files import tensors
from tinygrad_course.nn import architecture, saving

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
}
X = np.random.default_rng(0).standard_normal((7, 3)).astype(np.float32)


def computed(model):
    with tg.no_grad():
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
}
"""What a module can't be made without."""

FURTHER = [
    nn.Conv2d(4, 6, 3, stride=2, padding="valid", dilation=2, groups=2, bias=False),
    nn.MaxPool2d(2, 1, padding=1, ceil_mode=True),
    nn.AvgPool2d(2, padding=1, count_include_pad=False),
    nn.CrossEntropyLoss(reduction="sum", label_smoothing=0.1, ignore_index=-1),
    nn.Softmax(1),
    nn.LeakyReLU(0.5),
    nn.HuberLoss(delta=2.0),
]
ABSTRACT = {nn.Module, nn.Loss, nn.Classifier}
CLASSES = {x for x in vars(nn).values() if isinstance(x, type) and issubclass(x, nn.Module)}


def kept(module):
    """Its attributes, with the shapes of its parameters; but not where it is in a model."""
    return {
        name: repr(getattr(x, "shape", x)) for name, x in vars(module).items() if name != "_block"
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
        (noted({"class": "Predicts", "settings": {"x": 1}}), "Predicts"),
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
        (noted(LINEAR, WEIGHT, version=2), "newer"),
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


WHOLE = noted(architecture.described(nn.MLP([3, 2])), nn.MLP([3, 2], rng=0).state_dict())


@same(1000)
@given(_damage(WHOLE))
def test_a_damaged_file_is_refused_or_gives_a_model_of_the_same_shape(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "damaged.safetensors"
    path.write_bytes(data)
    try:
        loaded = tg.load(path).state_dict()
    except (FileFormatError, SettingError):
        loaded = None
    assert loaded is None or not differing(loaded, tensors.decoded(data, "it")[0])


def differing(one, other):
    """The names of arrays that are not the same, bit for bit."""
    alike = [k for k in one if k in other and one[k].tobytes() == other[k].tobytes()]
    return {*one, *other} - set(alike)
