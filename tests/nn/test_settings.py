"""Arguments that are not what they seem: each is refused before any work, by name, and the advice works."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_course import Tensor, nn, optim
from tinygrad_course.errors import DtypeError, SettingError, StateDictError
from tinygrad_course.nn import init
from tinygrad_course.nn.settings import floating, real, truth, whole

X, Y = np.ones((4, 2), np.float32), np.zeros(4, int)
M = nn.Linear(2, 2, rng=0)
T = Tensor(0.1)

SCOPE = {
    **{"np": np, "pd": pd, "nn": nn, "optim": optim, "init": init, "Tensor": Tensor},
    **{"X": X, "Y": Y, "M": M, "T": T, "F": nn.functional},
}

WRONG = {
    # What is written: what the message says, and what it advises to write, as code.
    "nn.CrossEntropyLoss(X, Y)": ("is made first", "nn.CrossEntropyLoss()(X, Y)"),
    "nn.MSELoss(X[:, 0], Y)": ("is made first", "nn.MSELoss()(X[:, 0], Y)"),
    "nn.BCELoss(Tensor(X))": ("is made first", "nn.BCELoss()(X[:, 0], Y)"),
    "nn.BCEWithLogitsLoss(None)": ("is made first", "nn.BCEWithLogitsLoss()(X[:, 0], Y)"),
    "nn.MSELoss('avg')": ("reduction='avg': must be 'mean'", "nn.MSELoss(reduction='mean')"),
    "nn.MSELoss('sum')": (r"write .*MSELoss\(reduction='sum'\)", "nn.MSELoss(reduction='sum')"),
    "nn.CrossEntropyLoss('sum')": (
        r"write .*CrossEntropyLoss\(reduction='sum'\)",
        "nn.CrossEntropyLoss(reduction='sum')",
    ),
    "nn.CrossEntropyLoss(X)": ("is made first.* by name", "nn.CrossEntropyLoss(weight=[1, 2])"),
    "nn.CrossEntropyLoss(weight=X)": (
        "one number per class, of shape",
        "nn.CrossEntropyLoss(weight=[1, 2])",
    ),
    "nn.CrossEntropyLoss(weight=[1, -1])": (
        "at least 0 and finite",
        "nn.CrossEntropyLoss(weight=[1.0, 3.0])",
    ),
    "nn.BCELoss(weight='heavy')": ("weight='heavy': must be numbers", "nn.BCELoss(weight=2.0)"),
    "nn.L1Loss('sum')": (r"write .*L1Loss\(reduction='sum'\)", "nn.L1Loss(reduction='sum')"),
    "nn.NLLLoss(weight=[[1.0]])": ("one number per class", "nn.NLLLoss(weight=[1.0])"),
    "nn.HingeEmbeddingLoss('1')": (
        "margin='1': .* write margin=1",
        "nn.HingeEmbeddingLoss(margin=1)",
    ),
    "nn.CrossEntropyLoss(ignore_index=None)": (
        "ignore_index=None: must be a whole number",
        "nn.CrossEntropyLoss(ignore_index=-1)",
    ),
    "nn.CrossEntropyLoss(label_smoothing=2)": (
        "label_smoothing=2: must be between 0 and 1",
        "nn.CrossEntropyLoss(label_smoothing=0.1)",
    ),
    "nn.HuberLoss(delta=0)": ("delta=0: must be above 0", "nn.HuberLoss(delta=1.0)"),
    "nn.HuberLoss(2.0)": ("is made first", "nn.HuberLoss(delta=2.0)"),
    "nn.SmoothL1Loss(beta=-1)": ("beta=-1: must be at least 0", "nn.SmoothL1Loss(beta=0)"),
    "nn.KLDivLoss(log_target=1)": ("log_target=1: must be log_target=True", "nn.KLDivLoss()"),
    "nn.KLDivLoss(reduction='batch')": (
        "'mean', 'batchmean', 'sum' or 'none'",
        "nn.KLDivLoss(reduction='batchmean')",
    ),
    "nn.CosineEmbeddingLoss(2.0)": (
        "margin=2.0: must be between -1 and 1",
        "nn.CosineEmbeddingLoss(0.5)",
    ),
    "nn.HingeLoss(X, Y)": ("is made first", "nn.HingeLoss()(X[:, 0], 2 * Y - 1)"),
    "nn.ReLU(X)": (r"call it with data: ReLU\(\)\(x\)", "nn.ReLU()(X)"),
    "nn.Tanh(Tensor(X))": (r"call it with data: Tanh\(\)\(x\)", "nn.Tanh()(X)"),
    "nn.GELU(alpha=1)": (r"GELU\(alpha=1\): GELU has no settings: write GELU\(\)", "nn.GELU()"),
    "nn.Sigmoid(0.1)": (r"write Sigmoid\(\)", "nn.Sigmoid()"),
    "nn.LeakyReLU(X)": (
        r"negative_slope=<ndarray of shape \(4, 2\)>.*module\(x\)",
        "nn.LeakyReLU()(X)",
    ),
    "nn.LeakyReLU('0.2')": ("write negative_slope=0.2", "nn.LeakyReLU(negative_slope=0.2)"),
    "nn.LeakyReLU(np.nan)": (
        "negative_slope=nan: must be a number",
        "nn.LeakyReLU(negative_slope=0.01)",
    ),
    "nn.ELU(T)": (r"write alpha=tensor\.item\(\)", "nn.ELU(alpha=T.item())"),
    "nn.ELU(True)": ("alpha=True: must be a number, such as alpha=1.0", "nn.ELU(alpha=1.0)"),
    "nn.ELU(pd.DataFrame(X))": (
        r"alpha=<DataFrame of shape.*module\(x\)",
        "nn.ELU()(pd.DataFrame(X))",
    ),
    "nn.Softmax(X)": (r"axis=<ndarray.*module\(x\)", "nn.Softmax()(X)"),
    "nn.Softmax('rows')": (
        "axis='rows': must be a whole number, such as axis=-1",
        "nn.Softmax(axis=-1)",
    ),
    "nn.LogSoftmax(1.0)": ("axis=1.0: must be a whole number", "nn.LogSoftmax(axis=-1)"),
    "nn.Conv1d(X, 8, 3)": (
        r"in_channels=<ndarray of shape.* module\(x\)",
        "nn.Conv1d(2, 1, 2)(X[None].swapaxes(1, 2))",
    ),
    "nn.Conv2d(3, 16, 2.5)": (
        r"kernel_size=2.5: must be a whole number, at least 1, or 2 of them, such as kernel_size=\(3, 3\)",
        "nn.Conv2d(3, 16, kernel_size=(3, 3))",
    ),
    "nn.Conv2d(3, 16, 3, padding='full')": (
        r"padding='full': must be \"same\", \"valid\" or whole numbers, such as padding=1",
        "nn.Conv2d(3, 16, 3, padding=1)",
    ),
    "nn.Conv2d(3, 16, 3, 2, 'same')": (
        r"padding=\"same\" with stride=2: .* write whole numbers, such as padding=1",
        "nn.Conv2d(3, 16, 3, 2, padding=1)",
    ),
    "nn.Conv2d(3, 16, 3, groups=2)": (
        r"in_channels=3: must be a multiple of groups=2, such as in_channels=4",
        "nn.Conv2d(in_channels=4, out_channels=16, kernel_size=3, groups=2)",
    ),
    "nn.Conv2d(3, 16, 3, bias=0.1)": (
        r"bias=0.1: must be bias=True or bias=False",
        "nn.Conv2d(3, 16, 3, bias=True)",
    ),
    "nn.MaxPool1d((2, 2))": (
        r"kernel_size=\(2, 2\): must be a whole number, at least 1$",
        "nn.MaxPool1d(kernel_size=2)",
    ),
    "nn.MaxPool2d(2, padding=2)": (
        r"padding=2 with kernel_size=2: .* at most half of kernel_size",
        "nn.MaxPool2d(2, padding=1)",
    ),
    "nn.MaxPool2d(2, ceil_mode=1)": (
        r"ceil_mode=1: must be ceil_mode=True",
        "nn.MaxPool2d(2, ceil_mode=True)",
    ),
    "nn.AvgPool1d(0)": (
        r"kernel_size=0: must be a whole number, at least 1$",
        "nn.AvgPool1d(kernel_size=1)",
    ),
    "nn.AvgPool2d(X)": (
        r"kernel_size=<ndarray>: must be a whole number",
        "nn.AvgPool2d(kernel_size=(3, 3))",
    ),
    "nn.AdaptiveAvgPool1d('1')": (
        r"output_size=\('1',\): must be a whole number",
        "nn.AdaptiveAvgPool1d(output_size=1)",
    ),
    "nn.AdaptiveAvgPool2d((1, 1, 1))": (
        r"output_size=\(1, 1, 1\): must be a whole number, at least 1, or 2 of them",
        "nn.AdaptiveAvgPool2d(output_size=(3, 3))",
    ),
    "nn.Linear(784 / 2, 10)": (
        "in_features=392.0: .* write in_features=392",
        "nn.Linear(in_features=392, out_features=1)",
    ),
    "nn.Linear(2.5, 10)": (
        "in_features=2.5: must be a whole number, at least 1$",
        "nn.Linear(2, 10)",
    ),
    "nn.Linear(10, '3')": (
        "out_features='3': .* write out_features=3",
        "nn.Linear(1, out_features=3)",
    ),
    "nn.Linear(10, 0)": ("out_features=0: must be a whole number, at least 1", "nn.Linear(10, 1)"),
    "nn.Linear(-1, 10)": (
        "in_features=-1: must be a whole number, at least 1$",
        "nn.Linear(1, 10)",
    ),
    "nn.Linear(X, 10)": (
        r"in_features=<ndarray of shape.* call it with data: module\(x\)",
        "nn.Linear(2, 10)(X)",
    ),
    "nn.Linear(True, 10)": ("in_features=True: must be a whole number", "nn.Linear(1, 10)"),
    "nn.Linear(None, 10)": ("in_features=None: must be", "nn.Linear(1, 10)"),
    "nn.Linear([2, 3], 10)": (r"in_features=\[2, 3\]: must be", "nn.Linear(2, 10)"),
    "nn.Linear(784, 128, 10)": (
        r"bias=10: must be bias=True or bias=False.*nn\.MLP\(\[784, 128, 10\]\)",
        "nn.MLP([784, 128, 10])",
    ),
    "nn.Linear(2, 2, np.zeros(2))": ("bias=<ndarray.*bias=True", "nn.Linear(2, 2, bias=True)"),
    "nn.Linear(2, 2, dtype=int)": (
        "dtype=<class int>.*dtype=np.float32",
        "nn.Linear(2, 2, dtype=np.float32)",
    ),
    "nn.Linear(2, 2, dtype='floating')": (
        "knows no such dtype.*dtype=np.float32",
        "nn.Linear(2, 2, dtype=np.float32)",
    ),
    "nn.Linear(2, 2, dtype=None)": (
        "dtype=None.*dtype=np.float32",
        "nn.Linear(2, 2, dtype=np.float32)",
    ),
    "nn.Linear(2, 2, dtype=complex)": (
        "dtype=<class complex>.*dtype=np.float32",
        "nn.Linear(2, 2, dtype=np.float32)",
    ),
    "nn.Linear(2, 2, rng='0')": ("rng='0': must be a seed, rng=0", "nn.Linear(2, 2, rng=0)"),
    "nn.Linear(2, 2, rng=-1)": (
        r"rng=-1: .*rng=np\.random\.default_rng\(0\)",
        "nn.Linear(2, 2, rng=np.random.default_rng(0))",
    ),
    "nn.Linear(2, 2, rng=np.random)": (
        "rng=<module>: must be .* rng=None",
        "nn.Linear(2, 2, rng=None)",
    ),
    "nn.Linear(2, 2, rng=0.5)": ("rng=0.5: must be a seed, rng=0", "nn.Linear(2, 2, rng=0)"),
    "nn.Linear(2, 2, initializer='he_uniform')": (
        r"initializer=init\.he_uniform",
        "nn.Linear(2, 2, initializer=init.he_uniform)",
    ),
    "nn.Linear(2, 2, initializer='kaiming')": (
        r"initializer=init\.he_normal",
        "nn.Linear(2, 2, initializer=init.he_normal)",
    ),
    "nn.Linear(2, 2, initializer=init.zeros((2, 2)))": (
        "initializer=<ndarray.* not called here",
        "nn.Linear(2, 2, initializer=init.he_normal)",
    ),
    "nn.MLP(784, 128, 10)": (
        r"MLP\(784, 128, 10\): .* write MLP\(\[784, 128, 10\]\)",
        "nn.MLP([784, 128, 10])",
    ),
    "nn.MLP(784, 10)": (r"write MLP\(\[784, 10\]\)", "nn.MLP([784, 10])"),
    "nn.MLP(784, 128, 10, 'tanh')": (r"write MLP\(\[784, 128, 10\]\)", "nn.MLP([784, 128, 10])"),
    "nn.MLP('784')": (
        r"sizes='784': must be a list.*sizes=\[784, 128, 10\]",
        "nn.MLP(sizes=[784, 128, 10])",
    ),
    "nn.MLP({784, 10})": ("must be a list of the sizes", "nn.MLP([784, 10])"),
    "nn.MLP(X)": (r"sizes=<ndarray of shape \(4, 2\)>: must be a list", "nn.MLP([2, 1])(X)"),
    "nn.MLP(None)": ("sizes=None: must be a list", "nn.MLP([784, 10])"),
    "nn.MLP([784, 128 / 2, 10])": (
        r"sizes\[1\]=64.0: .* write sizes\[1\]=64",
        "nn.MLP([784, 64, 10])",
    ),
    "nn.MLP([784, 0])": (r"sizes\[1\]=0: must be a whole number, at least 1", "nn.MLP([784, 1])"),
    "nn.MLP([784])": ("at least the number of features", "nn.MLP([784, 128, 10])"),
    "nn.MLP([2, 3, 1], 'ReLU')": (
        "activation='ReLU': must be one of relu, .* write activation='relu'",
        "nn.MLP([2, 3, 1], activation='relu')",
    ),
    "nn.MLP([2, 3, 1], 'swish')": (
        "activation='swish': must be one of relu",
        "nn.MLP([2, 3, 1], 'relu')",
    ),
    "nn.MLP([2, 3, 1], None)": (
        "activation=None: must be one of relu",
        "nn.MLP([2, 3, 1], 'relu')",
    ),
    "nn.MLP([2, 3, 1], ['relu'])": (
        r"activation=\['relu'\]: must be one of .* for all hidden layers",
        "nn.MLP([2, 3, 1], 'relu')",
    ),
    "nn.MLP([2, 3, 1], X)": ("activation=<ndarray of shape", "nn.MLP([2, 3, 1], 'relu')"),
    "nn.MLP([2, 3, 1], nn.Linear)": (
        "the class Linear, which needs settings.* activation='relu'",
        "nn.MLP([2, 3, 1], activation='relu')",
    ),
    "nn.MLP([2, 3, 1], float)": (
        "activation=<class float>: must be one of",
        "nn.MLP([2, 3, 1], 'relu')",
    ),
    "nn.LogisticRegression(X)": (
        r"n_x=<ndarray.* call it with data: module\(x\)",
        "nn.LogisticRegression(2)(X)",
    ),
    "nn.LogisticRegression(4 / 2)": ("n_x=2.0: .* write n_x=2", "nn.LogisticRegression(n_x=2)"),
    "nn.Sequential(M, nn.LeakyReLU)": (
        r"layer 1 is the class LeakyReLU: make one, LeakyReLU\(…\)",
        "nn.Sequential(M, nn.LeakyReLU())(X)",
    ),
    "nn.Sequential([M, M])": (r"layer 0 is .*Sequential\(\*layers\)", "nn.Sequential(*[M, M])"),
    "nn.Sequential(layer for layer in [M])": (
        r"Sequential\(\*layers\)",
        "nn.Sequential(*(layer for layer in [M]))",
    ),
    "nn.Sequential(M, 'relu')": (
        r"layer 1 is 'relu', a text: give a module, nn\.ReLU\(\)",
        "nn.Sequential(M, nn.ReLU())(X)",
    ),
    "nn.Sequential(M, 'log_softmax')": (
        r"give a module, nn\.LogSoftmax\(\)",
        "nn.Sequential(M, nn.LogSoftmax())(X)",
    ),
    "nn.Sequential(M, None)": (
        "layer 1 is None: a layer is a Module or a function",
        "nn.Sequential(M)",
    ),
    "nn.Sequential(M.forward)": (
        "layer 0 is the method forward of Linear: give the module itself",
        "nn.Sequential(M)",
    ),
    "nn.Sequential(M, 3)": ("layer 1 is 3: a layer is a Module or a function", "nn.Sequential(M)"),
    "M.train(X)": (r"mode=<ndarray.* training\.fit", "M.train(mode=True)"),
    "M.train(10)": ("mode=10: must be mode=True or mode=False", "M.train(mode=False)"),
    "M.load_state_dict(M)": (
        r"is a Linear: give what its state_dict\(\) returns",
        "M.load_state_dict(M.state_dict())",
    ),
    "M.load_state_dict(M.state_dict)": (
        r"call it, and give what state_dict\(\) returned",
        "M.load_state_dict(M.state_dict())",
    ),
    "M.load_state_dict('model.npz')": (
        "is a str: read the file first",
        "M.load_state_dict(dict(M.state_dict()))",
    ),
    "init.he_normal(784, 128)": (
        r"he_normal\(784, 128\): .* write he_normal\(\(784, 128\)\)",
        "init.he_normal((784, 128))",
    ),
    "init.zeros(2, 3, 4)": (r"write zeros\(\(2, 3, 4\)\)", "init.zeros((2, 3, 4))"),
    "init.xavier_normal(X)": (
        r"shape=<ndarray.* shape=\(128, 784\)",
        "init.xavier_normal(shape=(128, 784))",
    ),
    "init.he_uniform((2.0, 3))": (
        r"shape\[0\]=2.0: .* write shape\[0\]=2",
        "init.he_uniform((2, 3))",
    ),
    "init.he_uniform((-2, 3))": (
        r"shape\[0\]=-2: must be a whole number, at least 0",
        "init.he_uniform((2, 3))",
    ),
    "init.he_normal((2, 3), rng='a')": (
        "rng='a': must be a seed, rng=0",
        "init.he_normal((2, 3), rng=0)",
    ),
    "init.he_normal((2, 3), dtype=int)": (
        "dtype=<class int>",
        "init.he_normal((2, 3), dtype=np.float32)",
    ),
    "nn.Parameter([1, 2])": (
        r"Use Parameter\(data, dtype=float\)",
        "nn.Parameter([1, 2], dtype=float)",
    ),
}


@pytest.mark.parametrize(("wrong", "said", "right"), [(w, *r) for w, r in WRONG.items()], ids=WRONG)
def test_what_is_not_what_it_seems_is_refused_and_the_advice_works(wrong, said, right):
    with pytest.raises((SettingError, DtypeError, StateDictError), match=said):
        eval(wrong, SCOPE)
    eval(right, SCOPE)


def test_every_module_and_initializer_is_tried():
    tried = " ".join(WRONG)
    for name in nn.__all__:
        thing = getattr(nn, name)
        if isinstance(thing, type) and thing.__init__ is not object.__init__:
            is_base = any(issubclass(getattr(nn, o), thing) for o in nn.__all__
                          if o != name and isinstance(getattr(nn, o), type))  # fmt: skip
            assert f"nn.{name}(" in tried or is_base or thing.__init__ is nn.Module.__init__
    for name in ("zeros", "xavier_normal", "he_uniform", "he_normal"):
        assert f"init.{name}(" in tried


@pytest.mark.parametrize(
    "kind",
    [
        kind
        for kind in (getattr(nn, name) for name in nn.__all__)
        if isinstance(kind, type) and issubclass(kind, nn.Module)
    ],
)
@pytest.mark.parametrize("data", [X, Tensor(X), pd.DataFrame(X), X.T, np.ones(1)], ids=type)
def test_a_class_that_is_called_with_data_never_gives_a_module(kind, data):
    for arguments in ((data,), (data, Y)):
        with pytest.raises((SettingError, TypeError)):
            kind(*arguments)


@pytest.mark.parametrize("size", [np.int64(3), np.uint8(3), Tensor(3), np.array(3)])
def test_whole_numbers_of_any_kind_are_sizes(size):
    assert nn.Linear(size, size, rng=0).weight.shape == (3, 3)
    assert type(nn.Linear(size, 1, rng=0).in_features) is int
    assert len(nn.MLP(np.array([3, 2, 1]), rng=0).layers) == 2
    assert nn.MLP((n for n in (size, 1)), rng=0).layers[0].weight.shape == (1, 3)


anything = st.one_of(
    st.none(), st.booleans(), st.text(), st.floats(), st.integers(), st.complex_numbers(),
    st.binary(), st.lists(st.integers()), st.dictionaries(st.text(), st.integers()),
    st.sampled_from([X, Tensor(X), M, nn.Linear, np.tanh, np.random, object(), Ellipsis]),
)  # fmt: skip


@given(anything)
def test_a_setting_is_taken_or_refused_with_its_name(value):
    checks = {
        "size": lambda: whole("size", value, 1),
        "slope": lambda: real("slope", value, "0.1"),
        "flag": lambda: truth("flag", value),
        "dtype": lambda: floating(value),
        "rng": lambda: init.generator(value),
        "lr": lambda: optim.SGD(M, value),
        "momentum": lambda: optim.SGD(M, 0.1, value),
        "eps": lambda: optim.Adam(M, eps=value),
        "final": lambda: optim.linear_decay(value),
    }
    for name, check in checks.items():
        said = f"{name}=: it is taken"
        try:
            check()
        except (SettingError, DtypeError) as error:
            said = str(error)
        assert said.startswith(f"{name}=")
        assert len(said.splitlines()) == 1


def test_an_initializer_of_another_shape_is_refused_and_one_of_another_dtype_is_not():
    with pytest.raises(
        ValueError, match=r"returned weights of shape \(3,\), but must return \(2, 3\)"
    ):
        nn.Linear(3, 2, initializer=lambda shape, rng, dtype: np.ones(3))
    layer = nn.Linear(3, 2, initializer=lambda shape, rng, dtype: np.ones(shape))
    assert layer.weight.dtype == layer.bias.dtype == np.float32


class Base:
    def __init__(self, size):
        self.size = size


def test_modules_with_other_base_classes_keep_their_constructors():
    class Net(nn.Module, Base):
        pass

    assert Net(3).size == 3

    class Silent(nn.Module):
        pass

    with pytest.raises(
        SettingError, match=r"Silent\(3\): Silent has no settings: write Silent\(\)"
    ):
        Silent(3)


def test_layers_that_are_appended_as_classes_fail_at_the_call_and_not_in_silence():
    for kind in (nn.ReLU, nn.LeakyReLU, nn.Softmax, nn.MSELoss):
        model = nn.Sequential(M)
        model.layers.append(kind)
        with pytest.raises(SettingError):
            model(X)
