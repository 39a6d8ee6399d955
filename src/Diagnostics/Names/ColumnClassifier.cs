using TrainingDoctor.Readers.Formats;

namespace TrainingDoctor.Names;

/// <summary>Says what role a column's name fits, before other columns and values are looked at.</summary>
internal static class ColumnClassifier
{
    public static ColumnRole Classify(string name)
    {
        var words = ColumnName.Words(name);
        if (words.Count is 0 or > 12)
        {
            return ColumnRole.None;
        }

        words = RoleLexicon.Spell(words);
        string joined = string.Join(' ', words);
        if (RoleLexicon.StepRank(name, joined) is > 0 and var stepRank)
        {
            return new ColumnRole(RoleKind.Step) { Rank = stepRank };
        }

        if (RoleLexicon.EpochRank(joined) is > 0 and var epochRank)
        {
            return new ColumnRole(RoleKind.Epoch) { Rank = epochRank };
        }

        if (RoleLexicon.IsPlanned(joined))
        {
            return new ColumnRole(RoleKind.PlannedSteps);
        }

        var phase = ColumnPhase.Unknown;
        var rest = new List<string>(words.Count);
        foreach (string word in words)
        {
            // MATLAB's LearnRate is no rate of the set that CatBoost calls "learn".
            var named = word == "learn" && joined.Contains("learn rate", StringComparison.Ordinal) ? ColumnPhase.Unknown : RoleLexicon.PhaseOf(word);
            if (named == ColumnPhase.Unknown)
            {
                rest.Add(word);
            }
            else if (phase is ColumnPhase.Unknown or ColumnPhase.Train)
            {
                phase = named;
            }
        }

        return LearningRate(rest, phase) ?? GradientNorm(name, rest, phase) ?? LossScale(rest) ?? Reward(rest, phase) ?? LossOrScore(rest, phase) ?? Likelihood(rest, phase) ?? ColumnRole.None;
    }

    private static ColumnRole? LearningRate(List<string> words, ColumnPhase phase)
    {
        int index = words.FindIndex(word => word is "lr" or "lrs" or "learningrate" || (word.StartsWith("lr", StringComparison.Ordinal) && RoleLexicon.IsNumber(word[2..])));
        bool spelled = false;
        if (index < 0)
        {
            index = Enumerable.Range(0, Math.Max(0, words.Count - 1)).FirstOrDefault(i => words[i] is "learning" or "learn" && words[i + 1] == "rate", -1);
            if (index < 0)
            {
                return null;
            }

            spelled = true;
        }

        if (phase is ColumnPhase.Validation or ColumnPhase.Test || words.Exists(word => word is "scale" or "ratio" or "mult" or "factor" or "decay"))
        {
            return ColumnRole.None;
        }

        var residual = words.Where((word, i) => i != index && !(spelled && i == index + 1) && !RoleLexicon.IsFiller(word) && word is not ("learning" or "x" or "base" or "policy" or "optimizer")).ToList();
        return new ColumnRole(RoleKind.Metric)
        {
            Metric = Metric.LearningRate,
            Rank = residual.Count == 0 ? 100 : 50,
            Residual = string.Join('_', residual),
        };
    }

    private static ColumnRole? GradientNorm(string name, List<string> words, ColumnPhase phase)
    {
        bool isNorm = words.Exists(word => word is "gnorm" or "gradnorm")
            || (words.Contains("norm") && (words.Exists(word => word is "grad" or "gradient" or "gradients" or "grads") || words is ["total", "norm"]));
        if (!isNorm)
        {
            return null;
        }

        if (phase is ColumnPhase.Validation or ColumnPhase.Test || words.Exists(word => RoleLexicon.IsSideRemark(word) || word is "ratio"))
        {
            return ColumnRole.None;
        }

        bool squared = words.Exists(word => word is "square" or "squared" or "sq");
        var residual = words.Where(word => word is not ("gnorm" or "gradnorm" or "norm" or "grad" or "gradient" or "gradients" or "grads" or "total" or "l2" or "square" or "squared" or "sq" or "optim" or "optimizer")
            && !RoleLexicon.IsFiller(word)).ToList();
        if (residual.Count > 0 && residual.TrueForAll(RoleLexicon.IsNetwork))
        {
            // "actor/grad_norm": of a whole network; the one that acts is what is trained for.
            return new ColumnRole(RoleKind.Metric) { Metric = Metric.GlobalGradientNorm, Rank = residual.Exists(word => word is "critic" or "value" or "discriminator" or "d") ? 60 : 70, Sign = squared ? NumberSign.Squared : NumberSign.AsIs, Residual = string.Join('_', residual) };
        }

        if (residual.Count > 0 && residual is not ["before", ..] and not ["unclipped", ..] and not ["preclip", ..])
        {
            // Lightning: grad_2.0_norm/encoder.weight.
            int slash = name.IndexOf('/', StringComparison.Ordinal);
            string parameter = slash >= 0 && name.AsSpan(0, slash).Contains("grad", StringComparison.OrdinalIgnoreCase) ? name[(slash + 1)..] : string.Join('.', residual);
            return residual is ["after", ..] or ["generator"] or ["discriminator"]
                ? ColumnRole.None
                : new ColumnRole(RoleKind.Metric) { Metric = Metric.GradientNorm, Scope = ScopeKind.Parameter, ScopeName = parameter, Sign = squared ? NumberSign.Squared : NumberSign.AsIs };
        }

        return new ColumnRole(RoleKind.Metric) { Metric = Metric.GlobalGradientNorm, Rank = squared ? 90 : 100, Sign = squared ? NumberSign.Squared : NumberSign.AsIs };
    }

    private static ColumnRole? LossScale(List<string> words)
    {
        if (words.Contains("scale") && words.Exists(word => word is "loss" or "grad" or "amp" or "fp16"))
        {
            // OpenAI's diffusion code logs its logarithm.
            return new ColumnRole(RoleKind.Metric) { Metric = Metric.LossScale, Rank = 100, Sign = words[0] is "lg" or "log2" ? NumberSign.Logarithm : NumberSign.AsIs };
        }

        return words.Contains("skipped") && words.Exists(word => word is "iterations" or "steps" or "updates")
            ? new ColumnRole(RoleKind.Metric) { Metric = Metric.SkippedSteps, Rank = 100 }
            : null;
    }

    private static ColumnRole? Reward(List<string> words, ColumnPhase phase)
    {
        int rank = words.Exists(word => word is "reward" or "rewards" or "rew" or "epret") ? 100 : words.Exists(word => word is "return" or "returns") ? 80 : words is ["episode" or "ep", .., "score"] or ["episode" or "ep", "score", ..] ? 60 : 0;
        if (rank == 0 || words.Exists(RoleLexicon.IsLoss))
        {
            return null;
        }

        if (words.Exists(word => RoleLexicon.IsSideRemark(word) || RoleLexicon.HigherRank(word) > 0))
        {
            return ColumnRole.None;
        }

        bool ofEpisode = words.Count == 1 || words.Exists(word => word is "ep" or "epret" or "episode" or "cumulative");
        bool special = words.Exists(word => word is "intrinsic" or "curiosity" or "extrinsic" or "penalty" or "func" or "normalized");
        return new ColumnRole(RoleKind.Metric)
        {
            Metric = Metric.Reward,
            Phase = phase,
            Rank = rank + (ofEpisode ? 10 : 0) - (special ? 30 : 0) - (phase is ColumnPhase.Validation or ColumnPhase.Test ? 15 : 0) - words.Count,
        };
    }

    /// <summary>What is to rise as a loss is to fall: the loss, with its sign turned round. A probability alone is that of an action or an answer; per frame or token it is of the data.</summary>
    private static ColumnRole? Likelihood(List<string> words, ColumnPhase phase)
    {
        bool isLikelihood = words.Exists(word => word is "loglikelihood" or "loglik" or "llik") || Follow(words, "log", "likelihood") || Follow(words, "log", "lik");
        bool isOfData = Follow(words, "log", "prob") || Follow(words, "log", "probability") || words.Contains("logprob") || words.Contains("ll");
        bool isAlone = words is ["log", "prob" or "probability"] or ["logprob"];
        if (!isLikelihood && !isAlone && !(isOfData && words.Exists(word => word is "frame" or "frames" or "token" or "tokens" or "word" or "words")) && !Follow(words, "log", "joint"))
        {
            return null;
        }

        return words.Exists(word => RoleLexicon.IsSideRemark(word) || word is "ratio" or "diff" or "ref" or "policy" or "initial") ? null : new ColumnRole(RoleKind.Metric)
        {
            Metric = Metric.Loss,
            Phase = phase,
            Rank = 55,
            Sign = words.Exists(word => word is "negative" or "neg" or "minus") ? NumberSign.AsIs : NumberSign.Opposite,
        };
    }

    private static bool Follow(List<string> words, string first, string second) => words.IndexOf(first) is >= 0 and var index && index + 1 < words.Count && words[index + 1] == second;

    private static ColumnRole? LossOrScore(List<string> words, ColumnPhase phase)
    {
        if (words is ["l", _, ..] && words.TrueForAll(word => word is "l" or "g" or "d" || RoleLexicon.IsPart(word) || RoleLexicon.IsWhole(word)) && words.Count < 5)
        {
            // BasicSR's l_pix and l_g_total.
            words = [.. words.Skip(1), "loss"];
        }

        bool isLoss = words.Exists(RoleLexicon.IsLoss);
        int best = -1;
        int rank = 0;
        bool higher = true;
        for (int i = 0; !isLoss && i < words.Count; i++)
        {
            int up = RoleLexicon.HigherRank(words[i]);
            int down = RoleLexicon.LowerRank(words[i]);
            if (up % 1000 > 0 && (best < 0 || (higher ? up % 1000 > rank % 1000 : true)))
            {
                (best, rank, higher) = (i, up, true);
            }
            else if (down > 0 && best < 0)
            {
                (best, rank, higher) = (i, down, false);
            }
        }

        // What sets "top1" apart, in "top1 error", is how it is counted.
        int error = higher && best >= 0 && words[best].StartsWith("top", StringComparison.Ordinal) ? words.FindIndex(word => word is "error" or "err") : -1;
        if (error >= 0)
        {
            rank = RoleLexicon.LowerRank(words[error]) - (words[best] == "top1" ? 0 : 30);
            higher = false;
        }

        // A score of no name says what it is only where it is one of an evaluation.
        if (!isLoss && best < 0 && phase is ColumnPhase.Validation or ColumnPhase.Test && words is ["score"] or ["scores"])
        {
            return new ColumnRole(RoleKind.Metric) { Metric = Metric.Accuracy, Phase = phase, Rank = 200 };
        }

        if (RoleLexicon.IsAdversarialLoss(words))
        {
            return new ColumnRole(RoleKind.Metric) { Metric = Metric.Loss, Phase = phase, Rank = 10, Residual = string.Join('_', words) };
        }

        if (!isLoss && best < 0)
        {
            if (words is ["score" or "scores"] && phase != ColumnPhase.Unknown)
            {
                // scikit-learn's validation_scores_.
                return new ColumnRole(RoleKind.Metric) { Metric = Metric.Accuracy, Phase = phase, Rank = 40 };
            }

            // LightGBM's "training's l2" and "valid_1's quantile".
            if (phase != ColumnPhase.Unknown && words.Where(word => !RoleLexicon.IsNumber(word)).ToList() is ["s", var measured] && RoleLexicon.IsErrorOfTrees(measured))
            {
                return new ColumnRole(RoleKind.Metric) { Metric = Metric.Error, Phase = phase, Rank = 340 };
            }

            // "trn_l" and "val_ls" abbreviate what only a phase before them tells; an entropy is a loss without the word.
            bool isAbbreviated = words is ["l"] or ["ls"] && phase != ColumnPhase.Unknown;
            bool isAlone = RoleLexicon.IsLossAlone(string.Join(' ', words.Where(word => !RoleLexicon.IsFiller(word))));
            if (phase != ColumnPhase.Unknown && !isAbbreviated && !isAlone && RoleLexicon.IsCriterion(string.Join(' ', words)))
            {
                // "dev ctc": a criterion of a phase.
                return new ColumnRole(RoleKind.Metric) { Metric = Metric.Loss, Phase = phase, Rank = 45, Residual = words[0] };
            }

            return isAbbreviated || isAlone ? new ColumnRole(RoleKind.Metric) { Metric = Metric.Loss, Phase = phase, Rank = 60 } : null;
        }

        if (words.Exists(RoleLexicon.IsSideRemark))
        {
            return ColumnRole.None;
        }

        var residual = words.Where((word, i) => i != best && !(isLoss && RoleLexicon.IsLoss(word)) && !RoleLexicon.IsFiller(word)).ToList();
        bool whole = residual.Count > 0 && residual.TrueForAll(RoleLexicon.IsWhole);
        if (isLoss)
        {
            int fit = residual.Count == 0 ? (words.Exists(word => word is "loss" or "losses") ? 100 : 96)
                : whole ? 99
                : residual is ["lm"] or ["task"] ? 90
                : RoleLexicon.IsCriterion(string.Join(' ', residual)) ? 45
                : 10;
            return new ColumnRole(RoleKind.Metric) { Metric = Metric.Loss, Phase = phase, Rank = fit, Residual = whole ? string.Empty : string.Join('_', residual) };
        }

        bool usuallyEvaluation = rank > 1000;

        // mAP50-95 counts more than mAP50; a class's or threshold's own score less than the mean over them.
        rank %= 1000;
        rank += words[best] == "map50" && words.Contains("95") ? 1 : 0;
        return new ColumnRole(RoleKind.Metric)
        {
            Metric = higher ? Metric.Accuracy : Metric.Error,
            Phase = phase,
            Rank = (4 * rank) - (residual.Count > 0 ? 40 : 0) - words.Count,
            Residual = string.Join('_', residual),
            IsUsuallyEvaluation = usuallyEvaluation,
        };
    }
}
