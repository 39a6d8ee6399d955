namespace TrainingDoctor.Host.Demo;

/// <summary>Where demos write unless told otherwise: a folder of their own, so that no report of the user's is replaced.</summary>
internal static class DemoFolder
{
    /// <summary>Returns the files.</summary>
    /// <param name="command">The command: <c>demo</c> or <c>cure</c>.</param>
    /// <param name="demo">The demo's name.</param>
    public static string[] Files(string command, string demo) => [Path.Combine($"traindoctor-{command}", demo, "report.json"), Path.Combine($"traindoctor-{command}", demo, "report.html")];
}
