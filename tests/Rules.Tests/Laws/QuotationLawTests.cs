using System.Globalization;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Laws;

/// <summary>Whatever is measured, nothing is said that is not so.</summary>
[Trait("Speed", "Slow")]
public sealed class QuotationLawTests
{
    private const int Steps = 150;

    public static TheoryData<string> Rules => [.. RuleExamples.All.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Law9_TheExampleOfARuleIsQuotedAsItWasMeasured(string rule)
    {
        var example = RuleExamples.All[rule];

        Check(example.Ill.Rows.Select(row => new RandomRun.Row(row.Step, row.Metric, row.Kind, row.Scope, row.Value)), example.IllRun);
    }

    [Fact]
    public void Law9_RandomRunsAreQuotedAsTheyWereMeasured() => RandomRun.Sample(
        seed => Check(RandomRun.Create(seed, ["first", "second"], Steps), new RunDescription()),
        iter: 20);

    [Fact]
    public void Law9_SparseMeasurementsAreQuotedAsTheyWereMeasured() => RandomRun.Sample(
        seed => Check(RandomRun.Create(seed, ["first", "second"], Steps).Where(row => row.Metric == Metric.Loss || row.Step < 60 || row.Step % 10 == 0), new RunDescription()),
        iter: 15);

    /// <summary>Curves as trainings have them, of any length and noise: falling, stuck, rising, jumping, coming back.</summary>
    [Fact]
    public void Law9_RandomCurvesAreQuotedAsTheyWereLogged() => RandomRun.Sample(
        seed => Check(Curve(seed), new RunDescription()),
        iter: 200);

    [SharedFact]
    public void Law9_LabelledLogsAreQuotedAsTheyWereLogged() => AssertTrue(JudgedLogs.Labelled);

    [Fact]
    public void Law9_RecordedTrainingsAreQuotedAsTheyWereMeasured()
    {
        Assert.True(JudgedLogs.Recordings.Count >= 6);
        AssertTrue(JudgedLogs.Recordings);
    }

    private static void AssertTrue(IReadOnlyList<JudgedLog> logs)
    {
        var violations = logs.SelectMany(log => log.Violations.Select(violation => $"{log.Name}: {violation}")).ToList();
        Assert.True(violations.Count == 0, string.Join('\n', violations));
    }

    private static void Check(IEnumerable<RandomRun.Row> rows, RunDescription run)
    {
        var scopes = new ScopeTable();
        var engine = new RuleEngine(RuleSet.Default, scopes);
        var law = new QuotationLaw(scopes);
        engine.Begin(run);
        foreach (var row in rows.OrderBy(row => row.Step))
        {
            var measurement = new Measurement(row.Step, row.Metric, scopes.Intern(row.Kind, row.Scope), row.Value);
            engine.Observe(measurement);
            law.Observe(measurement);
        }

        var violations = law.Violations(engine.Diagnose()).ToList();
        Assert.True(violations.Count == 0, string.Join('\n', violations));
    }

    private static IEnumerable<RandomRun.Row> Curve(int seed)
    {
        var random = new Random(seed);
        int count = (int)Math.Pow(10, 1 + (2.5 * random.NextDouble()));
        int interval = random.Next(3) == 0 ? 1 : random.Next(1, 500);
        int every = random.Next(2, 20);
        double start = Math.Pow(10, (3 * random.NextDouble()) - 1);
        double noise = 0.3 * random.NextDouble() * random.NextDouble();
        double speed = (5 * random.NextDouble()) - 1;
        double turn = random.Next(2) == 0 ? random.NextDouble() : 2;
        int spike = random.Next(2) == 0 ? random.Next(count) : -1;
        for (int i = 0; i < count; i++)
        {
            double x = (double)i / count;
            double level = start * (0.1 + Math.Exp(-speed * (x < turn ? x : (2 * turn) - x)));
            double loss = level * (1 + (noise * (random.NextDouble() - 0.5))) * (i == spike ? 30 : 1);
            yield return new RandomRun.Row((long)i * interval, Metric.Loss, ScopeKind.Run, string.Empty, loss);
            if (i % every == every - 1)
            {
                double gap = Math.Exp(2 * x * random.NextDouble() * (turn - 0.5));
                yield return new RandomRun.Row((long)i * interval, Metric.ValidationLoss, ScopeKind.Run, string.Empty, level * gap);
            }
        }
    }
}
