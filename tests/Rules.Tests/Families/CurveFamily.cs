namespace TrainingDoctor.Tests.Families;

/// <summary>A simulated kind of run: what a log of it holds, drawn anew for each seed.</summary>
/// <param name="Name">The kind.</param>
/// <param name="Expected">The rules any one of which must warn; none for a healthy kind.</param>
/// <param name="Draw">Draws the measurements of one run.</param>
internal sealed record CurveFamily(string Name, string[] Expected, Func<Dice, Trace> Draw)
{
    /// <summary>Gets what is trained for; null where a log does not tell.</summary>
    public TrainingTask? Task { get; init; }

    /// <summary>Gets a value indicating whether nothing may be at warning or above.</summary>
    public bool IsHealthy => Expected.Length == 0;

    /// <summary>Gets a value indicating whether many practitioners would shrug: an expected rule must speak, at least as info.</summary>
    public bool IsMild { get; init; }

    /// <summary>Gets a value indicating whether no rule tells of it yet as it should: it counts in what is measured, and no test demands it.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Gets the format of the log.</summary>
    public string Format { get; init; } = "csv";

    /// <summary>Diagnoses one run of the family.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="seed">Which run.</param>
    public RunDiagnosis Diagnose(RuleSet rules, int seed)
    {
        var scopes = new ScopeTable();
        var engine = new RuleEngine(rules, scopes);
        engine.Begin(new RunDescription { Task = Task, Log = new LogDescription { Format = Format, LossIsAveraged = true } });
        foreach (var (step, metric, kind, scope, value) in Draw(new Dice(seed)).Rows)
        {
            engine.Observe(new Measurement(step, metric, scopes.Intern(kind, scope), value));
        }

        return engine.Diagnose();
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>Seeded random numbers with the distributions that simulations need.</summary>
/// <param name="seed">The seed.</param>
internal sealed class Dice(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>Draws evenly between two numbers.</summary>
    public double Between(double low, double high) => low + ((high - low) * _random.NextDouble());

    /// <summary>Draws a factor evenly in its logarithm.</summary>
    public double Factor(double low, double high) => Math.Exp(Between(Math.Log(low), Math.Log(high)));

    /// <summary>Draws one of several.</summary>
    public int OneOf(params ReadOnlySpan<int> values) => values[_random.Next(values.Length)];

    /// <summary>Draws from a standard normal distribution.</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    /// <summary>Draws a curve whose values scatter around a level by a share of it.</summary>
    /// <param name="count">The number of values.</param>
    /// <param name="level">The level by the share of the run, from 0 to 1.</param>
    /// <param name="noise">The standard deviation, as a share of the level.</param>
    public double[] Scattered(int count, Func<double, double> level, double noise) =>
        [.. Enumerable.Range(0, count).Select(i => level(i / (double)Math.Max(1, count - 1)) * Math.Exp(noise * Normal()))];

    /// <summary>Draws a curve whose deviations from a level depend on each other: what is high now is likely to be high next.</summary>
    /// <param name="count">The number of values.</param>
    /// <param name="level">The level by the share of the run, from 0 to 1.</param>
    /// <param name="noise">The standard deviation, as a share of the level.</param>
    /// <param name="memory">How much of a deviation the next value takes over, from 0 to below 1.</param>
    public double[] Wandering(int count, Func<double, double> level, double noise, double memory)
    {
        double deviation = noise * Normal();
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            deviation = (memory * deviation) + (Math.Sqrt(1 - (memory * memory)) * noise * Normal());
            return level(i / (double)Math.Max(1, count - 1)) * Math.Exp(deviation);
        })];
    }

    /// <summary>Scatters given values by a share of each.</summary>
    /// <param name="noise">The standard deviation, as a share of the value.</param>
    /// <param name="values">The values.</param>
    public double[] Scatter(double noise, params double[] values) => [.. values.Select(value => value * Math.Exp(noise * Normal()))];

    /// <summary>Draws scores in per mille steps whose values scatter around a level.</summary>
    /// <param name="count">The number of values.</param>
    /// <param name="level">The level by the share of the run, from 0 to 1.</param>
    /// <param name="noise">The standard deviation.</param>
    public double[] Scores(int count, Func<double, double> level, double noise) =>
        [.. Enumerable.Range(0, count).Select(i => Math.Round(Math.Clamp(level(i / (double)Math.Max(1, count - 1)) + (noise * Normal()), 0, 0.999), 3))];
}
