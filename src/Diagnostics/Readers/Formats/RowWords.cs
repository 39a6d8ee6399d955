namespace TrainingDoctor.Readers.Formats;

/// <summary>Columns that hold words instead of numbers: the phase of the row, or the name of the series in logs of one number per row.</summary>
internal static class RowWords
{
    private static readonly HashSet<string> Phases = new(StringComparer.OrdinalIgnoreCase) { "mode", "phase", "split", "stage", "subset", "partition", "type", "event", "set", "context.subset", "metric.context.subset", "is_train", "is_training", "is_val", "is_eval", "is_validation", "is_test" };

    private static readonly HashSet<string> Series = new(StringComparer.OrdinalIgnoreCase) { "metric", "metric_name", "metricName", "metric.name", "name", "tag", "key", "kind", "variable", "series", "scalar" };

    private static readonly HashSet<string> Values = new(StringComparer.OrdinalIgnoreCase) { "value", "metric_value", "metricValue", "metric.value" };

    public static bool IsPhaseColumn(string name) => Phases.Contains(name);

    public static bool IsSeriesColumn(string name) => Series.Contains(name);

    public static bool IsValueColumn(string name) => Values.Contains(name);

    /// <summary>Puts a word into a number by which it is told from other words: its 52-bit hash, below zero, so that no counter looks like it.</summary>
    public static double NumberOf(ReadOnlySpan<byte> word)
    {
        ulong hash = 14695981039346656037;
        foreach (byte letter in word)
        {
            hash = (hash ^ letter) * 1099511628211;
        }

        return -1 - (double)(hash >> 12);
    }

    /// <summary>Tells whether a phase is one of evaluation.</summary>
    public static bool IsEvaluation(ReadOnlySpan<byte> phase) =>
        Starts(phase, "val"u8) || Starts(phase, "eval"u8) || Starts(phase, "test"u8) || Starts(phase, "dev"u8);

    /// <summary>Tells whether a cell says that its row is of an evaluation: by the word for a phase, or by <c>False</c> below <c>is_training</c>.</summary>
    public static bool IsEvaluation(ReadOnlySpan<char> column, ReadOnlySpan<byte> cell) => !column.StartsWith("is_", StringComparison.OrdinalIgnoreCase) ? IsEvaluation(cell)
        : column.StartsWith("is_train", StringComparison.OrdinalIgnoreCase) ? cell is [(byte)'0'] || Starts(cell, "false"u8)
        : cell is [(byte)'1'] || Starts(cell, "true"u8);

    private static bool Starts(ReadOnlySpan<byte> text, ReadOnlySpan<byte> start) => text.Length >= start.Length && System.Text.Ascii.EqualsIgnoreCase(text[..start.Length], start);
}
