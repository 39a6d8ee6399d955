namespace TrainingDoctor.Readers.Formats;

/// <summary>A key of JSON Lines.</summary>
internal sealed class JsonLineKey(string name, string parent, byte[] utf8)
{
    public string Name { get; } = name;

    public string Parent { get; } = parent;

    public byte[] Utf8 { get; } = utf8;

    public JsonLineKeyKind Kind { get; init; }

    public int Column { get; set; }

    public string? Path { get; set; }
}

/// <summary>What the values of a key are.</summary>
internal enum JsonLineKeyKind : byte
{
    Number,
    Phase,
    Series,
}
