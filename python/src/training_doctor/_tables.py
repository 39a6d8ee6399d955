"""Vocabularies and limits that this package shares with the monitor for .NET. Made from it, and not to be edited: CONTRIBUTING.md says how."""

from __future__ import annotations

from typing import Dict, Tuple

_TASKS: Tuple[str, ...] = (
    "Regression", "BinaryClassification", "MulticlassClassification", "MultilabelClassification", "LanguageModeling", "Reconstruction", "Adversarial",
    "Reinforcement", "PolicyOptimization", "Preference", "Variational", "Diffusion", "SelfSupervised", "Boosting",
)
"""What a network may be trained to do."""

_LOSS_KINDS: Tuple[str, ...] = (
    "Other", "CrossEntropy", "NegativeLogLikelihood", "BinaryCrossEntropy", "BinaryCrossEntropyWithLogits", "MeanSquaredError", "MeanAbsoluteError", "Huber",
    "KullbackLeibler", "PoissonNegativeLogLikelihood", "Margin", "ConnectionistTemporalClassification",
)
"""Kinds of losses, each with its place as its number."""

_LOSSES: Dict[str, str] = {
    "CrossEntropyLoss": "CrossEntropy", "NLLLoss": "NegativeLogLikelihood", "BCELoss": "BinaryCrossEntropy",
    "BCEWithLogitsLoss": "BinaryCrossEntropyWithLogits", "MSELoss": "MeanSquaredError", "L1Loss": "MeanAbsoluteError", "SmoothL1Loss": "Huber",
    "HuberLoss": "Huber", "KLDivLoss": "KullbackLeibler", "PoissonNLLLoss": "PoissonNegativeLogLikelihood", "CTCLoss": "ConnectionistTemporalClassification",
}
"""The kinds of losses by their types."""

_ACTIVATIONS: Tuple[str, ...] = (
    "ReLU", "ReLU6", "LeakyReLU", "PReLU", "RReLU", "ELU", "CELU", "SELU", "GELU", "SiLU", "Mish", "Hardswish", "Softplus", "Softsign", "Sigmoid",
    "Hardsigmoid", "LogSigmoid", "Tanh", "Hardtanh", "Softmax", "LogSoftmax", "GLU",
)
"""Activation functions."""

_BOUNDS: Dict[str, Tuple[float, float]] = {
    "Sigmoid": (0.0, 1.0), "Hardsigmoid": (0.0, 1.0), "Tanh": (-1.0, 1.0), "Hardtanh": (-1.0, 1.0), "Softsign": (-1.0, 1.0), "Softmax": (0.0, 1.0),
}
"""Where activation functions end."""

_NEW_ACTIVATIONS: Tuple[str, ...] = (
    "ReLU", "LeakyReLU", "ELU", "SELU", "GELU", "SiLU", "Mish", "Tanh", "Sigmoid", "Softmax", "LogSoftmax", "Identity",
)
"""Activation functions that a trial can put in."""

_NEW_LOSSES: Tuple[str, ...] = (
    "CrossEntropyLoss", "NLLLoss", "BCELoss", "BCEWithLogitsLoss", "MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss",
)
"""Losses that a trial can put in."""

_NEW_OPTIMIZERS: Tuple[str, ...] = (
    "Adam", "AdamW", "SGD", "RMSProp", "Adagrad", "NAdam", "RAdam",
)
"""Optimizers that a trial can put in; others spell them in other cases."""

_OUTPUT_SCOPE = "(output)"
_SCHEDULE_DENSE_STEPS = 100
_SCHEDULE_INTERVAL = 10
_SCHEDULE_ALARMED_STEPS = 100

_ATTACHED_TREATMENT_EXIT_CODE = 86

_CLASS_COMPARISON_MOST_CLASSES = 256
_CLASS_COMPARISON_FEWEST_LABELS = 48
_CLASS_COMPARISON_MOST_ELEMENTS = 4194304
_CLASS_COMPARISON_MOST_LOOKED_AT = 524288
_CLASS_COMPARISON_FEWEST_EXPECTED = 20.0

_EVALUATED_WEIGHTS_MOST_TENSORS = 64
_EVALUATED_WEIGHTS_MOST_OF_TENSOR = 256

_EVALUATION_PROBE_MOST_SAMPLES = 4
_EVALUATION_PROBE_MOST_ELEMENTS = 1048576
_EVALUATION_PROBE_MOST_PARAMETERS = 67108864
_EVALUATION_PROBE_STILL = 0.0001

_FEATURE_MOMENTS_MOST_FEATURES = 4096

_GIT_COMMIT_LARGEST_FILE = 16777216

_LABEL_COUNTS_IGNORED_INDEX = -100
_LABEL_COUNTS_MOST_CLASSES = 10000

_LAYER_OUTPUTS_MOST_ELEMENTS = 16777216

_LAYER_PROBE_BOUND_SHARE = 0.01

_LEARNING_PROBE_LEARNT = 0.7
_LEARNING_PROBE_PROGRESS = 0.02
_LEARNING_PROBE_MOST_ALLOWANCES = 6
_LEARNING_PROBE_RATES = (0.01, 0.001)

_LOSS_ALARM_WEIGHT = 0.05
_LOSS_ALARM_DEVIATIONS = 6.0
_LOSS_ALARM_WARM_UP = 20

_LOSS_RECOGNITION_TOLERANCE = 0.0002
_LOSS_RECOGNITION_COARSE_TOLERANCE = 0.01
_LOSS_RECOGNITION_MOST_ELEMENTS = 1048576
_LOSS_RECOGNITION_MOST_BROADCAST = 2048
_LOSS_RECOGNITION_PARTS = (0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625)

_MOVEMENT_ROUNDING = 1e-5

_PREFLIGHT_PROGRAM_SEED = 20170612

_PREFLIGHT_RUN_STEPS_OF_BATCH = 5

_ROLLING_FILE_PARTS = 8

_RUNNING_SCALE_MOST_BATCHES = 200
_RUNNING_SCALE_LEAST_SHARE = 0.001

_SEEN_ROWS_MOST_ROWS = 65536
_SEEN_ROWS_FEWEST_ROWS = 20
_SEEN_ROWS_DISTINCT = 0.9

_SEQUENCE_ALIGNMENT_FEWEST_PLACES = 3
_SEQUENCE_ALIGNMENT_FEWEST_TOKENS = 16
_SEQUENCE_ALIGNMENT_FEWEST_ENDS = 4
_SEQUENCE_ALIGNMENT_MOST_TOKENS = 262144
_SEQUENCE_ALIGNMENT_EQUAL = 0.98
_SEQUENCE_ALIGNMENT_AMBIGUOUS = 0.9

_STEP_COMPARISON_DENSE = 24
_STEP_COMPARISON_PERIOD = 16
_STEP_COMPARISON_MOST_FEATURES = 4096
_STEP_COMPARISON_FEWEST_ROWS = 8

_UNIT_ACTIVITY_MINIMUM_SAMPLES = 256
_UNIT_ACTIVITY_MINIMUM_BATCHES = 5

_VALIDATION_COMPARISON_MOST_BATCHES = 256
_VALIDATION_COMPARISON_MOST_FORMS = 16
_VALIDATION_COMPARISON_FEWEST_TRAINED = 32
_VALIDATION_COMPARISON_FEWEST_VALIDATED = 16
