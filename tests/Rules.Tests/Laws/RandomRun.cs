using System.Collections.Concurrent;
using System.Globalization;

namespace TrainingDoctor.Tests.Laws;

/// <summary>Runs that nobody trained: every metric wanders at random, so that any rule may or may not fire.</summary>
internal static class RandomRun
{
    private static readonly MetricInfo[] LayerMetrics = [.. MetricCatalog.All.Where(info => info.Scope == ScopeKind.Layer)];
    private static readonly MetricInfo[] ParameterMetrics = [.. MetricCatalog.All.Where(info => info.Scope == ScopeKind.Parameter)];
    private static readonly MetricInfo[] RunMetrics = [.. MetricCatalog.All.Where(info => info.Scope == ScopeKind.Run)];

    /// <summary>Checks a law for many seeds, from each of which everything follows: the same in every run, so that a change and nothing else breaks it. <c>TRAINDOCTOR_LAW_SEED</c> names the first of others.</summary>
    /// <param name="check">Checks the law for a seed; throws where it does not hold.</param>
    /// <param name="iter">The number of seeds.</param>
    public static void Sample(Action<int> check, int iter)
    {
        int first = TestEnvironment.Read("LAW_SEED") is { Length: > 0 } named ? int.Parse(named, CultureInfo.InvariantCulture) : 1;
        var broken = new ConcurrentDictionary<int, string>();
        Parallel.For(first, first + iter, seed =>
        {
            try
            {
                check(seed);
            }
            catch (Exception exception)
            {
                broken[seed] = exception.Message;
            }
        });
        Assert.True(broken.IsEmpty, string.Join('\n', broken.OrderBy(pair => pair.Key).Select(pair => $"seed {pair.Key}: {pair.Value}")));
    }

    /// <summary>Checks a law that a seed keeps or breaks.</summary>
    /// <param name="holds">Tells whether it holds for a seed.</param>
    /// <param name="iter">The number of seeds.</param>
    public static void Sample(Func<int, bool> holds, int iter) => Sample(seed => Assert.True(holds(seed), "the law does not hold"), iter);

    /// <summary>Makes the rows of a run.</summary>
    public static IReadOnlyList<Row> Create(int seed, IReadOnlyList<string> layers, int steps)
    {
        var random = new Random(seed);
        var rows = new List<Row>();
        foreach (string layer in layers)
        {
            AddSeries(rows, random, LayerMetrics, ScopeKind.Layer, layer, steps);
            AddSeries(rows, random, ParameterMetrics, ScopeKind.Parameter, layer + ".weight", steps);
        }

        AddSeries(rows, random, RunMetrics, ScopeKind.Run, string.Empty, steps);
        return rows;
    }

    /// <summary>Runs rules over rows, which are taken in the order of their steps and, within a step, in the order given.</summary>
    public static RunDiagnosis Diagnose(RuleSet rules, IEnumerable<Row> rows, Action<Finding>? opened = null)
    {
        var scopes = new ScopeTable();
        var engine = new RuleEngine(rules, scopes);
        engine.FindingOpened += opened;
        engine.Begin(new RunDescription());
        foreach (var row in rows.OrderBy(row => row.Step))
        {
            engine.Observe(new Measurement(row.Step, row.Metric, scopes.Intern(row.Kind, row.Scope), row.Value));
        }

        return engine.Diagnose();
    }

    private static void AddSeries(List<Row> rows, Random random, MetricInfo[] metrics, ScopeKind kind, string scope, int steps)
    {
        foreach (var info in metrics)
        {
            double level = info.Unit switch
            {
                "fraction" => random.NextDouble(),
                "bool" => random.Next(2),
                "elements" => random.Next(4) == 0 ? 1 : 0,
                _ => Math.Pow(10, (random.NextDouble() * 8) - 5),
            };
            double drift = (random.NextDouble() - 0.5) * 0.2;
            double noise = random.NextDouble() * 0.3;
            for (int step = 0; step < steps; step++)
            {
                double value = info.Unit is "fraction" ? Math.Clamp(level + (noise * (random.NextDouble() - 0.5)), 0, 1)
                    : info.Unit is "bool" or "elements" ? level
                    : level * Math.Exp((drift * step) + (noise * (random.NextDouble() - 0.5)));
                rows.Add(new Row(step, info.Metric, kind, scope, random.Next(500) == 0 ? double.NaN : value));
            }
        }
    }

    /// <summary>One measurement with its scope by name.</summary>
    public sealed record Row(long Step, Metric Metric, ScopeKind Kind, string Scope, double Value);
}
