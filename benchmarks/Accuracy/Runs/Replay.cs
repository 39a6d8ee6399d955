using System.Globalization;
using System.Text.Json;
using TrainingDoctor.Corpus;
using TrainingDoctor.Readers;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Tests.Laws;

namespace TrainingDoctor.Benchmarks.Accuracy;

/// <summary>Judges kept telemetry anew, with the rules as they are now: seconds in place of minutes.</summary>
internal static class Replay
{
    public static string TelemetryPath(string folder, CorpusProgram program, int seed) => PathOf(folder, program, seed, "jsonl");

    public static string RecordPath(string folder, CorpusProgram program, int seed) => PathOf(folder, program, seed, "json");

    public static RunRecord Run(string folder, CorpusProgram program, int seed)
    {
        try
        {
            var kept = JsonSerializer.Deserialize<RunRecord>(File.ReadAllText(RecordPath(folder, program, seed)), WorkerPool.Json)!;
            return kept.Failure is null ? Judge(LogOpener.Open(TelemetryPath(folder, program, seed))[0], kept) : kept;
        }
        catch (Exception exception) when (exception is IOException or LogFormatException)
        {
            return new RunRecord { Program = program.Name, Seed = seed, Failure = exception.Message };
        }
    }

    private static RunRecord Judge(LogSource log, RunRecord kept)
    {
        var opened = new Dictionary<string, int>();
        IReadOnlyList<Baseline> baselines = [];
        QuotationLaw? law = null;
        RuleEngine? engine = null;
        log.Read((_, scopes) =>
        {
            var position = new Position();
            engine = new RuleEngine(RuleSet.Default, scopes);
            engine.FindingOpened += finding => opened.TryAdd(finding.Rule.Name, position.IsOver ? kept.Steps : position.Step);
            baselines = Baseline.All(scopes);
            law = new QuotationLaw(scopes);
            return new CompositeSink([position, engine, law, .. baselines]);
        });
        var diagnosis = engine!.Diagnose();
        return kept with
        {
            Findings = Worker.Findings(diagnosis, opened, kept.Steps),
            QuotationFaults = law?.Violations(diagnosis) ?? [],
            Contradictions = PrescriptionLaw.Violations(diagnosis),
            NotEvaluated = [.. diagnosis.Rules.Where(rule => rule.Outcome == RuleOutcome.NotEvaluated).Select(rule => rule.Rule.Name)],
            Baselines = baselines.ToDictionary(baseline => baseline.Name, baseline => baseline.Alarms),
        };
    }

    private static string PathOf(string folder, CorpusProgram program, int seed, string ending) =>
        Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{program.Name.Replace('/', '+')}.{seed}.{ending}"));

    /// <summary>Knows how far the replay is.</summary>
    private sealed class Position : IMeasurementSink
    {
        public int Step { get; private set; }

        public bool IsOver { get; private set; }

        public void Begin(RunDescription run)
        {
        }

        public void Update(RunDescription run)
        {
        }

        public void Observe(in Measurement measurement) => Step = (int)measurement.Step;

        public void Complete() => IsOver = true;
    }
}
