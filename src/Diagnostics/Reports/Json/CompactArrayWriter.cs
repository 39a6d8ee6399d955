using Newtonsoft.Json;

namespace TrainingDoctor.Reports;

/// <summary>Indents objects, but writes arrays of numbers on one line, so that a report stays readable.</summary>
internal sealed class CompactArrayWriter : JsonTextWriter
{
    private readonly Stack<bool> _arrays = new();

    public CompactArrayWriter(TextWriter writer)
        : base(writer)
    {
        Formatting = Formatting.Indented;
        Indentation = 2;
    }

    public override void WriteStartArray()
    {
        base.WriteStartArray();
        _arrays.Push(Path.EndsWith(".steps", StringComparison.Ordinal) || Path.EndsWith(".values", StringComparison.Ordinal));
    }

    public override void WriteEndArray()
    {
        base.WriteEndArray();
        _arrays.Pop();
    }

    protected override void WriteIndent()
    {
        if (!(_arrays.TryPeek(out bool isCompact) && isCompact))
        {
            base.WriteIndent();
        }
    }
}
