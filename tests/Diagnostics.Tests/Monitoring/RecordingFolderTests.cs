using TrainingDoctor.Tests.Treatments;

namespace TrainingDoctor.Tests.Monitoring;

/// <summary><c>TRAINDOCTOR_RECORD</c> has every run recorded, and costs no training anything.</summary>
public sealed class RecordingFolderTests : IDisposable
{
    private readonly TrialFolder _trial = new();

    public void Dispose() => _trial.Dispose();

    [Fact]
    public void EveryRunIsRecordedIntoTheFolderOfTheEnvironment()
    {
        string folder = Path.Combine(_trial.Folder, "made", "here");
        Environment.SetEnvironmentVariable("TRAINDOCTOR_RECORD", folder);
        for (int run = 0; run < 3; run++)
        {
            using var training = new TreatedTraining();
            using var monitor = TrainingMonitor.Attach(training.Model, new TrainingMonitorOptions { Name = "a/b", Optimizer = training.Optimizer });
            training.Step(monitor);
        }

        using (var unnamed = new TreatedTraining())
        using (TrainingMonitor.Attach(unnamed.Model))
        {
        }

        int process = Environment.ProcessId;
        Assert.Equal(["a-b.jsonl", $"a-b-{process}.jsonl", $"a-b-{process}-2.jsonl", "run.jsonl"], new DirectoryInfo(folder).GetFiles().OrderBy(file => file.LastWriteTimeUtc).ThenBy(file => file.Name.Length).Select(file => file.Name).Order(Comparer<string>.Create((a, b) => a.Length.CompareTo(b.Length))).OrderBy(name => name == "run.jsonl"));
        Assert.All(Directory.GetFiles(folder), file => Assert.EndsWith("{\"complete\":true}\n", File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Fact]
    public void AFolderThatCannotBeWrittenIsToldAndTheTrainingGoesOn()
    {
        string file = Path.Combine(_trial.Folder, "file");
        File.WriteAllText(file, string.Empty);
        Environment.SetEnvironmentVariable("TRAINDOCTOR_RECORD", Path.Combine(file, "folder"));
        var standardError = Console.Error;
        using var said = new StringWriter();
        try
        {
            Console.SetError(said);
            using var training = new TreatedTraining();
            using var monitor = TrainingMonitor.Attach(training.Model);
            training.Step(monitor);
            Assert.Equal(1, monitor.Complete().ToDocument().Run.Steps);
        }
        finally
        {
            Console.SetError(standardError);
        }

        Assert.Contains("TRAINDOCTOR_RECORD", Assert.Single(said.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }
}
