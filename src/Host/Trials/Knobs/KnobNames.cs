using System.Text;

namespace TrainingDoctor.Host.Trials.Knobs;

/// <summary>The settings that remedies are about, and what programs call them.</summary>
internal static class KnobNames
{
    /// <summary>Names by setting, the more telling first; words are parted by hyphens, whatever the program parts them by.</summary>
    private static readonly (string Name, string[] Spellings)[] Known =
    [
        ("learning-rate", ["learning-rate", "lr", "base-lr", "init-lr", "initial-lr", "lr0", "max-lr", "step-size", "alpha-lr", "lr-init", "eta"]),
        ("batch-size", ["batch-size", "train-batch-size", "per-device-train-batch-size", "micro-batch-size", "batchsize", "bs", "batch", "mini-batch-size"]),
        ("epochs", ["epochs", "num-epochs", "max-epochs", "n-epochs", "num-train-epochs", "nepochs", "epoch"]),
        ("weight-decay", ["weight-decay", "wd", "l2", "weightdecay", "l2-reg"]),
        ("dropout", ["dropout", "dropout-rate", "drop", "dropout-p", "drop-rate", "p-dropout", "dropout-prob"]),
        ("optimizer", ["optimizer", "optim", "opt", "optimiser"]),
        ("warmup-steps", ["warmup-steps", "num-warmup-steps", "warmup", "lr-warmup-steps", "warmup-iters", "n-warmup-steps"]),
        ("gradient-clip", ["gradient-clip", "gradient-clip-val", "max-grad-norm", "grad-clip", "clip-grad", "clip-grad-norm", "clip-norm", "max-norm", "clip", "gradient-clipping", "grad-norm-clip", "clip-gradient"]),
        ("activation", ["activation", "act", "activation-function", "nonlinearity", "act-fn", "hidden-act"]),
        ("initialization", ["initialization", "init", "initializer", "weight-init", "kernel-initializer", "init-scheme"]),
        ("normalization", ["normalization", "norm", "norm-layer", "norm-type", "layer-norm"]),
        ("loss", ["loss", "criterion", "loss-function", "loss-fn", "objective"]),
        ("scale-inputs", ["scale-inputs", "standardize", "normalize-inputs", "normalize", "standardise", "scale"]),
        ("shuffle", ["shuffle", "shuffle-data"]),
        ("class-weights", ["class-weights", "class-weight", "balanced", "balance-classes"]),
        ("precision", ["precision", "dtype", "torch-dtype"]),
        ("momentum", ["momentum"]),
        ("seed", ["seed", "random-seed", "manual-seed", "random-state", "rng-seed"]),
    ];

    private static readonly Dictionary<string, (string Name, int Rank)> BySpelling =
        Known.SelectMany(entry => entry.Spellings.Select((spelling, rank) => (spelling, entry.Name, rank))).ToDictionary(entry => entry.spelling, entry => (entry.Name, entry.rank));

    /// <summary>Gets the names of all settings.</summary>
    public static IEnumerable<string> All => Known.Select(entry => entry.Name);

    /// <summary>Tells which setting a program's name stands for.</summary>
    /// <param name="spelling">An option, a key or a variable, e.g. <c>--learning_rate</c>; of a key with groups, its last part counts.</param>
    /// <returns>The setting, and how telling the name is, 0 for the most; null when it stands for none.</returns>
    public static (string Name, int Rank)? Find(string spelling)
    {
        string name = spelling.TrimStart('-', '+');
        return BySpelling.TryGetValue(Hyphenated(name[(name.LastIndexOf('.') + 1)..]), out var known) ? known : null;
    }

    /// <summary>Keeps of several knobs for one setting the one whose name tells most.</summary>
    /// <param name="knobs">The knobs with the spelling of each.</param>
    public static IReadOnlyList<Knob> MostTelling(IEnumerable<(Knob Knob, int Rank)> knobs) =>
        [.. knobs.GroupBy(item => item.Knob.Name).Select(group => group.MinBy(item => item.Rank).Knob)];

    /// <summary>Parts words by hyphens: where a small letter meets a capital, and where they are parted by anything else.</summary>
    private static string Hyphenated(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        for (int i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]) && char.IsLower(name[i - 1]))
            {
                text.Append('-');
            }

            text.Append(name[i] is '_' or ' ' ? '-' : char.ToLowerInvariant(name[i]));
        }

        return text.ToString();
    }
}
