using System.Globalization;

namespace TrainingDoctor.Differences;

/// <summary>What a run was told to do, as far as it is known: pairs of name and value.</summary>
internal static class RunSettings
{
    /// <summary>Initial deviations differ by chance by the inverse root of twice the number of weights; this many of those count as chance.</summary>
    private const double ChanceDeviations = 5;

    /// <summary>Initial deviations nearer than this are the same for whoever trains.</summary>
    private const double SameDeviation = 1.1;

    /// <summary>Finds what was set differently.</summary>
    /// <param name="good">The runs that went well; at least one.</param>
    /// <param name="bad">The run in question.</param>
    public static IReadOnlyList<SettingDifference> Between(IReadOnlyList<RunDescription> good, RunDescription bad)
    {
        var goods = good.Select(Of).ToList();
        var own = Of(bad);
        var differences = new List<SettingDifference>();
        foreach (var (name, (stage, value)) in own)
        {
            var others = goods.Where(one => one.ContainsKey(name)).Select(one => one[name].Value).Distinct().ToList();
            if (others.Count > 0 && !others.Contains(value))
            {
                differences.Add(new SettingDifference(name, stage, string.Join(" or ", others), value));
            }
        }

        differences.AddRange(LayerDifferences.Between(good[0].Model, bad.Model));
        differences.AddRange(Initialization(good, bad));
        return [.. differences.OrderBy(difference => difference.Stage)];
    }

    private static Dictionary<string, (Stage Stage, string Value)> Of(RunDescription run)
    {
        var settings = new Dictionary<string, (Stage, string)>();
        if (run.Loss is { } loss)
        {
            Add("loss", Stage.Loss, loss.TypeName);
            Add("reduction of the loss", Stage.Loss, loss.Reduction);
            Add("class weights", Stage.Loss, loss.HasClassWeights ? "given" : "none");
            Add("ignored class index", Stage.Loss, loss.IgnoredIndex?.ToString(CultureInfo.InvariantCulture) ?? "none");
        }

        if (run.Optimizer is { } optimizer)
        {
            Add("optimizer", Stage.Updates, optimizer.TypeName);
            Add("learning rate", Stage.Updates, optimizer.LearningRates.Count == 0 ? null : string.Join(", ", optimizer.LearningRates.Distinct().Select(Number)));
            Add("weight decay", Stage.Updates, optimizer.WeightDecay is { } decay ? Number(decay) : null);
            Add("momentum", Stage.Updates, optimizer.Momentum is { } momentum ? Number(momentum) : null);
            Add("epsilon", Stage.Updates, optimizer.Epsilon is { } epsilon ? Number(epsilon) : null);
            Add("parameters that the optimizer holds", Stage.Updates, Number(optimizer.ParameterCount));
            Add("parameters of another model that the optimizer holds", Stage.Updates, Number(optimizer.ForeignParameterCount));
        }

        if (run.Model is { } model)
        {
            Add("element type", Stage.Initialization, string.Join(", ", model.Parameters.Select(parameter => parameter.DataType).Distinct()));
            Add("trainable parameters", Stage.Updates, Number(model.Parameters.Count(parameter => parameter.IsTrainable)));
            Add("members that are not registered", Stage.Structure, model.Unregistered.Count == 0 ? "none" : string.Join(", ", model.Unregistered.Select(member => member.Member)));
        }

        Add("device", Stage.Activations, run.Device);
        Add("task", Stage.Data, run.Task?.ToString());
        foreach (var (name, value) in run.Settings.Where(setting => !SettingNames.IsOfPlace(setting.Key)))
        {
            Add(name, SettingNames.StageOf(name), value);
        }

        Add("commit", Stage.Other, run.Commit);
        Add("planned steps", Stage.Length, run.PlannedSteps?.ToString(CultureInfo.InvariantCulture));
        return settings;

        void Add(string name, Stage stage, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                settings.TryAdd(name, (stage, value));
            }
        }
    }

    private static IEnumerable<SettingDifference> Initialization(IReadOnlyList<RunDescription> good, RunDescription bad)
    {
        foreach (var parameter in bad.Model?.Parameters ?? [])
        {
            var others = good.Select(run => run.Model?.FindParameter(parameter.Name)).OfType<ParameterDescription>().Where(other => other.Shape.SequenceEqual(parameter.Shape)).ToList();
            if (others.Count < good.Count)
            {
                continue;
            }

            if (parameter.HasEqualUnits && others.TrueForAll(other => !other.HasEqualUnits))
            {
                yield return new SettingDifference($"{parameter.Name}: units at the start", Stage.Initialization, "different", "all equal");
            }

            double chance = 1 + (ChanceDeviations / Math.Sqrt(2.0 * Math.Max(1, parameter.Count)));
            if (others.TrueForAll(other => Ratio(other.InitialStandardDeviation, parameter.InitialStandardDeviation) > SameDeviation * chance))
            {
                yield return new SettingDifference(
                    $"{parameter.Name}: initial deviation", Stage.Initialization, Number(others.Average(other => other.InitialStandardDeviation)), Number(parameter.InitialStandardDeviation));
            }
        }
    }

    /// <summary>The larger over the smaller; 1 when both are nothing.</summary>
    private static double Ratio(double a, double b) => (a, b) switch
    {
        _ when a == b => 1,
        _ when !double.IsFinite(a) || !double.IsFinite(b) => double.PositiveInfinity,
        _ => Math.Max(Math.Abs(a), Math.Abs(b)) / Math.Min(Math.Abs(a), Math.Abs(b)),
    };

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
