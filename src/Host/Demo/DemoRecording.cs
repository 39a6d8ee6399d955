using System.IO.Compression;
using System.Reflection;
using TrainingDoctor.Readers;

namespace TrainingDoctor.Host.Demo;

/// <summary>The telemetry of each demo, recorded once: where nothing can be trained, the tool shows itself by what was measured then.</summary>
internal static class DemoRecording
{
    /// <summary>What a recording's resource is called, before the demo's name.</summary>
    private const string Resources = "TrainingDoctor.Host.Demo.";

    /// <summary>What it is called behind the name.</summary>
    private const string Ending = ".jsonl.br";

    /// <summary>Opens a demo's recording.</summary>
    /// <param name="demo">The demo's name.</param>
    /// <returns>Telemetry, unpacked.</returns>
    public static Stream Open(string demo) => new BrotliStream(
        Assembly.GetExecutingAssembly().GetManifestResourceStream(Resources + demo + Ending) ?? throw new InvalidOperationException($"The recording of demo {demo} is not embedded."),
        CompressionMode.Decompress);

    /// <summary>Diagnoses a demo's recording.</summary>
    /// <param name="demo">The demo's name.</param>
    /// <param name="rules">The rules.</param>
    public static DiagnosisReport Replay(string demo, RuleSet rules)
    {
        using var stream = Open(demo);
        SeriesCollector? series = null;
        var source = LogOpener.OpenStream(stream, $"recording of demo {demo}");
        var diagnosis = LogDiagnosis.Diagnose(source, rules, (_, scopes) => series = new SeriesCollector(scopes))[0];
        return DiagnosisReport.Create(diagnosis, series);
    }
}
