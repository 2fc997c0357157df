import json

from tinygrad_course.training import History


def test_figures_are_columns_of_epochs():
    history = History()
    history.add({"loss": 2.0, "accuracy": 0.5}, {"loss": 3.0}, lr=0.1)
    history.add({"loss": 1.0, "accuracy": 0.75}, {"loss": 2.5}, lr=0.05)
    assert len(history) == 2
    assert history.train == {"loss": [2.0, 1.0], "accuracy": [0.5, 0.75]}
    assert history.validation == {"loss": [3.0, 2.5]}
    assert history.lr == [0.1, 0.05]
    assert history.latest() == {"loss": 1.0, "accuracy": 0.75, "validation loss": 2.5}


def test_an_empty_one_is_still_something():
    assert History()
    assert len(History()) == 0
    assert History().latest() == {}


def test_it_goes_into_json():
    history = History()
    history.add({"loss": 2.0}, {}, lr=0.1)
    assert json.loads(json.dumps(history.to_dict())) == {
        "train": {"loss": [2.0]},
        "validation": {},
        "lr": [0.1],
        "seconds": 0.0,
        "interrupted": False,
    }


def test_the_repr_is_one_line_however_long_the_training():
    history = History(seconds=12.34)
    assert repr(history) == "History(0 epochs in 12.3 s)"
    for epoch in range(2000):
        history.add({"loss": 1 / (epoch + 1), "accuracy": 0.5}, {"loss": 0.25}, lr=0.1)
    assert str(history) == (
        "History(2,000 epochs in 12.3 s: loss 0.0005, accuracy 0.5, validation loss 0.25)"
    )
    history.interrupted = True
    assert "in 12.3 s, interrupted: loss" in repr(history)
