"""Week 4: hyperparameters, chosen on a dev set.

You learn to compare learning rates and hidden layers in a small table, what a learning rate that is
too small or too large looks like, and why the test set is used only once, at the end.

    python examples/week4_hyperparameters.py
"""

import tinygrad_course as tg
from tinygrad_course import nn, optim

digits = tg.data.digits()

# A part of the training set becomes the dev set. If we chose the best model on the test set, the test
# set would become a part of the training, and its accuracy would be too optimistic.
X, Y = digits.x_train[:1000], digits.y_train[:1000]
X_dev, Y_dev = digits.x_train[-1000:], digits.y_train[-1000:]

learning_rates = (0.001, 0.01, 0.1, 1.0)
hidden_layers = ((), (32,), (64, 32))

best_accuracy, best_choice, best_model = 0.0, "", None
print("Accuracy on the dev set after 8 epochs on 1,000 digits\n")
print("hidden layers" + "".join(f"{'lr = ' + format(lr, 'g'):>12}" for lr in learning_rates))
for hidden in hidden_layers:
    name = " -> ".join(map(str, hidden)) or "none"
    print(f"{name:<13}", end="")
    for lr in learning_rates:
        model = nn.MLP([784, *hidden, 10], rng=0)
        sgd = optim.SGD(model, lr=lr, momentum=0.9)
        try:
            tg.fit(model, nn.CrossEntropyLoss(), sgd, X, Y, epochs=8, batch_size=50, progress=False)
        except tg.errors.DivergenceError:
            print(f"{'diverged':>12}", end="", flush=True)
            continue
        accuracy = tg.training.evaluate(model, X_dev, Y_dev)["accuracy"]
        print(f"{accuracy:12.1%}", end="", flush=True)
        if accuracy > best_accuracy:
            best_accuracy, best_model = accuracy, model
            best_choice = f"hidden layers {name}, learning rate {lr:g}"
    print()

accuracy = tg.training.evaluate(best_model, digits.x_test, digits.y_test)["accuracy"]
print(f"\nThe best: {best_choice}, with {best_accuracy:.1%} on the dev set.")
print(f"On the test set, which had no part in the choice: {accuracy:.1%}")
