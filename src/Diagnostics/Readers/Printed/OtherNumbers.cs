using TrainingDoctor.Names;
using TrainingDoctor.Readers.Accounts;
using TrainingDoctor.Readers.Rows;
using TrainingDoctor.Readers.Times;

namespace TrainingDoctor.Readers.Printed;

/// <summary>Numbers of a printed line whose names tell no measurement: they go into the row of one that stands beside them, where some kind of training, or the user, may know them.</summary>
/// <param name="facts">What is known of the log.</param>
/// <param name="labels">What words mean.</param>
/// <param name="account">Takes down what numbers were taken for; null where nobody asks.</param>
internal sealed class OtherNumbers(LogFacts facts, TextLabels labels, LineAccount? account)
{
    private readonly List<(TextLabel Label, double Value, int Accounted)> _named = [];
    private readonly List<(LabelledNumber Number, double Seconds)> _durations = [];

    /// <summary>Gets a value indicating whether there are none.</summary>
    public bool IsEmpty => _named.Count == 0;

    /// <summary>Forgets them.</summary>
    public void Clear() => _named.Clear();

    /// <summary>Tells whether one of them has one of these names.</summary>
    public bool HasAny(IReadOnlySet<string> names) => _named.Exists(other => names.Contains(other.Label.Name));

    /// <summary>Adds a number, whose account was taken last.</summary>
    public void Add(string line, LabelledNumber number, TextLabel label) => _named.Add((label, label.IsOfTime ? number.Value * LineDurations.UnitBefore(line, number) : number.Value, account?.Count - 1 ?? -1));

    /// <summary>Adds a duration with a unit, such as <c>iter time: 51.2ms</c>.</summary>
    public void AddDuration(LabelledNumber number, double seconds) => _durations.Add((number, seconds));

    /// <summary>Takes the durations whose name is of a time of training that counts.</summary>
    /// <param name="isEvaluated">Whether their line measures an evaluation.</param>
    public void TakeDurations(bool isEvaluated)
    {
        foreach (var (number, seconds) in _durations)
        {
            account?.TakeAside(number);
            if (!isEvaluated && number.Phase is ColumnPhase.Unknown or ColumnPhase.Train && labels.Of(number.Label, string.Empty) is { Role.Kind: RoleKind.None, Name.Length: > 0 } label)
            {
                _named.Add((label, seconds / TimeNames.UnitOf(label.Name), account?.Count - 1 ?? -1));
            }
        }

        _durations.Clear();
    }

    /// <summary>Puts them into a row.</summary>
    /// <param name="cells">The row.</param>
    public void MoveTo(List<Cell> cells)
    {
        foreach (var (label, value, accounted) in _named)
        {
            if (label.ColumnOf(facts.Columns) is >= 0 and var column && !facts.Columns.IsIgnored(column))
            {
                cells.Add(new Cell(column, value));
                account?.Assign(accounted, column);
            }
        }

        _named.Clear();
    }
}
