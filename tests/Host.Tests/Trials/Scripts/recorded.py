"""Trains a line with a pretended monitor: records telemetry and follows the plan of a trial."""
import json, os, random, sys, time
args = dict(zip(sys.argv[1::2], sys.argv[2::2]))
rate, epochs, pause = float(args.get("--lr", 0.5)), int(args.get("--epochs", 30)), float(args.get("--pause", 0.02))
seed, clip = 0, None
plan = os.environ.get("TRAINDOCTOR_TRIAL")
if plan:
    with open(plan) as file:
        asked = json.load(file)
    seed = asked.get("seed") or 0
    applied, skipped = [], []
    for action in asked["actions"]:
        kind, before = action["kind"], rate
        if kind == "set-learning-rate":
            rate = action["value"]
        elif kind == "scale-learning-rate":
            rate *= action["factor"]
        else:
            skipped.append({"kind": kind, "reason": "the stand-in knows rates alone"})
            continue
        applied.append({"kind": kind, "layers": [], "text": f"learning rate {before} -> {rate}"})
    with open(plan + ".applied.json.new", "w") as file:
        json.dump({"version": 1, "trial": asked.get("trial"), "monitor": "python", "applied": applied, "skipped": skipped}, file)
    os.replace(plan + ".applied.json.new", plan + ".applied.json")
folder = os.environ.get("TRAINDOCTOR_RECORD")
out = open(os.path.join(folder, "run.jsonl"), "w") if folder else open(os.devnull, "w")
def write(line):
    print(json.dumps(line).replace("Infinity", '"Infinity"').replace("NaN", '"NaN"'), file=out, flush=True)
write({"telemetry": "1.0", "run": {"name": "line", "source": "live", "optimizer": {"typeName": "SGD", "learningRates": [rate], "parameterCount": 1, "foreignParameterCount": 0}}})
r, t = random.Random(seed), random.Random(99)
w, true = [r.gauss(0, 1) for _ in range(8)], [t.gauss(0, 1) for _ in range(8)]
def sample():
    x = [r.gauss(0, 1) for _ in range(8)]
    return x, sum(a * b for a, b in zip(true, x)) + r.gauss(0, 0.1)
def square(e):
    return e * e if abs(e) < 1e150 else float("inf")
val, step = [sample() for _ in range(50)], 0
for epoch in range(epochs):
    for _ in range(20):
        x, y = sample()
        e = sum(a * b for a, b in zip(w, x)) - y
        write({"step": step, "m": [["loss", "", square(e)], ["learning_rate", "", rate]]})
        w = [a - rate * 2 * e * b for a, b in zip(w, x)]
        step += 1
    time.sleep(pause)
    write({"step": step - 1, "m": [["epoch", "", epoch + 1], ["validation_loss", "", sum(square(sum(a * b for a, b in zip(w, x)) - y) for x, y in val) / len(val)]]})
