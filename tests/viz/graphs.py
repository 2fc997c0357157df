"""Graphs for tests of drawings: one of each kind that is hard to draw, and any number of random ones."""

import numpy as np
from hypothesis import strategies as st

import tinygrad_course as tg
from tinygrad_course import nn

AWKWARD_NAMES = (
    *("", " ", "two words", "  a  b ", "end", "graph", "box1", "note", "style", "%%", "---"),
    *(
        "<b>",
        "</table>",
        "a & b",
        "&amp; &#38;",
        "#35;",
        '"quoted"',
        "'single'",
        "`code`",
        "\\N \\n \\",
    ),
    *("[x]", "(x)", "{x}", "|x|", "x --> y", "a;b", "*bold*", "_low_", "~~no~~", "$x$", "1. list"),
    *(
        "]]>",
        "x" * 100,
        "line\nbreak",
        "tab\t",
        "\x00\x07",
        "漢字",
        "שלום",
        "\u202eabc",
        "\ud800",
        "z⁽¹⁾",
    ),
)


def parameter(data, name=None):
    return tg.Tensor(data, requires_grad=True, name=name)


class Block(nn.Module):
    """z = x + tanh(W x)"""

    def __init__(self, n=3):
        self.linear = nn.Linear(n, n, rng=0)

    def forward(self, x):
        return x + np.tanh(self.linear(x))


class Recurrent(nn.Module):
    """A net that reads one row after another."""

    def __init__(self):
        self.of_input = nn.Linear(2, 3, rng=0)
        self.of_state = nn.Linear(3, 3, rng=1)

    def forward(self, rows):
        state = np.zeros((1, 3), np.float32)
        for row in rows:
            state = np.tanh(self.of_input(row) + self.of_state(state))
        return state


def tiny():
    a, b, c = (parameter(x, name) for x, name in ((5.0, "a"), (3.0, "b"), (2.0, "c")))
    result = 3 * (a + b * c)
    result.name = "J"
    return result


def net(activation="tanh"):
    """The cost of a 2-3-1 net, and the net, which has to stay alive to be drawn with its class."""
    model = nn.MLP([2, 3, 1], activation, rng=0)
    x = np.array([[0, 1], [1, 1], [1, 0], [0, 0]], np.float32)
    return nn.BCEWithLogitsLoss()(model(x), np.array([1, 0, 1, 0])), model


def after_backward():
    loss, _ = net()
    loss.backward()
    return loss


def second_order():
    w = parameter(3.0, "w")
    (w**3).backward(create_graph=True)
    return w.grad


def shared():
    a = parameter(2.0, "a")
    b = a + a
    return b * b


def broadcast():
    return (tg.Tensor(np.ones((2, 3)), name="x") + parameter(np.ones(3), "b")) * parameter(
        [[2.0], [1.0]]
    )


def scopes():
    w, x = parameter(np.eye(2), "w"), tg.Tensor([[1.0, 0.5]], name="x")
    with tg.scope("forward"):
        z = x @ w
        with tg.scope("activation"):
            a = np.tanh(z)
    with tg.scope("cost"):
        return ((a - 1.0) ** 2).mean()


def several():
    a = parameter([1.0, 2.0], "a")
    e = np.exp(a)
    return [e, np.sin(a) * e, tg.Tensor(5.0, name="c")]


def odd_values():
    nothing, nan = parameter(np.zeros((0, 3))), parameter(np.nan, "nan")
    return [
        nothing * 2,
        nan * parameter([np.inf, -np.inf]),
        parameter(np.full((9, 9), np.nan)) + 1.0,
    ]


def awkward():
    named = [parameter([float(i)], name) for i, name in enumerate(AWKWARD_NAMES)]
    return np.concatenate(named)


def long_chain(length=500):
    y = parameter(1.0, "x")
    for _ in range(length):
        y = y + 1.0
    return y


GRAPHS = {
    "tiny": tiny,
    "net": lambda: net()[0],
    "after backward": after_backward,
    "second order": second_order,
    "shared": shared,
    "broadcast": broadcast,
    "scopes": scopes,
    "several": several,
    "odd values": odd_values,
    "awkward": awkward,
    "long chain": long_chain,
    "a leaf": lambda: parameter(np.eye(2), "w"),
    "a constant": lambda: tg.Tensor([1.0, 2.0]),
}


@st.composite
def programs(draw, most=16):
    """The outputs of a random program, whose operations stand in modules, in named blocks and in neither."""
    values = [parameter(np.ones((2, 3), np.float32), f"p{i}") for i in range(2)]
    constant = tg.Tensor(np.ones((2, 3), np.float32), name="c")
    block = Block()
    depth = draw(st.integers(0, 3))

    def step():
        a, b = (draw(st.sampled_from(values)) for _ in range(2))
        kind = draw(st.sampled_from(("add", "multiply", "tanh", "constant", "number", "module")))
        values.append(
            {
                "add": lambda: a + b,
                "multiply": lambda: a * b,
                "tanh": lambda: np.tanh(a),
                "constant": lambda: a * constant,
                "number": lambda: a + 1.5,
                "module": lambda: block(a),
            }[kind]()
        )

    def run(level):
        for _ in range(draw(st.integers(0, most // 4))):
            if level < depth and draw(st.booleans()):
                with tg.scope(draw(st.sampled_from("xyz"))):
                    run(level + 1)
            else:
                step()

    run(0)
    outputs = draw(st.lists(st.sampled_from(values), min_size=1, max_size=3))
    return outputs
