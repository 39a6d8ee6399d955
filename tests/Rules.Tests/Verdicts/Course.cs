using Rows = System.Collections.Generic.IReadOnlyList<(long Step, TrainingDoctor.Metric Metric, TrainingDoctor.ScopeKind Kind, string Scope, double Value)>;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Verdicts;

/// <summary>A run that is made from the examples of a rule: on the way from the healthy to the ill, or the ill one told in another way.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Run">What is known of it besides its measurements.</param>
/// <param name="Rows">Its measurements, by step.</param>
internal sealed record Course(string Name, RunDescription Run, Rows Rows)
{
    private const int Blends = 16;
    private const int Others = 16;

    /// <summary>Makes the runs of an example.</summary>
    /// <param name="example">The example.</param>
    public static IEnumerable<Course> Of(RuleExample example)
    {
        Rows healthy = [.. example.Healthy.Rows];
        Rows ill = [.. example.Ill.Rows];
        for (int part = 0; part <= Blends; part++)
        {
            double share = part / (double)Blends;
            yield return new Course(FormattableString.Invariant($"{part} of {Blends} ill"), share < 0.5 ? example.HealthyRun : example.IllRun, Blend(healthy, ill, share));
        }

        string[] paths = [.. ill.Where(row => row.Kind == ScopeKind.Layer).Select(row => row.Scope).Distinct()];
        for (int seed = 1; seed <= Others; seed++)
        {
            yield return new Course(FormattableString.Invariant($"in circumstances {seed}"), Circumstances.Draw(example.IllRun, paths, seed), ill);
        }

        long length = ill.Count == 0 ? 0 : ill[^1].Step + 1;
        foreach (double share in new[] { 0.05, 0.1, 0.2, 0.35, 0.5, 0.75 })
        {
            yield return new Course(FormattableString.Invariant($"ended after {share}"), example.IllRun, [.. ill.Where(row => row.Step < share * length)]);
        }

        foreach (double factor in new[] { -1, 0, 1e-3, 0.1, 10, 1e3 })
        {
            yield return new Course(FormattableString.Invariant($"times {factor}"), example.IllRun, [.. ill.Select(row => row with { Value = factor * row.Value })]);
        }

        foreach (int interval in new[] { 2, 5, 10 })
        {
            yield return new Course(FormattableString.Invariant($"each {interval}th step"), example.IllRun, [.. ill.Where(row => row.Step % interval == 0)]);
        }

        yield return new Course("from step 1000 on", example.IllRun, [.. Later(ill, 1000)]);
        yield return new Course("steps by hundreds", example.IllRun, [.. ill.Select(row => row with { Step = 100 * row.Step })]);
        yield return new Course("ill, then healthy", example.IllRun, [.. ill, .. Later(healthy, length)]);
        yield return new Course("healthy, then ill", example.IllRun, [.. healthy, .. Later(ill, healthy.Count == 0 ? 0 : healthy[^1].Step + 1)]);
        yield return new Course("ill for ten times as long", example.IllRun, [.. Enumerable.Range(0, 10).SelectMany(time => Later(ill, time * length))]);
    }

    /// <summary>Makes the run in which two things are wrong at once.</summary>
    /// <param name="one">What is wrong; of what both tell of the run, this one counts.</param>
    /// <param name="other">What else is wrong.</param>
    public static Course OfBoth(RuleExample one, RuleExample other) => new(
        $"{one.RuleId} and {other.RuleId}",
        one.IllRun with
        {
            Task = one.IllRun.Task ?? other.IllRun.Task,
            Model = one.IllRun.Model ?? other.IllRun.Model,
            Optimizer = one.IllRun.Optimizer ?? other.IllRun.Optimizer,
            Loss = one.IllRun.Loss ?? other.IllRun.Loss,
        },
        [.. one.Ill.Rows.UnionBy(other.Ill.Rows, row => (row.Step, row.Metric, row.Scope)).OrderBy(row => row.Step)]);

    /// <summary>Mixes what both runs measure, in the logarithm where both are positive; of what one measures alone the ill run's counts from half on, before it the healthy one's.</summary>
    private static Rows Blend(Rows healthy, Rows ill, double share)
    {
        var of = new Dictionary<(long, Metric, string), Queue<double>>();
        foreach (var row in healthy)
        {
            var key = (row.Step, row.Metric, row.Scope);
            (of.TryGetValue(key, out var values) ? values : of[key] = new Queue<double>()).Enqueue(row.Value);
        }

        var both = ill.Where(row => of.ContainsKey((row.Step, row.Metric, row.Scope))).Select(row => (row.Step, row.Metric, row.Scope)).ToHashSet();
        var mixed = ill.Where(row => share >= 0.5 || both.Contains((row.Step, row.Metric, row.Scope)))
            .Select(row => of.GetValueOrDefault((row.Step, row.Metric, row.Scope)) is { Count: > 0 } values ? row with { Value = Mix(values.Dequeue(), row.Value, share) } : row);
        return [.. mixed.Concat(share < 0.5 ? healthy.Where(row => !both.Contains((row.Step, row.Metric, row.Scope))) : []).OrderBy(row => row.Step)];
    }

    private static double Mix(double healthy, double ill, double share) => healthy > 0 && ill > 0 ? Math.Exp(((1 - share) * Math.Log(healthy)) + (share * Math.Log(ill)))
        : share is 0 ? healthy : share is 1 ? ill : ((1 - share) * healthy) + (share * ill);

    private static IEnumerable<(long Step, Metric Metric, ScopeKind Kind, string Scope, double Value)> Later(Rows rows, long steps) => rows.Select(row => row with { Step = row.Step + steps });
}
