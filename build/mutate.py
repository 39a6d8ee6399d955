#!/usr/bin/env python3
"""Mutation testing by sample: changes a random part of the lines of a project, five at a time, and counts what the quick tests notice.

    dotnet tool install dotnet-stryker --version 5.1.0 --tool-path DIR
    python3 build/mutate.py --stryker DIR/dotnet-stryker [--project src/Rules] [--tests tests/Rules.Tests] [--share 0.02] [--seed 1]

All mutants of src/Rules are twenty thousand, ten seconds each; a share of them, drawn anew with each seed, tells the score to a few per cent. The report is left in OUTPUT (html and json).
"""
import argparse
import json
import os
import pathlib
import random
import subprocess

BLOCK = 5  # lines
ROOT = pathlib.Path(__file__).resolve().parent.parent


def spans(text, chance, share):
    """Character spans of blocks of lines, each taken with the chance `share`."""
    lines = text.splitlines(keepends=True)
    begins = [0]
    for line in lines:
        begins.append(begins[-1] + len(line))
    for first in range(0, len(lines), BLOCK):
        if chance.random() < share:
            yield begins[first], begins[min(first + BLOCK, len(lines))]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stryker", default="dotnet-stryker")
    parser.add_argument("--project", default="src/Rules")
    parser.add_argument("--tests", default="tests/Rules.Tests")
    parser.add_argument("--share", type=float, default=0.02)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", default="mutation")
    options = parser.parse_args()

    project = ROOT / options.project
    chance = random.Random(options.seed)
    patterns = []
    for file in sorted(project.rglob("*.cs")):
        name = file.relative_to(project)
        if name.parts[0] in ("bin", "obj"):
            continue
        taken = "".join(f"{{{begin}..{end}}}" for begin, end in spans(file.read_text(encoding="utf-8"), chance, options.share))
        if taken:
            patterns.append(f"**/{name.as_posix()}{taken}")

    output = pathlib.Path(options.output).resolve()
    output.mkdir(parents=True, exist_ok=True)
    configuration = output / "stryker-config.json"
    configuration.write_text(json.dumps({"stryker-config": {
        "project": next(project.glob("*.csproj")).name,
        "configuration": "Release",
        "concurrency": os.cpu_count(),
        "mutate": patterns,
        "ignore-mutations": ["string"],
        "test-case-filter": "Speed!=Slow",
        "additional-timeout": 60000,
        "coverage-analysis": "perTest",
        "reporters": ["json", "html", "cleartext"],
    }}, indent=2))

    # Mutated code is not for analyzers, and is compiled once.
    environment = dict(os.environ, RunAnalyzers="false", CompileAhead="false", UseSharedCompilation="true", TreatWarningsAsErrors="false")
    command = [options.stryker, "--config-file", str(configuration), "--output", str(output), "--skip-version-check"]
    raise SystemExit(subprocess.call(command, cwd=ROOT / options.tests, env=environment))


if __name__ == "__main__":
    main()
