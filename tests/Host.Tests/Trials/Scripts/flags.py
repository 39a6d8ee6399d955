"""Fits a line by stochastic gradient descent and writes a CSV: a plain program with flags."""
import argparse
import random
import time

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--lr", type=float, default=0.05, help="learning rate (default: %(default)s)")
parser.add_argument("--epochs", type=int, default=30, help="passes over the data (default: %(default)s)")
parser.add_argument("--seed", type=int, default=0, help="seed (default: %(default)s)")
parser.add_argument("--optimizer", choices=["sgd", "momentum"], default="sgd")
parser.add_argument("--out", default="metrics.csv")
parser.add_argument("--pause", type=float, default=0.01)
options = parser.parse_args()

chance, constant = random.Random(options.seed), random.Random(99)
weights, true = [chance.gauss(0, 1) for _ in range(8)], [constant.gauss(0, 1) for _ in range(8)]


def sample():
    x = [chance.gauss(0, 1) for _ in range(8)]
    return x, sum(a * b for a, b in zip(true, x)) + chance.gauss(0, 0.1)


def error(x, y):
    return sum(a * b for a, b in zip(weights, x)) - y


def square(value):
    return value * value if abs(value) < 1e150 else float("inf")


held, step = [sample() for _ in range(100)], 0
with open(options.out, "w") as log:
    print("step,epoch,loss,val_loss,lr", file=log, flush=True)
    for epoch in range(options.epochs):
        for batch in range(20):
            x, y = sample()
            e = error(x, y)
            weights = [w - options.lr * 2 * e * v for w, v in zip(weights, x)]
            step += 1
            validation = sum(square(error(x, y)) for x, y in held) / len(held) if batch == 19 else ""
            print(f"{step},{epoch},{square(e)},{validation},{options.lr}", file=log, flush=True)
        time.sleep(options.pause)
print("done")
