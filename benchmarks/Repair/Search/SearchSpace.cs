using TrainingDoctor.Changes;

namespace TrainingDoctor.Benchmarks.Repair;

/// <summary>The knobs that searches turn: all that the doctor's remedies change, in the usual ranges.</summary>
internal static class SearchSpace
{
    private const string AsItIs = "as it is";

    /// <summary>Gets the knobs.</summary>
    public static IReadOnlyList<Knob> Knobs { get; } =
    [
        Knob.Number("learning-rate", 1e-5, 1),
        Knob.Choice("optimizer", AsItIs, "SGD", "Adam", "RMSProp"),
        Knob.Choice("batch-size", AsItIs, "16", "32", "64", "128"),
        Knob.Choice("gradient-clip", AsItIs, "1"),
        Knob.Choice("weight-decay", AsItIs, "0.0001", "0.01"),
        Knob.Choice("activation", AsItIs, "ReLU", "LeakyReLU", "ELU", "Tanh"),
        Knob.Choice("initialization", AsItIs, "he", "xavier", "orthogonal"),
        Knob.Choice("normalization", AsItIs, "on"),
        Knob.Choice("dropout", AsItIs, "0.25"),
        Knob.Choice("scaled-inputs", AsItIs, "on"),
        Knob.Choice("shuffling", AsItIs, "on"),
    ];

    /// <summary>Returns the changes of a setting. What does not fit a program is left out, as a search would learn to.</summary>
    /// <param name="setting">The setting.</param>
    public static IReadOnlyList<ProgramChange> Changes(KnobSetting setting)
    {
        var named = Knobs.Zip(setting.Values).ToDictionary(item => item.First.Name, item => item.First.IsNumber ? null : item.First.Choices[(int)item.Second]);
        double rate = Math.Exp(setting.Values[0]);
        var changes = new List<ProgramChange>();
        Add("scaled-inputs", _ => new InputScaling(targets: false));
        if (Chosen("batch-size") is { } size)
        {
            changes.Add(new BatchOrder(long.Parse(size, System.Globalization.CultureInfo.InvariantCulture), balanced: false));
        }
        else
        {
            Add("shuffling", _ => new BatchOrder(size: null, balanced: false));
        }

        Add("activation", to => new EveryHiddenActivation(to));
        Add("normalization", _ => new NormalizationInsertion([]));
        Add("dropout", _ => new DropoutInsertion(0.25));
        Add("initialization", scheme => new Reinitialization([], scheme));
        Add("optimizer", to => new OptimizerChange(to, rate, weightDecay: null));
        changes.Add(LearningRateChange.Set(rate));
        Add("weight-decay", value => new WeightDecaySetting(double.Parse(value, System.Globalization.CultureInfo.InvariantCulture)));
        Add("gradient-clip", _ => new GradientClipping(1));
        return changes;

        string? Chosen(string name) => named[name] is { } choice && choice != AsItIs ? choice : null;

        void Add(string name, Func<string, ProgramChange> create)
        {
            if (Chosen(name) is { } choice)
            {
                changes.Add(new WhereApplicable(create(choice)));
            }
        }
    }
}
