"""Some two hundred programs of ordinary users with one bug each and the same without it, written at the end of November 2026 by five who had read no rule.

``python3 blind.py FOLDER [--second | --third | --fourth | --sixth] [--deterministic] [NAME...]`` trains them and writes ``NAME.jsonl``, ``NAME.fix.jsonl`` and ``labels.json``. The first sixty stand in ``blind``, the forty that were looked at
after those had been mended in ``blind-second``, fifty more in ``blind-third``, thirty-six in ``blind-fourth`` and thirty-two in ``blind-sixth`` (the fifth round is in C#, in
``benchmarks/Strangers``), which also hold eight or ten each that have no bug though they look odd and are trained once; each is whole, with its three lines of recording.
``readings.json`` beside them holds what a right reading is, as it was written down before any diagnosis, and what came out then.
"""

from __future__ import annotations

import functools
import json
import pathlib
import runpy
import sys

from training_doctor import SamplingSchedule, TrainingDoctor

ROUND = next(("-" + name for name in ("second", "third", "fourth", "sixth") if "--" + name in sys.argv), "")
PROGRAMS = pathlib.Path(__file__).resolve().parent / ("blind" + ROUND)


def run(name: str, path: pathlib.Path, repaired: bool) -> None:
    """Runs one program as the main module, recording to ``path``."""
    sys.argv = [name, str(path)] + (["--repaired"] if repaired else [])
    sys.modules.pop("common", None)
    print(name, "repaired" if repaired else "as written", end=" ", flush=True)
    runpy.run_path(str(PROGRAMS / (name + ".py")), run_name="__main__")


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    names = [argument for argument in sys.argv[2:] if not argument.startswith("--")]
    if "--deterministic" in sys.argv:
        # The steps that are certain whatever they cost, and no others.
        sampling = SamplingSchedule(dense_steps=24, interval=5, alarmed_steps=10, max_overhead=None)
        TrainingDoctor.attach = functools.partial(TrainingDoctor.attach, sampling=sampling)  # type: ignore[method-assign, assignment]
    sys.path.insert(0, str(PROGRAMS))
    readings = json.loads((PROGRAMS / "readings.json").read_text(encoding="utf-8"))["programs"]
    for program, reading in readings.items():
        if not names or program in names:
            for is_repaired in (False,) if reading.get("healthy") else (False, True):
                run(program, folder / (program + (".fix" if is_repaired else "") + ".jsonl"), is_repaired)
    labels = {name: {key: one[key] for key in ("healthy", "expected", "causes", "cause", "direct_symptom", "right", "part") if key in one} for name, one in readings.items()}
    (folder / "labels.json").write_text(json.dumps(labels, indent=1), encoding="utf-8")
