"""Which of the scores that a program calls by their own names stands for all of them."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping, Optional, Tuple

from ._tables import _HIGHER_SCORES, _LOWER_SCORES


def _stand_for(scores: Mapping[str, Any], ranks: Dict[str, int]) -> Optional[Any]:
    """The score whose name says most, of those that have a name of the table; None where none has."""
    best: Tuple[int, Optional[Any]] = (0, None)
    for name, score in scores.items():
        rank = max((ranks.get(word, 0) for word in re.findall("[a-z0-9]+", name.lower())), default=0)
        if rank > best[0] and score is not None:
            best = (rank, score)
    return best[1]


def _validation_scores(accuracy: Any, error: Any, scores: Mapping[str, Any]) -> List[Tuple[str, Any]]:
    """What is told of a validation besides its loss: a score where higher is better and one where lower is, and all of them under their own names, of which a diagnosis reads a reward."""
    told = [
        ("validation_accuracy", _stand_for(scores, _HIGHER_SCORES) if accuracy is None else accuracy),
        ("validation_error", _stand_for(scores, _LOWER_SCORES) if error is None else error),
    ]
    return told + [("validation/" + name, score) for name, score in scores.items()]
