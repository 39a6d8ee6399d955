using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Formats;

/// <summary>Numbers that stand alone in a JSON document: settings where it holds rows or curves, and else the last values of what was measured.</summary>
/// <param name="facts">What is known of the log.</param>
internal sealed class JsonScalars(LogFacts facts)
{
    private readonly Dictionary<string, (double Value, int Line)> _scalars = new(StringComparer.Ordinal);

    /// <summary>Gets a value indicating whether no more are taken.</summary>
    public bool IsFull => _scalars.Count >= ColumnTable.Maximum;

    /// <summary>Adds a number; the last of a name counts.</summary>
    public void Add(string name, double value, int line)
    {
        AccountFor(name);
        _scalars[name] = (value, line);
        if (name == "max_steps" && value is > 0 and < 1e15)
        {
            facts.PlannedSteps = (long)value;
        }
    }

    /// <summary>Lists all as settings.</summary>
    public void AccountForSettings() => _scalars.Keys.ToList().ForEach(AccountFor);

    /// <summary>Puts all into one row.</summary>
    public void Put(JsonCells cells)
    {
        foreach (var (name, scalar) in _scalars)
        {
            cells.Put(name, scalar.Value);
        }
    }

    private void AccountFor(string name)
    {
        if (_scalars.TryGetValue(name, out var scalar))
        {
            facts.Account?.Take(name, NumberUse.Setting, "a number of its own in the document", scalar.Line);
        }
    }
}
