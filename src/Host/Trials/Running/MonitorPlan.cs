using System.Globalization;
using Newtonsoft.Json;
using TrainingDoctor.Cures;
using TrainingDoctor.Host.Processes;
using TrainingDoctor.Reports;
using TrainingDoctor.Reports.Documents;

namespace TrainingDoctor.Host.Trials.Running;

/// <summary>The plan that <c>TRAINDOCTOR_TRIAL</c> names, and the answer of the monitor that follows it.</summary>
internal static class MonitorPlan
{
    /// <summary>The exit code of a program whose monitor could not read its plan.</summary>
    public const int Unreadable = 86;

    /// <summary>Writes the plan of a trial.</summary>
    /// <param name="folder">The trial.</param>
    /// <param name="treatment">What is asked for.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(TrialFolder folder, Treatment treatment) => File.WriteAllText(folder.Plan, ReportJson.SerializeAny(
        new Plan(1, folder.Name, treatment.Seed, [.. treatment.ForMonitor.Select(ReportDocumentBuilder.Action)], treatment.IsTolerant)));

    /// <summary>
    /// Says how far a trial is to come before it stands still. The step after the last that counts is awaited, since a validation is told behind its step, and the one after that, since a monitor writes a step when
    /// the next has begun.
    /// </summary>
    /// <param name="folder">The trial.</param>
    /// <param name="lastStep">The last step that counts; null for the training's own end.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void WritePace(TrialFolder folder, long? lastStep)
    {
        if (lastStep is not { } last)
        {
            File.Delete(folder.Pace);
            return;
        }

        string draft = folder.Pace + ".new";
        File.WriteAllText(draft, (last + 2).ToString(CultureInfo.InvariantCulture));
        File.Move(draft, folder.Pace, overwrite: true);
    }

    /// <summary>Reads the answer.</summary>
    /// <param name="folder">The trial.</param>
    /// <returns>Null where no monitor has answered yet.</returns>
    public static MonitorAnswer? Read(TrialFolder folder)
    {
        try
        {
            return File.Exists(folder.Answer) ? JsonConvert.DeserializeObject<MonitorAnswer>(File.ReadAllText(folder.Answer), ReportJson.Settings) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private sealed record Plan(int Version, string Trial, [property: JsonProperty(NullValueHandling = NullValueHandling.Ignore)] int? Seed, IReadOnlyList<ActionDocument> Actions, bool Tolerant);
}

/// <summary>What a monitor answered.</summary>
/// <param name="Monitor">Its language: <c>csharp</c> or <c>python</c>.</param>
/// <param name="Applied">What it changed.</param>
/// <param name="Skipped">What it did not change.</param>
internal sealed record MonitorAnswer(string Monitor, IReadOnlyList<AppliedChange> Applied, IReadOnlyList<SkippedChange> Skipped);

/// <summary>A change that was made.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Text">What was done, with values read back.</param>
internal sealed record AppliedChange(RemedyActionKind Kind, string Text);

/// <summary>A change that was not made.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Reason">Why.</param>
internal sealed record SkippedChange(RemedyActionKind Kind, string Reason);
