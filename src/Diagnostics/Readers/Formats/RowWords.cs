namespace TrainingDoctor.Readers;

/// <summary>Columns that hold words instead of numbers: the phase of the row, or the name of the series in logs of one number per row.</summary>
internal static class RowWords
{
    public static bool IsPhaseColumn(string name) =>
        name is "mode" or "phase" or "split" or "stage" or "subset" or "partition" or "type" or "event" or "set" or "Mode" or "Phase" or "Split" or "Stage" or "Type" or "Set";

    public static bool IsSeriesColumn(string name) => name is "metric" or "metric_name" or "name" or "tag" or "key" or "Metric" or "Tag" or "Name" or "kind";

    public static bool IsValueColumn(string name) => name is "value" or "Value" or "metric_value";

    /// <summary>Tells whether a phase is one of evaluation.</summary>
    public static bool IsEvaluation(ReadOnlySpan<byte> phase) =>
        Starts(phase, "val"u8) || Starts(phase, "eval"u8) || Starts(phase, "test"u8) || Starts(phase, "dev"u8);

    private static bool Starts(ReadOnlySpan<byte> text, ReadOnlySpan<byte> start) => text.Length >= start.Length && System.Text.Ascii.EqualsIgnoreCase(text[..start.Length], start);
}
