namespace TrainingDoctor.Reports.Wording;

/// <summary>What became of a finding, in words.</summary>
internal static class ChangeWording
{
    /// <summary>Returns a change in a word.</summary>
    /// <param name="change">The change.</param>
    public static Text Of(FindingChange change) => change switch
    {
        FindingChange.New => $"new",
        FindingChange.Worse => $"worse than before",
        FindingChange.Unchanged => $"known",
        FindingChange.Fixed => $"fixed",
        _ => throw new ArgumentOutOfRangeException(nameof(change), change, "The change has no wording."),
    };
}
