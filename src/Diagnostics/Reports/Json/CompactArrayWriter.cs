using Newtonsoft.Json;
using TrainingDoctor.Reports.Html;

namespace TrainingDoctor.Reports.Json;

/// <summary>Indents objects, but writes arrays of numbers on one line, so that a report stays readable.</summary>
internal sealed class CompactArrayWriter : JsonTextWriter
{
    /// <summary>The fields that hold many numbers.</summary>
    private static readonly string[] Numbers = [".steps", ".values", ".means", ".counts", ".phases", ".typical", ".low", ".high", ".deviation"];

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
        _arrays.Push(Array.Exists(Numbers, name => Path.EndsWith(name, StringComparison.Ordinal)));
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
