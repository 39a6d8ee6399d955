namespace TrainingDoctor.Names;

/// <summary>What a number means that a program tells by name, live or in telemetry: by the names of metrics, and by what frameworks call them.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Part">The part that the name tells; empty for the whole.</param>
/// <param name="Sign">How the number becomes the measurement.</param>
/// <param name="IsReward">Whether the name is one of a reward, and of nothing else: who tells it trains on rewards. A score may be anything.</param>
internal readonly record struct ReportedNumber(Metric Metric, string Part, NumberSign Sign, bool IsReward)
{
    /// <summary>The rank in <c>task-metrics.txt</c> from which on a name is that of a reward and nothing else.</summary>
    private const int SureRank = 90;

    /// <summary>Where no task tells, a divergence is that of a policy from its reference.</summary>
    private static readonly TaskFamily[] Families = [TaskFamily.Answers, .. Enum.GetValues<TaskFamily>()];

    /// <summary>Finds what a name means.</summary>
    /// <param name="name">The name: that of a metric, as <c>reference_divergence</c>, or a framework's, as <c>kl</c>.</param>
    /// <param name="task">What is trained for, which decides between meanings; null when it is not known.</param>
    /// <returns>Null when nobody calls anything so.</returns>
    public static ReportedNumber? Find(string name, TrainingTask? task)
    {
        if (MetricCatalog.TryParse(name, out var metric))
        {
            return MetricCatalog.Describe(metric).Scope == ScopeKind.Run ? new ReportedNumber(metric, string.Empty, NumberSign.AsIs, IsOfRewards(metric)) : null;
        }

        var role = TaskVocabulary.Default.Find(name, task) ?? TaskVocabulary.Default.Find(name, Families);
        if (role is not null)
        {
            return new ReportedNumber(role.Metric, role.Part, role.Sign, IsOfRewards(role.Metric) && role.Rank >= SureRank);
        }

        return ColumnClassifier.Classify(name) is { Kind: RoleKind.Metric, Metric: Metric.LossScale or Metric.SkippedSteps or Metric.GlobalGradientNorm } known ? new ReportedNumber(known.Metric, string.Empty, known.Sign, IsReward: false) : null;
    }

    /// <summary>Gets the kind of scope of the measurement.</summary>
    public ScopeKind Scope => Part.Length == 0 ? ScopeKind.Run : ScopeKind.Part;

    /// <summary>Returns the measurement that a number stands for.</summary>
    /// <param name="number">The number.</param>
    public double Measured(double number) => Sign switch
    {
        NumberSign.Squared => Math.Sqrt(number),
        NumberSign.Opposite => -number,
        NumberSign.OppositeWhereNegative => Math.Abs(number),
        NumberSign.Logarithm => Math.Pow(2, number),
        _ => number,
    };

    private static bool IsOfRewards(Metric metric) => metric is Metric.Reward or Metric.HeldOutReward;
}
