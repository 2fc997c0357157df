"""A CSV file with gaps, from the file to a prediction for a new row.

You learn how a table becomes a data set: columns of numbers are standardised, columns of text become columns
of 0 and 1, gaps are filled and marked, all learnt from the training rows alone. The preparation is saved
inside the model's file, so that the model takes raw rows wherever it goes.

    python examples/your_data_table.py

It needs pandas and safetensors: pip install 'tinygrad_course[tables,safetensors]'
"""

import tempfile
from pathlib import Path

import numpy as np

import tinygrad_course as tg
from tinygrad_course import nn, optim

# A table like those that people have: houses, some of them without a size.
rng = np.random.default_rng(0)
towns = ["Bonn", "Kiel", "Ulm"]
lines = ["size,town,garden,price"]
for i in range(400):
    size, town, garden = rng.integers(40, 160), i % 3, ["yes", "no"][i % 2]
    price = 3000 * size + 50_000 * town + 20_000 * (garden == "yes") + rng.normal(0, 5000)
    lines.append(f"{'' if i % 50 == 7 else size},{towns[town]},{garden},{price:.0f}")

with tempfile.TemporaryDirectory() as folder:
    file = Path(folder) / "houses.csv"
    file.write_text("\n".join(lines))

    try:
        tg.data.from_csv(file, target="price")
    except tg.errors.DataError as error:
        print("Gaps are refused until you say what they are:", str(error).partition(",")[0], "...")
    houses = tg.data.from_csv(file, target="price", missing="mean")
    print(houses)

    model = nn.MLP([houses.x_train.shape[1], 32, 1], rng=0)
    early = tg.training.EarlyStopping(patience=20)
    history = tg.fit(
        model,
        nn.MSELoss(),
        optim.Adam(model, lr=0.01),
        houses,
        epochs=200,
        batch_size=32,
        validation=houses,
        callbacks=[early],
    )
    print(f"{len(history)} epochs, the best was number {early.best_epoch}")

    model.save(Path(folder) / "houses.safetensors")
    again = tg.load(Path(folder) / "houses.safetensors")

outputs, y = again(houses.x_test).data, houses.y_test
print(f"R² on the test rows: {tg.training.r2(outputs, y):.3f}")
new = [
    {"size": 100, "town": "Ulm", "garden": "yes"},
    {"size": None, "town": "Bonn", "garden": "no"},
]
for row, price in zip(new, again.predict(new)):
    print(f"{row}: {price:,.0f}")
