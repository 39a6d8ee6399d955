"""What a network may be trained to do."""

from __future__ import annotations

_TASKS = ("Regression", "BinaryClassification", "MulticlassClassification", "MultilabelClassification", "LanguageModeling", "Reconstruction", "Adversarial",
          "Reinforcement", "PolicyOptimization", "Preference", "Variational", "Diffusion", "SelfSupervised", "Boosting")


def _pascal(name: str) -> str:
    return name if name in _TASKS else "".join(word.capitalize() for word in name.replace("_", "-").split("-"))
