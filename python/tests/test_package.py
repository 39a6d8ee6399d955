"""Tests of the package as it is installed: ``python3 test_package.py FOLDER SITE``, SITE being the folder that its wheel was installed into."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys

NEVER = ("torch", "transformers", "lightning", "pytorch_lightning", "keras")


def test_it_is_the_installed_one(site: str) -> None:
    import training_doctor

    assert os.path.realpath(os.path.dirname(os.path.dirname(training_doctor.__file__))) == os.path.realpath(site), training_doctor.__file__
    assert importlib.metadata.version("traindoctor-recorder") == training_doctor.__version__


def test_it_needs_torch_and_nothing_else(site: str) -> None:
    needs = importlib.metadata.requires("traindoctor-recorder") or []
    assert [need.replace(" ", "").replace("(", "").replace(")", "") for need in needs] == ["torch>=1.10"], needs


def test_it_is_typed(site: str) -> None:
    files = [str(file) for file in importlib.metadata.files("traindoctor-recorder") or []]
    assert "training_doctor/py.typed" in files and not [file for file in files if "test" in file or "example" in file], files


def test_everything_public_is_there(site: str) -> None:
    import training_doctor

    assert all(getattr(training_doctor, name).__name__ == name for name in training_doctor.__all__)
    assert set(training_doctor.__all__) <= set(dir(training_doctor))
    try:
        training_doctor.no_such  # noqa: B018
    except AttributeError as error:
        assert "no_such" in str(error)
    else:
        raise AssertionError("a name that is not there was given")


def test_frameworks_are_imported_only_when_used(site: str) -> None:
    """A program without torch and without any trainer can import the callbacks, and use the one of Keras where there is a Keras."""
    program = """
import sys, types
for name in {never!r}:
    sys.modules[name] = None
import training_doctor, training_doctor.callbacks
keras = types.ModuleType("keras")
keras.callbacks = types.SimpleNamespace(Callback=type("Callback", (), {{"model": None}}))
sys.modules["keras"] = keras
callback = training_doctor.callbacks.keras_callback({path!r})
callback.on_train_begin()
callback.on_train_batch_end(0, {{"loss": 1.0}})
callback.on_train_end()
"""
    path = os.path.join(site, "keras-run.jsonl")
    subprocess.run([sys.executable, "-c", program.format(never=NEVER, path=path)], check=True)
    with open(path, encoding="utf-8") as file:
        assert len(file.readlines()) == 3


def main(site: str) -> None:
    for name, test in sorted(globals().items()):
        if name.startswith("test_"):
            test(site)
            print("passed: " + name[len("test_"):].replace("_", " "))
    print("all passed")


if __name__ == "__main__":
    main(sys.argv[2])
