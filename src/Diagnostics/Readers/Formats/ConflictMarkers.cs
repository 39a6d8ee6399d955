namespace TrainingDoctor.Readers.Formats;

/// <summary>Lines that a merge left behind.</summary>
internal static class ConflictMarkers
{
    public static string? Describe(ReadOnlySpan<byte> line) =>
        line.StartsWith("<<<<<<<"u8) || line.SequenceEqual("======="u8) || line.StartsWith(">>>>>>>"u8) || line.StartsWith("|||||||"u8)
            ? "a merge-conflict marker; the log was committed unresolved"
            : null;
}
