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
    "KullbackLeibler", "PoissonNegativeLogLikelihood", "Margin", "ConnectionistTemporalClassification", "Overlap", "OverlapWithLogits",
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

_HIGHER_SCORES: Dict[str, int] = {
    "aacc": 88, "acc": 98, "acc1": 96, "acc5": 60, "accs": 80, "accuracies": 80, "accuracy": 100, "accuracy01": 96, "ap": 1094, "ap50": 1088, "ap75": 1080,
    "ar": 1070, "auc": 83, "auprc": 82, "auroc": 83, "balanced": 77, "bleu": 1073, "cider": 1070, "dice": 86, "em": 1068, "exact": 1068, "f1": 84, "fbeta": 82,
    "fscore": 84, "hella": 1064, "hellaswag": 1064, "hit": 1065, "hits": 1065, "iou": 85, "iu": 1085, "jaccard": 76, "kappa": 74, "las": 1070, "macc": 78,
    "macrof1": 84, "map": 1094, "map50": 1093, "map5095": 1094, "map75": 1080, "matthews": 75, "mcc": 75, "mdice": 1090, "meaniu": 1092, "meteor": 1070,
    "microf1": 84, "miou": 1092, "mmlu": 1064, "mrr": 1066, "ndcg": 1067, "nds": 1090, "pck": 1088, "pearson": 1070, "pearsonr": 1070, "prec": 58,
    "precision": 58, "precision1": 90, "psnr": 72, "r2": 73, "recall": 57, "roc": 80, "rouge": 1072, "rouge1": 1072, "rouge2": 1071, "rougel": 1073,
    "rougelsum": 1071, "sacrebleu": 1073, "sensitivity": 56, "spearman": 1070, "spearmanr": 1070, "specificity": 50, "ssim": 71, "top1": 96, "top3": 60,
    "top5": 60, "uas": 1069,
}
"""Words for scores where higher is better, by how much each says of a run as a whole."""

_LOWER_SCORES: Dict[str, int] = {
    "ade": 83, "bpb": 69, "bpc": 69, "bpt": 69, "bpw": 69, "cer": 95, "eer": 93, "epe": 80, "err": 90, "err1": 90, "err5": 60, "error": 90, "fde": 82,
    "fid": 1082, "fid50k": 1082, "kid50k": 1081, "ler": 94, "lpips": 80, "mae": 88, "mape": 84, "mpjpe": 84, "mse": 87, "nmse": 84, "nrmse": 84,
    "perplexity": 70, "ppl": 70, "rmse": 88, "smape": 84, "ter": 94, "wer": 100,
}
"""Words for scores where lower is better."""

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

_LINEAR_FIT_DENSE = 256
_LINEAR_FIT_PERIOD = 16
_LINEAR_FIT_MOST_FEATURES = 64
_LINEAR_FIT_MOST_TARGETS = 16
_LINEAR_FIT_MOST_ROWS = 512
_LINEAR_FIT_ROWS_PER_FEATURE = 8
_LINEAR_FIT_RIDGE = 1e-6

_PADDING_MASKS_FEWEST_KINDS = 3
_PADDING_MASKS_MOST_LOOKS = 24

_LOOKUP_COUNTS_DENSE = 24
_LOOKUP_COUNTS_PERIOD = 16
_LOOKUP_COUNTS_FEWEST_ROWS = 50
_LOOKUP_COUNTS_FEWEST_LOOKUPS = 200
_LOOKUP_COUNTS_MOST_LOOKUPS = 2048
_LOOKUP_COUNTS_MODES = 3
_LOOKUP_COUNTS_MOST_MODES = 1024
_LOOKUP_COUNTS_FILLED_SHARE = 0.3

_LOSS_ALARM_WEIGHT = 0.05
_LOSS_ALARM_DEVIATIONS = 6.0
_LOSS_ALARM_WARM_UP = 20

_LOSS_RECOGNITION_TOLERANCE = 0.0002
_LOSS_RECOGNITION_COARSE_TOLERANCE = 0.01
_LOSS_RECOGNITION_MOST_ELEMENTS = 1048576
_LOSS_RECOGNITION_MOST_BROADCAST = 2048
_LOSS_RECOGNITION_PARTS = (0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625)

_MOVEMENT_ROUNDING = 1e-5

_OVERLAP_RECOGNITION_TOLERANCE = 2e-5
_OVERLAP_RECOGNITION_ROUNDING = 2e-6
_OVERLAP_RECOGNITION_SINGLE = 3e-7
_OVERLAP_RECOGNITION_MOST_DOUBT = 0.001
_OVERLAP_RECOGNITION_SMOOTHINGS = (0.0, 1.0, 1e-5, 0.001, 0.1, 10.0, 100.0)
_OVERLAP_RECOGNITION_FEWEST_STEPS = 3

_PREFLIGHT_PROGRAM_SEED = 20170612

_PREFLIGHT_RUN_STEPS_OF_BATCH = 5

_REPEATED_ROWS_DENSE = 24
_REPEATED_ROWS_PERIOD = 16
_REPEATED_ROWS_FEWEST_ROWS = 8
_REPEATED_ROWS_MOST_ROWS = 4096
_REPEATED_ROWS_MOST_PLACES = 64
_REPEATED_ROWS_FEWEST_VALUES = 12
_REPEATED_ROWS_FEWEST_DIFFERENCES = 5
_REPEATED_ROWS_MOST_WHOLE = 0.5

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
