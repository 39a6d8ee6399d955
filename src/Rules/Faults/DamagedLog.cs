using System.ComponentModel.DataAnnotations;

namespace TrainingDoctor.Rules.Faults;

/// <summary>TD0003: a log is cut, corrupt or has rows that cannot be read.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class DamagedLog(DamagedLogOptions options) : Rule<DamagedLogOptions>(options)
{
    private const int Shown = 3;

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD0003",
        Name = "damaged-log",
        Category = RuleCategory.Diagnosis,
        Severity = Severity.Warning,
        Summary = $"A log is cut, corrupt or has rows that cannot be read; what could be read was read.",
        Explanation = $"Readers note every place that they had to skip. A few are info, such as the last line of a run that was killed; many are a warning, because the diagnosis rests on what is left.",
        Why = $"A diagnosis of half a log is a diagnosis of half a run.",
        Inputs = [],
        Granularity = ScopeKind.Run,
        Causes = [],
        Remedies = [new($"Copy the log again from its source, or repair the places named.", $"Logs that are copied while they are written, merged by hand or cut by a full disk look like this.")],
        Sources = ["Design law of this project: what could be read is read, the rest is said"],
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override RuleEvaluator CreateEvaluator(RuleContext context) => new Evaluator(Options, context);

    /// <inheritdoc/>
    public override TrainingDoctor.Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        var damage = facts.Run.Log?.Damage ?? [];
        string places = string.Join("; ", damage.Take(Shown).Select(item => $"{item.Location}: {item.Problem}"));
        return new TrainingDoctor.Diagnosis(
            $"{damage.Count} place(s) of the log could not be read",
            damage.Count > Shown
                ? (Text)$"{damage.Count} places were skipped; the first ones: {places}"
                : $"{damage.Count} place(s) (was|were) skipped: {places}",
            [],
            [
                new Remedy
                {
                    Title = $"Copy the log again from its source, or repair {(damage.Count > 0 ? damage[0].Location : facts.Run.Path)}",
                    Actions = [],
                    Rationale = $"Logs that are copied while they are written, merged by hand or cut by a full disk look like this.",
                    Sources = ["Design law of this project"],
                },
            ]);
    }

    private sealed class Evaluator(DamagedLogOptions options, RuleContext context) : RuleEvaluator
    {
        public override Text? WhyNotEvaluated => context.Run.Log is null ? (Text)$"the run was not read from a log" : null;

        public override void Complete()
        {
            int count = context.Run.Log?.Damage.Count ?? 0;
            if (count == 0)
            {
                return;
            }

            double limit = Math.Max(options.ManyPlaces, options.Share * context.Facts.StepCount);
            context.Open(new Symptom
            {
                Severity = count >= limit ? Severity.Warning : Severity.Info,
                Confidence = 1,
                Evidence = [new Evidence("damaged_places", null, null, count, count >= limit ? limit : null, ">=")],
            });
        }
    }
}

/// <summary>Thresholds of <see cref="DamagedLog"/>.</summary>
public sealed class DamagedLogOptions
{
    /// <summary>Gets or sets how many damaged places are a warning.</summary>
    /// <value>The default is 5: a cut end and a merge conflict are fewer; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int ManyPlaces { get; set; } = 5;

    /// <summary>Gets or sets the share of the steps that must be damaged as well.</summary>
    /// <value>The default is 0.05; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Share { get; set; } = 0.05;
}
