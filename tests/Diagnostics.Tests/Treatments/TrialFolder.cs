using Newtonsoft.Json.Linq;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Tests.Treatments;

/// <summary>A folder with the plans of trials and the answers to them; what the environment says of trials ends with it.</summary>
internal sealed class TrialFolder : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("traindoctor-trial-").FullName;

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("TRAINDOCTOR_TRIAL", null);
        Environment.SetEnvironmentVariable("TRAINDOCTOR_RECORD", null);
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Attaches a monitor that finds a plan of these actions.</summary>
    public TrainingMonitor Attach(TreatedTraining training, params RemedyAction[] actions) => Attach(training, new TrainingMonitorOptions { Optimizer = training.Optimizer }, actions);

    /// <summary>Attaches a monitor with options of its own that finds a plan of these actions.</summary>
    public TrainingMonitor Attach(TreatedTraining training, TrainingMonitorOptions options, params RemedyAction[] actions) => AttachTo(training.Model, options, actions);

    /// <summary>Attaches a monitor to any model that finds a plan of these actions.</summary>
    public TrainingMonitor AttachTo(TorchSharp.torch.nn.Module model, TrainingMonitorOptions options, params RemedyAction[] actions)
    {
        string path = Path.Combine(Folder, $"{Guid.NewGuid():N}.json");
        File.WriteAllText(path, ReportJson.SerializeAny(new { Version = 1, Trial = "t03", Actions = actions }));
        Environment.SetEnvironmentVariable("TRAINDOCTOR_TRIAL", path);
        try
        {
            return TrainingMonitor.Attach(model, options);
        }
        finally
        {
            Environment.SetEnvironmentVariable("TRAINDOCTOR_TRIAL", null);
        }
    }

    /// <summary>Reads the last answer to a plan.</summary>
    public JObject Answer() => JObject.Parse(File.ReadAllText(new DirectoryInfo(Folder).GetFiles("*.applied.json").MaxBy(file => file.CreationTimeUtc)!.FullName));

    /// <summary>Reads what was applied, in words.</summary>
    public string Texts() => string.Join("\n", Answer()["applied"]!.Select(item => (string?)item["text"]));
}
