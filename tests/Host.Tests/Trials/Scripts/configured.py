"""The same training, set by a configuration in YAML or JSON (--config) and by the environment, printing what it measures."""
import json
import os
import random
import sys
import time

path = sys.argv[sys.argv.index("--config") + 1]
with open(path) as file:
    text = file.read()
if path.endswith(".json"):
    rate = json.loads(text)["optimizer"]["lr"]
else:
    rate = float(next(line.split(":")[1].split("#")[0] for line in text.splitlines() if line.strip().startswith("lr:")))
rate = float(os.environ.get("RATE", rate))
chance, constant = random.Random(1), random.Random(99)
weights, true = [chance.gauss(0, 1) for _ in range(8)], [constant.gauss(0, 1) for _ in range(8)]
for step in range(600):
    x = [chance.gauss(0, 1) for _ in range(8)]
    e = sum((a - b) * c for a, b, c in zip(weights, true, x)) + chance.gauss(0, 0.1)
    weights = [w - rate * 2 * e * v for w, v in zip(weights, x)]
    print(f"step {step} loss {e * e if abs(e) < 1e150 else float('inf')} lr {rate}", flush=True)
    # A machine that does something else for a while, when next to nothing has been seen of the training.
    time.sleep(2 if step == 6 and "--stall" in sys.argv else 0.0005)
