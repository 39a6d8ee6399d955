using Newtonsoft.Json.Linq;
using TorchSharp;
using TrainingDoctor.Telemetry;
using TrainingDoctor.Tests.Hostile;
using TrainingDoctor.Tests.Probes;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Telemetry;

/// <summary>The schema that ships, what monitors write and what the reader takes are one.</summary>
public sealed class TelemetrySchemaTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    /// <summary>Set TRAINDOCTOR_ACCEPT=1 to write the schema anew after the types have changed.</summary>
    [Fact]
    public void TheShippedSchemaIsThatOfTheTypes()
    {
        string generated = TelemetrySchema.Generate();
        if (TestEnvironment.Read("ACCEPT") == "1")
        {
            File.WriteAllText(TelemetrySchema.Path, generated);
        }

        Assert.Equal(generated, File.ReadAllText(TelemetrySchema.Path).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void EveryLineOfARecordingFits()
    {
        foreach (string line in Recording())
        {
            Assert.True(TelemetrySchema.Fits(JToken.Parse(line)), line);
        }
    }

    /// <summary>What fits is taken, but for what no schema can say: each name once, and numbers that are too large only together. What does not fit does no harm.</summary>
    [Trait("Speed", "Slow")]
    [Fact]
    public void WhatFitsIsTakenAndWhatDoesNotFitDoesNoHarm()
    {
        string[] lines = Recording();
        var random = new Random(11);
        int refused = 0;
        for (int trial = 0; trial < 3000; trial++)
        {
            var line = JToken.Parse(lines[trial % 2 == 0 ? 0 : random.Next(lines.Length)]);
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                Mutations.ReplaceValue(line, random);
            }

            // Most lines are refused or not by the reader alone; making the rules of a run costs far more than that.
            SupervisedDiagnosis? run = null;
            bool isJudged = trial % 5 == 0;
            var replay = new TelemetryReplay((_, scopes) => isJudged ? run = new SupervisedDiagnosis(RuleSet.Default, scopes) : null);
            string? refusal = null;
            try
            {
                replay.Add(lines[0]);
                replay.Add(line.ToString(Newtonsoft.Json.Formatting.None));
            }
            catch (FormatException exception)
            {
                refusal = exception.Message;
                refused++;
            }

            replay.Complete();
            Assert.False(run?.HasFailed == true, line.ToString());
            bool fits = TelemetrySchema.Fits(line);
            bool isBeyondSchemas = refusal?.Contains(" once", StringComparison.Ordinal) == true || refusal?.Contains("together", StringComparison.Ordinal) == true;
            Assert.True(!fits || refusal is null || isBeyondSchemas, $"{refusal}\n{line}");
            if (trial % 50 == 0)
            {
                _ = run!.Finish().ToJson();
            }
        }

        Assert.InRange(refused, 300, 2900);
    }

    [Fact]
    public void TheSchemaShipsInsideTheLibrary() =>
        Assert.Contains("TrainingDoctor.Recording.telemetry-1.0.schema.json", typeof(DiagnosisReport).Assembly.GetManifestResourceNames());

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string[] Recording()
    {
        string path = Path.Combine(_folder, "run.jsonl");
        torch.manual_seed(1);
        using var model = nn.Sequential(("fc", nn.Linear(8, 16)), ("norm", nn.BatchNorm1d(16)), ("relu", nn.ReLU()), ("drop", nn.Dropout(0.1)), ("out", nn.Linear(16, 3)));
        using var optimizer = optim.Adam(model.parameters(), 0.01);
        using var criterion = nn.CrossEntropyLoss();
        using (var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion, Task = TrainingTask.MulticlassClassification, RecordTo = path, Sampling = SamplingSchedule.EveryStep }))
        {
            for (int step = 0; step < 5; step++)
            {
                ObservationTests.Step(model, optimizer, criterion, monitor);
            }

            monitor.Step(double.NaN);
            monitor.Validation(loss: double.PositiveInfinity, accuracy: 0.5, dataset: "test");
        }

        return File.ReadAllLines(path);
    }
}
