"""The contract between a rule's author and the engine: what a primitive is, keeps and refuses."""

import re
from unicodedata import normalize

import numpy as np
import pytest

from tinygrad_course import Domain, Primitive, Tensor, custom_vjp, grad, primitive
from tinygrad_course.errors import LawError, RuleError
from tinygrad_course.primitive import of_numpy, registry
from tinygrad_course.testing import check_primitive
from tinygrad_course.testing.corners import domain_of, generic_values


@pytest.fixture(autouse=True)
def _registry_restored():
    before, before_numpy = dict(registry), dict(of_numpy)
    yield
    for table, saved in ((registry, before), (of_numpy, before_numpy)):
        table.clear()
        table.update(saved)


def test_without_a_tensor_a_primitive_is_its_numpy_function():
    rng = np.random.default_rng(0)
    elementwise = [x for x in of_numpy.values() if x.signature in ("()->()", "(),()->()")]
    for made in elementwise:
        domains = [domain_of(made, name) for name in made.operands]
        operands = generic_values(rng, domains, [(2,)] * len(domains))
        result = made(*operands)
        assert type(result) is np.ndarray
        np.testing.assert_array_equal(result, made.function(*operands))


def test_a_user_s_primitive_records_and_differentiates_twice():
    @primitive("x³", signature="()->()", domain=Domain(low=-2.0))
    def cube(x):
        """z = x³;   x̄ = z̄ 3x²"""
        return x * x * x

    cube.vjp(x=lambda g, x: g * (3 * x * x))
    x = Tensor([2.0, -1.0], requires_grad=True)
    cube(x).sum().backward(create_graph=True)
    assert x.grad is not None
    np.testing.assert_array_equal(x.grad.data, [12.0, 3.0])
    first, x.grad = x.grad, None
    first.sum().backward()
    np.testing.assert_array_equal(x.grad.data, [12.0, -6.0])


def test_it_introduces_itself():
    exp = registry["exp"]
    assert isinstance(exp, Primitive)
    assert exp.__name__ == "exp"
    assert exp.__module__.endswith("ops.exponential")
    assert "z = eˣ" in (exp.__doc__ or "")
    assert "exp" in repr(exp)


def test_every_primitive_has_a_formula_and_a_rule_for_each_operand():
    for made in registry.values():
        formula = normalize("NFD", made.__doc__ or "")  # ā may be one character
        assert re.match(r"(z|zₖ|ℒ|x|W) = .*;   .*\u0304.* = ", formula), made
        assert set(made.rules) == set(made.operands), made


def test_a_name_is_taken_once():
    with pytest.raises(RuleError, match=r"'exp' exists already.*exponential.*another name"):

        @primitive("e")
        def exp(x):
            return x


@pytest.mark.parametrize(
    "rules", [{}, {"x": lambda g: g}, {"x": None, "y": None, "w": None}, {"x": None, "Y": None}]
)
def test_each_operand_needs_a_rule(rules):
    @primitive("test")
    def two_operands(x, y):
        return x + y

    with pytest.raises(RuleError, match="operands x, y"):
        two_operands.vjp(**rules)


def test_a_rule_that_asks_for_something_unknown_hears_what_there_is():
    @primitive("test")
    def scaled(x, *, factor=1.0):
        return x * factor

    with pytest.raises(RuleError, match=r"'scaled'.*asks for 'facto'.*x_shape.*factor"):
        scaled.vjp(x=lambda g, facto: g * facto)


def test_a_primitive_without_rules_is_refused_where_a_gradient_would_flow():
    @primitive("test", signature="()->()")
    def unfinished(x):
        return x

    assert unfinished(np.float64(2.0)) == 2.0
    with pytest.raises(RuleError, match=r"unfinished.*no rules yet.*\.vjp"):
        unfinished(Tensor(2.0, requires_grad=True))


@pytest.mark.parametrize("signature", [None, "()->()"])
def test_a_cotangent_of_the_wrong_shape_is_an_error_in_the_rule(signature):
    @primitive("test", signature=signature)
    def misshapen(x):
        return x * 1.0

    misshapen.vjp(x=lambda g: g[:2])
    x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    with pytest.raises(RuleError, match=r"'misshapen'.*\(2,\).*\(3,\)"):
        misshapen(x).sum().backward()
    assert x.grad is None


def test_rules_see_what_they_name():
    seen = {}

    @primitive("test")
    def affine(x, y, *, scale=2.0):
        return scale * x + y.sum()

    def rule(g, y_shape, out, x, shapes, scale):
        seen.update(y_shape=y_shape, out=out, x=x, shapes=shapes, scale=scale)
        return g * scale

    affine.vjp(x=rule, y=None)
    x = Tensor([1.0, 2.0], requires_grad=True)
    affine(x, np.ones((3, 1))).sum().backward()
    assert seen.pop("y_shape") == (3, 1)
    assert seen.pop("shapes") == ((2,), (3, 1))
    assert seen.pop("scale") == 2.0
    np.testing.assert_array_equal(seen.pop("out"), [5.0, 7.0])
    np.testing.assert_array_equal(seen.pop("x"), [1.0, 2.0])


def test_a_variadic_rule_learns_its_position():
    @primitive("test")
    def weighted(*terms):
        return sum(i * term for i, term in enumerate(terms))

    weighted.vjp(terms=lambda g, i: g * float(i))
    terms = [Tensor(1.0, requires_grad=True) for _ in range(4)]
    weighted(*terms).backward()
    assert [float(t.grad.data) for t in terms if t.grad is not None] == [0.0, 1.0, 2.0, 3.0]


def test_new_rules_are_followed_at_once():
    @primitive("test", signature="()->()")
    def doubled(x):
        return 2 * x

    x = Tensor([3.0], requires_grad=True)
    for rule, expected in (
        (lambda g: 2 * g, 2.0),
        (lambda g, x: g * x, 3.0),
        (lambda g, out: g * out, 6.0),
    ):
        doubled.vjp(x=rule)
        x.grad = None
        doubled(x).sum().backward()
        assert x.grad is not None
        assert x.grad.item() == expected


@pytest.mark.parametrize("signature", [None, "()->()"])
def test_an_operand_may_have_any_name(signature):
    @primitive("test", signature=signature)
    def shifted(angle):
        return np.sin(angle)

    def rule(g, angle, angle_shape, out):
        assert angle_shape == out.shape == (2,)
        return g * np.cos(angle)

    shifted.vjp(angle=rule)
    x = Tensor([0.0, 1.0], requires_grad=True)
    shifted(x).sum().backward()
    assert x.grad is not None
    np.testing.assert_array_equal(x.grad.data, np.cos([0.0, 1.0]))


def test_a_numpy_function_stands_for_one_primitive():
    with pytest.raises(RuleError, match=r"numpy\.tanh already stands for <primitive tanh"):

        @primitive("test", np.tanh)
        def another(x):
            return np.tanh(x)

    assert "another" not in registry


def test_built_in_rules_stay():
    with pytest.raises(RuleError, match="built in"):
        registry["multiply"].vjp(x=lambda g, y: g, y=lambda g, x: g)


def test_lists_are_arrays_for_a_primitive_too():
    np.testing.assert_allclose(registry["softmax"]([0.0, 0.0]), [0.5, 0.5])


def test_names_that_the_engine_uses_itself_are_refused():
    with pytest.raises(RuleError, match=r"'hidden'.*'_x'.*underscore"):

        @primitive("test")
        def hidden(_x):
            return _x


def test_a_variadic_primitive_may_have_no_derivative():
    @primitive("test")
    def count_of(*arrays):
        return np.float64(len(arrays))

    del registry["count_of"]
    count_of.vjp(arrays=None)
    x = Tensor(1.0, requires_grad=True)
    (count_of(x, x) * x).backward()
    assert x.grad is not None
    assert x.grad.item() == 2.0


@pytest.mark.parametrize("variadic", [False, True])
@pytest.mark.parametrize("requires_grad", [False, True])
@pytest.mark.parametrize("wrong", [list, tuple, lambda x: float(x[0]), lambda x: None])
def test_what_is_returned_has_to_be_an_array(wrong, requires_grad, variadic):
    def one(x):
        return wrong(x)

    def many(*arrays):
        return wrong(arrays[0])

    made = custom_vjp(many if variadic else one)
    made.vjp(**{made.operands[0]: lambda g: g})
    with pytest.raises(RuleError, match=r"returned .*: it must return one array"):
        made(Tensor([1.0], requires_grad=requires_grad))


def test_python_s_errors_call_it_by_its_name():
    with pytest.raises(TypeError, match=r"^softmax\(\) got an unexpected keyword argument 'dim'"):
        registry["softmax"](Tensor([1.0]), dim=0)


# --- custom_vjp ------------------------------------------------------------------------------------


def test_a_composed_function_with_a_rule_of_its_own_is_one_node_outside_the_registry():
    @custom_vjp
    def log1pexp(x):
        """z = ln(1 + eˣ);   x̄ = z̄ / (1 + e⁻ˣ)"""
        return np.log1p(np.exp(x))

    log1pexp.vjp(x=lambda g, x: g / (1 + np.exp(-x)))
    assert "log1pexp" not in registry
    x = Tensor([0.0, 3.0], requires_grad=True)
    y = log1pexp(x)
    assert y.node.primitive is log1pexp
    assert y.node.parents == (x.node,)
    np.testing.assert_allclose(grad(grad(log1pexp))(3.0), 0.0451766597, rtol=1e-8)
    assert type(log1pexp(np.ones(2))) is np.ndarray


def test_it_lives_by_the_same_laws_and_is_checked_by_the_same_call():
    @custom_vjp(signature="()->()", domain=Domain(low=0.5))
    def root(x):
        """z = √x;   x̄ = z̄ / 2z"""
        return np.sqrt(x)

    root.vjp(x=lambda g, out: g / (2 * out))
    check_primitive(root, examples=5)
    root.vjp(x=lambda g, out: g / out)
    with pytest.raises(LawError, match="has_right_derivatives"):
        check_primitive(root, examples=5)


def test_a_rule_of_its_own_decides_even_where_another_would_follow_from_the_parts():
    @custom_vjp
    def straight_through(x):
        """z = sign x;   x̄ = z̄, as if it were the identity"""
        return np.sign(x)

    straight_through.vjp(x=lambda g: g)
    x = Tensor([-2.0, 3.0], requires_grad=True)
    straight_through(x * 2.0).sum().backward()
    assert x.grad is not None
    np.testing.assert_array_equal(x.grad.data, [2.0, 2.0])
