using TrainingDoctor.Readers;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Tests.Hostile;

/// <summary>One run's fault is one run's: fifty others beside it are judged as if nothing had happened, wherever it was thrown.</summary>
[Trait("Speed", "Slow")]
public sealed class SupervisionTests
{
    private const int Others = 50;
    private const int Steps = 40;
    private const int Written = 3;

    public static TheoryData<ThrowingPlace, int> Places
    {
        get
        {
            var data = new TheoryData<ThrowingPlace, int>();
            var random = new Random(11);
            foreach (var place in Enum.GetValues<ThrowingPlace>())
            {
                data.Add(place, random.Next(Steps));
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void ARuleThatThrowsCostsItselfOnly(ThrowingPlace place, int step)
    {
        var rules = RuleSet.Of([.. RuleCatalog.CreateDefault(), new ThrowingRule(place, step)]);
        var runs = Enumerable.Range(0, Others).Select(index => new Run($"run {index}", rules)).Append(new Run($"{ThrowingRule.Victim}", rules)).ToList();
        for (int at = 0; at < Steps; at++)
        {
            runs.ForEach(run => run.Step(at));
            if (at % 13 == 0)
            {
                // Of the others some are written: what one report says of a run is the same for all.
                foreach (var run in runs.Where((run, index) => run.IsVictim || index < Written))
                {
                    Write(run.Diagnosis.Snapshot(), place, run.IsVictim);
                }
            }
        }

        var reports = runs.ConvertAll(run => run.Diagnosis.Finish());

        Assert.All(reports.Take(Others), report => Assert.DoesNotContain(report.Findings, finding => finding.Rule.Id == "TD0001"));
        Assert.All(reports.Take(Others), report => Assert.Equal(Steps, report.Diagnosis.Facts.Of(Metric.Loss)?.Count));
        if (place != ThrowingPlace.Wording)
        {
            var finding = Assert.Single(reports[^1].Findings, finding => finding.Rule.Id == "TD0001");
            Assert.Contains("TD4997", finding.Message.ToString(), StringComparison.Ordinal);
            Assert.Contains("switched off", finding.Message.ToString(), StringComparison.Ordinal);
            Assert.Equal(Steps, reports[^1].Diagnosis.Facts.Of(Metric.Loss)?.Count);
        }
    }

    /// <summary>What accompanies a diagnosis, the curves for instance, is behind the same boundary: it ends this diagnosis, which keeps what it had found.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(Steps - 1)]
    public void ATakerThatThrowsEndsItsRunOnly(int step)
    {
        var runs = Enumerable.Range(0, Others).Select(index => new Run($"run {index}", RuleSet.Default)).Append(new Run(ThrowingRule.Victim, RuleSet.Default, new ThrowingSink(step))).ToList();
        for (int at = 0; at < Steps; at++)
        {
            runs.ForEach(run => run.Step(at));
        }

        var reports = runs.ConvertAll(run => run.Diagnosis.Finish());

        Assert.All(reports.Take(Others), report => Assert.Equal((Steps, false), ((int)report.Diagnosis.Facts.StepCount, report.Findings.Any(finding => finding.Rule.Id == "TD0001"))));
        Assert.True(runs[^1].Diagnosis.HasFailed);
        var finding = Assert.Single(reports[^1].Findings, finding => finding.Rule.Id == "TD0001");
        Assert.Contains("ended there", finding.Message.ToString(), StringComparison.Ordinal);
        Assert.Equal(step + 1, reports[^1].Diagnosis.Facts.StepCount);
        Write(reports[^1], ThrowingPlace.Observe, isVictim: true);
    }

    /// <summary>A reader that throws at any place, because its disk fails or by a fault of its own, costs its log: the fifty beside it are read to their end.</summary>
    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(IndexOutOfRangeException))]
    public void AReaderThatThrowsCostsItsLogOnly(Type fault)
    {
        byte[] log = System.Text.Encoding.ASCII.GetBytes("step,loss\n" + string.Concat(Enumerable.Range(0, 3 * Steps).Select(step => FormattableString.Invariant($"{step},{2 * Math.Pow(0.9, step) + 0.1}\n"))));
        var random = new Random(23);
        for (int trial = 0; trial < 2; trial++)
        {
            int at = random.Next(log.Length);
            int victim = random.Next(Others + 1);
            var sources = Enumerable.Range(0, Others + 1)
                .Select(index => LogOpener.OpenStream(index == victim ? new FailingStream(log, at, (Exception)Activator.CreateInstance(fault)!) : new MemoryStream(log), $"{index}.csv"))
                .ToList();

            var outcomes = LogDiagnosis.DiagnoseAll(sources, RuleSet.Default);

            Assert.NotNull(outcomes[victim].Error);
            Assert.All(outcomes.Where((_, index) => index != victim), outcome => Assert.Equal(3 * Steps, Assert.Single(outcome.Runs).Facts.StepCount));
        }
    }

    [Fact]
    public void ARunThatCannotBeDiagnosedAtAllHasAReportOfEveryKind()
    {
        var report = SupervisedDiagnosis.Failed(new RunDescription { Name = "lost", Path = "runs/lost.jsonl" }, new InvalidOperationException("No idea."));

        Assert.Equal("lost", report.Run.Name);
        Assert.Contains("No idea.", Assert.Single(report.Findings).Message.ToString(), StringComparison.Ordinal);
        Write(report, ThrowingPlace.Observe, isVictim: true);
    }

    private static void Write(DiagnosisReport report, ThrowingPlace place, bool isVictim)
    {
        foreach (var format in Enum.GetValues<ReportFormat>())
        {
            using var text = new StringWriter();
            var fault = Record.Exception(() => report.WriteTo(ReportExporters.Create(format, ReportLanguage.English), text));
            Assert.True(fault is null || (isVictim && place == ThrowingPlace.Wording), $"{format}: {fault}");
        }
    }

    /// <summary>A log whose disk, or reader, fails midway.</summary>
    private sealed class FailingStream(byte[] log, int at, Exception fault) : MemoryStream(log, writable: false)
    {
        // What reads into a span comes here too.
        public override int Read(byte[] buffer, int offset, int count) => Position >= at ? throw fault : base.Read(buffer, offset, (int)Math.Min(count, at - Position));

        public override int ReadByte() => Position >= at ? throw fault : base.ReadByte();
    }

    private sealed class Run
    {
        public Run(string name, RuleSet rules, IMeasurementSink? accompany = null)
        {
            IsVictim = name.StartsWith(ThrowingRule.Victim, StringComparison.Ordinal);
            Diagnosis = new SupervisedDiagnosis(rules, new ScopeTable(), accompany: accompany);
            Diagnosis.Begin(new RunDescription { Name = name });
        }

        public bool IsVictim { get; }

        public SupervisedDiagnosis Diagnosis { get; }

        public void Step(int step) => Diagnosis.Observe(new Measurement(step, Metric.Loss, ScopeTable.Run, 0.2 + Math.Exp(-step / 10.0)));
    }

    private sealed class ThrowingSink(long step) : IMeasurementSink
    {
        public void Begin(RunDescription run)
        {
        }

        public void Update(RunDescription run)
        {
        }

        public void Observe(in Measurement measurement)
        {
            if (measurement.Step == step)
            {
                throw new NotSupportedException("A fault of the taker.");
            }
        }

        public void Complete()
        {
        }
    }
}
