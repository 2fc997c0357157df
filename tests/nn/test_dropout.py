"""Masks that follow from seed, step, path and call."""

import copy

import numpy as np
import pytest

from tests.tensors import leaf
from tinygrad_course import Tensor, checkpoint, grad, nn, optim
from tinygrad_course.training import fit

X = np.ones((40, 25), np.float32)


def mask(layer, x=X):
    return layer(Tensor(x)).data


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_what_is_kept_is_scaled_and_its_gradient_too(dtype):
    x = leaf(np.full((60, 50), 2.0), dtype)
    z = nn.Dropout(0.75, rng=0)(x)
    assert z.dtype == dtype
    assert set(np.unique(z.data)) == {0, 8}
    assert abs((z.data != 0).mean() - 0.25) < 4 * np.sqrt(0.25 * 0.75 / z.size)
    z.backward(np.ones_like(z.data))
    np.testing.assert_array_equal(x.grad.data, z.data / 2)


def test_the_mask_is_the_same_in_each_dtype():
    found = [mask(nn.Dropout(0.5, rng=3), X.astype(t)) for t in (np.float16, np.float32, float)]
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[0], found[2])


def test_the_ends():
    x = leaf(X)
    z = nn.Dropout(1)(x)
    z.sum().backward()
    assert not z.data.any()
    assert not x.grad.data.any()
    assert nn.Dropout(0)(x) is x
    assert nn.Dropout(0.5).eval()(x) is x
    assert nn.Dropout(0.5)(np.zeros((0, 3))).shape == (0, 3)


# --- where the numbers come from ------------------------------------------------------------------


def test_in_a_plain_loop_each_call_has_a_mask_of_its_own_and_a_seed_repeats_them():
    one, two = nn.Dropout(rng=0), nn.Dropout(rng=0)
    first, second = mask(one), mask(one)
    assert (first != second).any()
    np.testing.assert_array_equal([mask(two), mask(two)], [first, second])
    assert (mask(nn.Dropout(rng=1)) != first).any()


def test_numpys_seed_is_enough_for_a_plain_loop():
    state = np.random.get_state()
    try:
        found = []
        for _ in range(2):
            np.random.seed(5)
            found.append(mask(nn.Sequential(nn.Dropout(), nn.Dropout())))
    finally:
        np.random.set_state(state)
    np.testing.assert_array_equal(*found)


def test_in_a_step_the_mask_follows_from_seed_step_path_and_call():
    def masks(step, seed=0, layers=2):
        model = nn.Sequential(*(nn.Dropout() for _ in range(layers)))
        with nn.training_step(step, seed=seed):
            first = [
                layer(Tensor(X)).data for _ in range(2) for layer in model if model(X) is not None
            ]
        return first

    found = masks(3)
    for one, other in zip(found, masks(3), strict=True):
        np.testing.assert_array_equal(one, other)
    everything = [*found, *masks(4), *masks(3, seed=1)]
    assert len({m.tobytes() for m in everything}) == len(everything)


def test_a_seed_of_its_own_stays_in_a_step():
    one, two = nn.Dropout(rng=0), nn.Dropout(rng=0)
    with nn.training_step(1, seed=5):
        first = mask(one)
    with nn.training_step(1, seed=6):
        np.testing.assert_array_equal(mask(two), first)
    with nn.training_step(2, seed=5):
        assert (mask(one) != first).any()


def net():
    return nn.Sequential(
        nn.Linear(4, 16, rng=0),
        nn.BatchNorm1d(16),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(16, 2, rng=1),
    )


ROWS = np.random.default_rng(0).normal(size=(65, 4)).astype(np.float32)
LABELS = (ROWS.sum(axis=1) > 0).astype(int)


def trained(model, optimizer, epochs, rng):
    fit(
        model, nn.CrossEntropyLoss(), optimizer, ROWS, LABELS, epochs=epochs, batch_size=16, rng=rng
    )
    return model.state_dict()


def same(one, other):
    for path in one:
        np.testing.assert_array_equal(one[path], other[path])


def test_fit_repeats_itself_and_another_seed_does_not():
    found = []
    for rng in (0, 0, 1, np.random.default_rng(0)):
        model = net()
        found.append(trained(model, optim.Adam(model, lr=0.01), 2, rng))
    same(found[0], found[1])
    same(found[0], found[3])
    assert (found[0]["0.weight"] != found[2]["0.weight"]).any()


def by_hand(model, optimizer, steps):
    loss = nn.CrossEntropyLoss()
    while optimizer.steps < steps:
        rows = np.arange(8) + optimizer.steps
        with nn.training_step(optimizer.steps, seed=3):
            cost = loss(model(ROWS[rows]), LABELS[rows])
        optimizer.zero_grad()
        cost.backward()
        optimizer.step()
    return model.state_dict()


@pytest.mark.parametrize("k", range(4))
def test_a_loop_that_goes_on_elsewhere_ends_with_the_same_bits(k):
    model = net()
    whole = by_hand(model, optim.Adam(model, lr=0.01), 4)
    first = net()
    optimizer = optim.Adam(first, lr=0.01)
    by_hand(first, optimizer, k)
    second = net()
    second.load_state_dict(first.state_dict())
    resumed = optim.Adam(second, lr=0.5)
    resumed.load_state_dict(optimizer.state_dict())
    same(whole, by_hand(second, resumed, 4))


def test_a_copy_goes_on_as_the_original_would():
    layer = nn.Dropout(rng=0)
    mask(layer)
    twin = copy.deepcopy(layer)
    np.testing.assert_array_equal(mask(layer), mask(twin))


# --- functions that run twice ---------------------------------------------------------------------


def gradients(model, f):
    model.zero_grad()
    with nn.training_step(0):
        z = f(ROWS)
    (z * z).sum().backward()  # outside of the step
    return [p.grad.data for p in model.parameters()]


@pytest.mark.parametrize("around", [checkpoint, lambda f: checkpoint(checkpoint(f))])
def test_a_checkpoint_sees_the_same_masks_and_counts_a_batch_once(around):
    model, twin = net(), net()
    plain = gradients(model, model)
    np.testing.assert_equal(gradients(twin, around(twin)), plain)
    same(model.state_dict(), twin.state_dict())
    assert twin[1].num_batches_tracked.data == 1


def test_checkpoints_of_layers_one_by_one_draw_what_the_layers_draw():
    model = nn.Sequential(
        nn.Linear(4, 8, rng=0), nn.Dropout(0.5), nn.Linear(8, 8, rng=0), nn.Dropout(0.5)
    )

    def in_parts(x):
        model(x)  # paths are known from here on
        with nn.training_step(1):
            for layer in model:
                x = checkpoint(layer)(x)
        return x

    def at_once(x):
        with nn.training_step(1):
            return model(x)

    np.testing.assert_equal(gradients(model, in_parts), gradients(model, at_once))


def test_second_derivatives_through_a_checkpoint():
    layer = nn.Dropout(0.5, rng=0)
    x = np.linspace(1, 2, 6)
    kept = mask(copy.deepcopy(layer), x) != 0
    f = checkpoint(lambda t: layer(t) ** 3)
    second = grad(lambda t: grad(lambda s: f(s).sum())(t).sum())(x)
    np.testing.assert_allclose(second, np.where(kept, 8 * 6 * x, 0))


def test_a_checkpoint_between_plain_calls_takes_no_number_twice():
    layer = nn.Dropout(rng=0)
    x = leaf(X)
    z = checkpoint(layer)(x)
    between = mask(layer)
    z.sum().backward()
    after = mask(layer)
    assert len({m.tobytes() for m in (z.data, between, after)}) == 3
