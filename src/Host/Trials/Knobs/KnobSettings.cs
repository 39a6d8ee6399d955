using System.Globalization;

namespace TrainingDoctor.Host.Trials.Knobs;

/// <summary>Turns the changes of remedies into settings of knobs, one after the other: a rate that is multiplied twice is multiplied by both.</summary>
/// <param name="knobs">The knobs of the program.</param>
/// <param name="presentOf">Tells a present value that the knob itself does not, e.g. the learning rate that was measured; null where nothing tells.</param>
internal sealed class KnobSettings(IReadOnlyList<Knob> knobs, Func<string, double?> presentOf)
{
    private readonly Dictionary<Knob, string> _values = [];

    /// <summary>Gets what is set.</summary>
    public IReadOnlyList<KnobSetting> Set => [.. _values.Select(entry => new KnobSetting(entry.Key, entry.Value))];

    /// <summary>Applies a change.</summary>
    /// <param name="action">The change.</param>
    /// <returns>Why it cannot be applied by a knob; null when it was.</returns>
    public string? Apply(RemedyAction action) => action.Kind switch
    {
        RemedyActionKind.ScaleLearningRate => Scale("learning-rate", action.Factor),
        RemedyActionKind.SetLearningRate => Number("learning-rate", action.Value),
        RemedyActionKind.AddWarmup => Number("warmup-steps", action.Steps),
        RemedyActionKind.ClipGradientNorm => Number("gradient-clip", action.MaxNorm),
        RemedyActionKind.AddWeightDecay => Number("weight-decay", action.Value),
        RemedyActionKind.AddDropout => Number("dropout", action.Rate ?? 0.25),
        RemedyActionKind.RemoveDropout => Number("dropout", action.Rate ?? 0),
        RemedyActionKind.ChangeBatchSize when action.Method is null => action.Value is { } size ? Number("batch-size", size) : Scale("batch-size", action.Factor),
        RemedyActionKind.ChangeOptimizer => Word("optimizer", action.To) ?? (action.Value is { } rate ? Number("learning-rate", rate) : null),
        RemedyActionKind.ReplaceActivation => Word("activation", action.To),
        RemedyActionKind.Reinitialize => Word("initialization", action.Scheme),
        RemedyActionKind.AddNormalization => Word("normalization", action.Type ?? "LayerNorm", (action.Type ?? "LayerNorm").Replace("Norm", string.Empty, StringComparison.Ordinal).TrimEnd('1', '2', '3', 'd')),
        RemedyActionKind.RemoveNormalization => Word("normalization", "none"),
        RemedyActionKind.ChangeLoss => Word("loss", action.To),
        RemedyActionKind.ScaleInputs when action.Method?.Contains("target", StringComparison.OrdinalIgnoreCase) != true => Word("scale-inputs", "true", action.Method, "standardize"),
        RemedyActionKind.ShuffleData => Word("shuffle", "true"),
        RemedyActionKind.BalanceClasses => Word("class-weights", "true", "balanced"),
        RemedyActionKind.StopEarly when action.Epoch is { } epoch => Number("epochs", Math.Ceiling(epoch)),
        RemedyActionKind.TrainLonger => Scale("epochs", 2),
        RemedyActionKind.ChangePrecision => Word("precision", action.To),
        RemedyActionKind.ChangeSetting when action.To is { } name && KnobNames.Find(name) is { } known => action.Value is { } value ? Number(known.Name, value) : Scale(known.Name, action.Factor),
        _ => $"'{KebabCase.Of(action.Kind)}' needs a change of the program itself",
    };

    private string? Scale(string name, double? factor) => !Has(name, out var knob) ? Missing(name)
        : (Knob.NumberOf(_values.GetValueOrDefault(knob)) ?? knob.PresentNumber ?? presentOf(name)) is not { } present ? $"the present {name} is not known; name it: --knob {name}:VALUE='{knob.Target}'"
        : Number(name, present * factor);

    private string? Number(string name, double? value)
    {
        if (!Has(name, out var knob))
        {
            return Missing(name);
        }

        if (value is not { } number || !double.IsFinite(number))
        {
            return $"the remedy does not say which {name}";
        }

        bool isWhole = name is "batch-size" or "epochs" or "warmup-steps" or "seed";
        number = isWhole ? Math.Max(1, Math.Round(number)) : Round(number);
        if (knob.PresentNumber == number && !_values.ContainsKey(knob))
        {
            return FormattableString.Invariant($"the {name} is {number} already");
        }

        _values[knob] = number.ToString("R", CultureInfo.InvariantCulture);
        return null;
    }

    private string? Word(string name, params string?[] words)
    {
        if (!Has(name, out var knob))
        {
            return Missing(name);
        }

        string? word = words.OfType<string>().Select(knob.WordFor).FirstOrDefault(found => found is not null);
        if (word is null)
        {
            return $"the {name} can be {string.Join(", ", knob.Choices)}, not {words.FirstOrDefault() ?? "what the remedy names"}";
        }

        if (string.Equals(knob.Present, word, StringComparison.OrdinalIgnoreCase) && !_values.ContainsKey(knob))
        {
            return $"the {name} is {word} already";
        }

        _values[knob] = word;
        return null;
    }

    private bool Has(string name, out Knob knob)
    {
        knob = knobs.FirstOrDefault(candidate => candidate.Name == name)!;
        return knob is not null;
    }

    private static string Missing(string name) => $"no knob sets the {name}";

    /// <summary>Products of decimal numbers are told as people write them: 0.1 times 0.1 is 0.01.</summary>
    private static double Round(double number) => double.Parse(number.ToString("G12", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
