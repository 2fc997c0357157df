"""A query to a database, and a network that says yes or no.

You learn how the rows of a query become a data set, how several rows of one customer stay in one part, and
what precision and recall say that accuracy hides where one class is rare.

    python examples/your_data_database.py

It needs safetensors: pip install 'tinygrad_course[safetensors]'. For other databases than SQLite give the
connection of their driver in place of the path.
"""

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import numpy as np

import tinygrad_course as tg
from tinygrad_course import nn, optim
from tinygrad_course.training import confusion, precision, recall

rng = np.random.default_rng(0)
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "shop.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE visits (customer INT, pages INT, device TEXT, bought INT)")
        for i in range(1500):
            pages, device = int(rng.integers(1, 30)), ("phone", "laptop")[int(rng.integers(2))]
            chance = 1 / (1 + np.exp(6.5 - 0.25 * pages - (device == "laptop")))
            row = (i // 3, pages, device, int(rng.random() < chance))
            database.execute("INSERT INTO visits VALUES (?, ?, ?, ?)", row)
        database.commit()

    # Values go into the places of a query, never into its text.
    query = "SELECT * FROM visits WHERE pages >= ? ORDER BY rowid"
    visits = tg.data.from_sql(path, query, (2,), target="bought", task="classes", groups="customer")
    print(visits)

    model = nn.MLP([visits.x_train.shape[1], 16, 1], rng=0)
    tg.fit(
        model,
        nn.BCEWithLogitsLoss(),
        optim.AdamW(model, lr=0.01),
        visits,
        epochs=40,
        batch_size=64,
        class_weight="balanced",
    )
    model.save(Path(folder) / "visits.safetensors")
    again = tg.load(Path(folder) / "visits.safetensors")

logits, y = again(visits.x_test).data, visits.y_test
print("Rows are classes, columns what was said:", *confusion(logits, y).astype(int).tolist())
print(f"precision {precision(logits, y):.2f}, recall {recall(logits, y):.2f}")
row = {"pages": 25, "device": "laptop"}
print(f"{row}: bought={again.predict([row])[0]}, p = {again.predict_proba([row])[0]:.2f}")
