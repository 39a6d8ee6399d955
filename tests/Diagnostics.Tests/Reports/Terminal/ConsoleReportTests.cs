using System.Globalization;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Tests.Reports.Terminal;

public sealed class ConsoleReportTests
{
    [Fact]
    public void TheStoryIsTold()
    {
        string text = Render(SampleRun.Ill());

        Assert.Contains("ILL", text, StringComparison.Ordinal);
        Assert.True(text.IndexOf("TD3001", StringComparison.Ordinal) < text.IndexOf("Likely cause", StringComparison.Ordinal));
        Assert.True(text.IndexOf("Likely cause", StringComparison.Ordinal) < text.IndexOf("What to do", StringComparison.Ordinal));
        Assert.Contains("clip_grad_norm_", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", text, StringComparison.Ordinal);
    }

    [Fact]
    public void ControlCharactersOfNamesDoNotReachTheTerminal()
    {
        string text = Render(SampleRun.Ill(layer: "evil\u001b[2J\u0007[red]name", name: "run\u001b]0;title\u0007"));

        Assert.DoesNotContain(text, c => c != '\n' && char.IsControl(c));
        Assert.Contains("[red]name", text, StringComparison.Ordinal);
    }

    private static string Render(DiagnosisReport report)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture);
        report.WriteTo(new ConsoleReportExporter(), writer);
        if (Environment.GetEnvironmentVariable("SHOW_REPORTS") is { Length: > 0 } folder)
        {
            File.WriteAllText(Path.Combine(folder, $"{report.Run.Name.Length}.txt"), writer.ToString());
            File.WriteAllText(Path.Combine(folder, $"{report.Run.Name.Length}.json"), report.ToJson());
        }

        return writer.ToString();
    }
}
