using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace TrainingDoctor.Benchmarks.Accuracy;

/// <summary>One threshold of a rule, and a factor to move it by.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Option">The threshold.</param>
/// <param name="Factor">What its default is multiplied with, as far as its bounds allow.</param>
internal sealed record Threshold(RuleEntry Rule, PropertyInfo Option, double Factor)
{
    /// <summary>Gets every threshold of the rules that judge curves, unmoved.</summary>
    public static IReadOnlyList<Threshold> All { get; } =
    [
        .. from entry in RuleCatalog.All
           where entry.Descriptor.Category is RuleCategory.Loss or RuleCategory.Generalization or RuleCategory.Tasks || entry.Descriptor.Name == "degenerate-learning-rate"
           from option in entry.OptionsType.GetProperties()
           where option.PropertyType == typeof(double)
           select new Threshold(entry, option, 1),
    ];

    public string Name => $"{Rule.Descriptor.Name}: {Option.Name}";

    /// <summary>Makes the catalogue with some thresholds moved.</summary>
    public static RuleSet RulesWith(params IReadOnlyCollection<Threshold> moved) => RuleSet.Of(RuleCatalog.All.Select(entry => RuleWith(entry, moved.Where(threshold => threshold.Rule == entry))));

    /// <summary>Makes a rule with some of its thresholds moved.</summary>
    public static Rule RuleWith(RuleEntry entry, IEnumerable<Threshold> moved)
    {
        object options = Activator.CreateInstance(entry.OptionsType)!;
        foreach (var threshold in moved)
        {
            var range = threshold.Option.GetCustomAttribute<RangeAttribute>();
            double usual = (double)threshold.Option.GetValue(options)!;

            // A factor between neighbours of 1.5 asks for a rise of a half: it is the half that is moved.
            double value = range is { Minimum: 1.0 } ? 1 + (threshold.Factor * (usual - 1)) : threshold.Factor * usual;
            threshold.Option.SetValue(options, range is null ? value : Math.Clamp(value, Convert.ToDouble(range.Minimum, null), Convert.ToDouble(range.Maximum, null)));
        }

        return entry.Create(options);
    }
}
