namespace TrainingDoctor.Parsing;

/// <summary>What text reports begin with: readers of logs know by it what this program wrote itself.</summary>
internal static class ReportMark
{
    /// <summary>The words.</summary>
    public const string Words = "Training Doctor";
}
