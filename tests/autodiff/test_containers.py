"""Arguments and results in containers: the same derivatives as of one array after the other."""

from collections import namedtuple

import numpy as np
import pytest

import tinygrad_course as tg
from tinygrad_course import Tensor
from tinygrad_course.containers import leaves, rebuilt
from tinygrad_course.errors import ShapeError

Layer = namedtuple("Layer", ["W", "b"])
RNG = np.random.default_rng(0)
X = RNG.normal(size=(5, 3))

TREES = {
    "the course's dictionary": lambda W1, b1, W2, b2: {"W1": W1, "b1": b1, "W2": W2, "b2": b2},
    "a list of pairs": lambda W1, b1, W2, b2: [(W1, b1), (W2, b2)],
    "a tuple of dictionaries": lambda W1, b1, W2, b2: ({"W": W1, "b": b1}, {"W": W2, "b": b2}),
    "named tuples": lambda W1, b1, W2, b2: {"layers": [Layer(W1, b1), Layer(W2, b2)]},
    "beside other things": lambda W1, b1, W2, b2: {
        **{"activation": "tanh", "sizes": [3, 2, 1], "bias": True, "seed": None},
        **{"first": Layer(W1, b1), "second": Layer(W2, b2)},
    },
}
ARRAYS = [RNG.normal(size=shape) for shape in [(3, 2), (2,), (2, 1), (1,)]]
DIRECTIONS = [RNG.normal(size=x.shape) for x in ARRAYS]


def net(W1, b1, W2, b2):
    return np.tanh(X @ W1 + b1) @ W2 + b2


def cost(*arrays):
    return (net(*arrays) ** 2).mean()


def arrays_of(tree):
    return [x for _, x in leaves(tree) if hasattr(x, "dtype")]


def of_tree(f):
    return lambda tree: f(*arrays_of(tree))


def assert_same(tree, expected):
    found = arrays_of(tree)
    assert len(found) == len(expected)
    for x, y in zip(found, expected, strict=True):
        assert isinstance(x, Tensor) == isinstance(y, Tensor)
        np.testing.assert_allclose(getattr(x, "data", x), getattr(y, "data", y), rtol=1e-12)


@pytest.mark.parametrize("kind", [np.asarray, Tensor], ids=["arrays", "tensors"])
@pytest.mark.parametrize("build", TREES.values(), ids=TREES)
class TestContainersAsArguments:
    def test_grad_and_value_and_grad(self, build, kind):
        given = [kind(x) for x in ARRAYS]
        expected = tg.grad(cost, range(4))(*given)
        tree = build(*given)
        gradient = tg.grad(of_tree(cost))(tree)
        assert [path for path, _ in leaves(gradient)] == [path for path, _ in leaves(tree)]
        assert_same(gradient, expected)
        value, gradient = tg.value_and_grad(of_tree(cost))(tree)
        np.testing.assert_allclose(value.item(), cost(*given).item())
        assert_same(gradient, expected)

    def test_vjp_and_jvp(self, build, kind):
        given, directions = [kind(x) for x in ARRAYS], [kind(x) for x in DIRECTIONS]
        v = RNG.normal(size=(5, 1))
        value, product = tg.vjp(net, *given)
        found, product_of_tree = tg.vjp(of_tree(net), build(*given))
        assert_same([found], [value])
        assert_same(product_of_tree(v)[0], product(v))
        tree_and_direction = (build(*given),), (build(*directions),)
        assert_same(
            list(tg.jvp(of_tree(net), *tree_and_direction)), list(tg.jvp(net, given, directions))
        )
        (hvp,) = tg.hvp(of_tree(cost), *tree_and_direction)
        assert_same(hvp, tg.hvp(cost, given, directions))

    def test_jacobian_and_hessian(self, build, kind):
        given = [kind(x) for x in ARRAYS]
        assert_same(tg.jacobian(of_tree(net))(build(*given)), tg.jacobian(net, range(4))(*given))
        by_pairs = tg.hessian(cost, range(4))(*given)
        found = tg.hessian(of_tree(cost))(build(*given))
        assert_same(found, [x for row in by_pairs for x in row])


@pytest.mark.parametrize(
    "build", [TREES["the course's dictionary"], TREES["named tuples"]], ids=["dictionary", "tuples"]
)
@pytest.mark.parametrize("kind", [np.asarray, Tensor], ids=["arrays", "tensors"])
class TestContainersAsResults:
    @staticmethod
    def f(x, build):
        return build(x * x, x.sum(), np.exp(x), x[0] * x[1])

    def test_each_part_has_its_own_derivatives(self, build, kind):
        x, v = kind(np.array([0.5, -1.0, 2.0])), np.array([1.0, 2.0, 3.0])
        parts = [lambda x, k=k: arrays_of(self.f(x, build))[k] for k in range(4)]

        def f(x):
            return self.f(x, build)

        assert_same(tg.jacobian(f)(x), [tg.jacobian(part)(x) for part in parts])
        value, tangent = tg.jvp(f, (x,), (v,))
        assert_same(value, [tg.jvp(part, (x,), (v,))[0] for part in parts])
        assert_same(tangent, [tg.jvp(part, (x,), (v,))[1] for part in parts])
        value, product = tg.vjp(f, x)
        cotangents = [RNG.normal(size=np.shape(y)) for y in arrays_of(value)]
        products = [tg.vjp(part, x)[1](c)[0] for part, c in zip(parts, cotangents)]
        (found,) = product(rebuilt(value, cotangents))
        np.testing.assert_allclose(np.asarray(found), sum(np.asarray(p) for p in products))


def test_several_arguments_and_other_leaves():
    def f(parameters, scale, other):
        return (parameters["w"] * scale["s"][0] * other).sum()

    parameters = {"w": np.array([1.0, 2.0]), "name": "w", "n": 2, "mask": np.array([True, False])}
    by_parameters, by_scale = tg.grad(f, (0, 1))(parameters, {"s": [np.array(3.0)]}, 2.0)
    assert by_parameters["w"].tolist() == [6.0, 6.0]
    assert (by_parameters["name"], by_parameters["n"], by_parameters["mask"]) == (None, None, None)
    assert by_scale["s"][0] == 6.0


def test_derivatives_of_containers_nest():
    def f(p):
        return (p["a"] ** 3).sum() * p["b"]

    p = {"a": np.array([1.0, 2.0]), "b": np.array(2.0)}
    penalty = tg.grad(lambda p: (tg.grad(f)(p)["a"] ** 2).sum())(p)
    np.testing.assert_allclose(penalty["a"], 2 * (6 * p["a"] ** 2) * 12 * p["a"])
    np.testing.assert_allclose(penalty["b"], 2 * (9 * p["a"] ** 4 * 2).sum())


def test_parts_keep_their_dtype():
    p = {"half": np.ones(2, np.float16), "double": np.ones(2)}
    gradient = tg.grad(lambda p: (p["half"] * p["double"]).sum())(p)
    assert (gradient["half"].dtype, gradient["double"].dtype) == (np.float16, np.float64)
    matrices = tg.jacobian(lambda x: [x.astype(np.float16), x * 2])(np.ones(2))
    assert [m.dtype for m in matrices] == [np.float16, np.float64]


def test_a_list_of_numbers_is_an_array():
    assert tg.grad(lambda x: (x**2).sum())([1.0, 2.0]).tolist() == [2.0, 4.0]


@pytest.mark.parametrize(
    "call",
    [
        lambda f, p: tg.jvp(f, (p,), ({"w": np.ones(2)},)),
        lambda f, p: tg.hvp(f, (p,), ({"w": np.ones(2)},)),
        lambda f, p: tg.vjp(lambda p: {"y": f(p), "z": p["b"]}, p)[1]({"y": 1.0}),
    ],
)
def test_a_container_of_another_structure_is_refused_with_both(call):
    p = {"w": np.ones(2), "b": np.ones(())}
    with pytest.raises(ShapeError, match=r"must be built like .*\['.'\], \['.'\], and has \['.'\]"):
        call(lambda p: (p["w"] * p["b"]).sum(), p)


def test_a_part_of_another_shape_is_named():
    _, product = tg.vjp(lambda x: {"y": x * 2, "z": x.sum()}, np.ones(3))
    with pytest.raises(
        ShapeError, match=r"cotangent\['y'\] has shape \(2,\), but must have \(3,\)"
    ):
        product({"y": np.ones(2), "z": 1.0})


@pytest.mark.parametrize("build", TREES.values(), ids=TREES)
def test_a_checkpoint_takes_and_returns_containers(build):
    def layer(tree, x):
        W1, b1, W2, b2 = arrays_of(tree)
        hidden = np.tanh(x @ W1 + b1)
        return {"hidden": [hidden], "out": Layer(hidden @ W2 + b2, W1.sum()), "kind": "layer"}

    gradients = []
    for f in (layer, tg.checkpoint(layer)):
        given = [Tensor(x, requires_grad=True) for x in ARRAYS]
        returned = f(build(*given), X)
        assert returned["kind"] == "layer"
        (returned["out"].W.sum() * returned["out"].b + returned["hidden"][0].mean()).backward()
        gradients.append([x.grad for x in given])
    assert_same(*gradients)


def test_a_checkpoint_of_a_container_keeps_its_inputs_and_nothing_between():
    x = Tensor(np.ones(10_000), requires_grad=True)
    (result,) = tg.checkpoint(lambda p: [np.exp(np.exp(p["x"]))])({"x": x})
    operations = [node for node in tg.inspect.nodes(result) if node.primitive is not None]
    assert tg.inspect.kept_bytes(operations) == x.data.nbytes
