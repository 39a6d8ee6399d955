using System.Collections.Concurrent;
using TrainingDoctor.Names;

namespace TrainingDoctor.Readers.Rows;

/// <summary>What a reader knows of a log besides its rows; more may become known while it is read.</summary>
internal sealed class LogFacts
{
    private const int MostDoubts = 5;

    private readonly List<string> _doubts = [];

    // Blocks of a log are parsed side by side.
    private readonly ConcurrentDictionary<string, bool> _leftOut = new(StringComparer.Ordinal);

    /// <summary>Gets or sets the format's name in reports.</summary>
    public required string Format { get; set; }

    /// <summary>Gets the columns.</summary>
    public ColumnTable Columns { get; } = new();

    /// <summary>Gets the names of printed numbers and their roles, those among them that became no column; empty for logs of other kinds.</summary>
    /// <remarks>Blocks of a log are parsed side by side, each by a parser of its own.</remarks>
    public ConcurrentDictionary<string, ColumnRole> Labels { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets the names that printed numbers were given of which a line told the phase alone; their values say whether they are losses or scores.</summary>
    public ConcurrentDictionary<string, bool> NamedByPhase { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets or sets what takes down what numbers were taken for; null where nobody asks.</summary>
    public ReadingAccount? Account { get; set; }

    /// <summary>Gets or sets a value indicating whether the numbers of the log's lines are accounted for where they are read, rather than those of its rows.</summary>
    public bool AccountsForLines { get; set; }

    /// <summary>Gets what the reader was in doubt about, in words for the report.</summary>
    public IReadOnlyList<string> Doubts => _doubts;

    /// <summary>Notes that a column was taken for something that its name leaves open.</summary>
    /// <param name="column">Its name.</param>
    /// <param name="meaning">What it was taken for.</param>
    public void Doubt(string column, string meaning)
    {
        string doubt = $"in doubt: '{column}' was taken for {meaning}; if it is something else, --map ROLE=\"{column}\" settles it";
        if (_doubts.Count < MostDoubts && !_doubts.Contains(doubt))
        {
            _doubts.Add(doubt);
        }
    }

    /// <summary>Gets what was left out because it goes beyond a limit, in words for the report.</summary>
    public IEnumerable<string> LeftOut => Columns.Overflowed ? [.. _leftOut.Keys, $"left out: names beyond the first {ColumnTable.Maximum:N0}"] : _leftOut.Keys;

    /// <summary>Notes that something goes beyond a limit, so that the report tells it, once for each kind.</summary>
    /// <param name="what">What was left out, in words, with the limit.</param>
    public void LeaveOut(string what) => _leftOut.TryAdd($"left out: {what}", true);

    /// <summary>Gets or sets the name of the run, when the log tells it.</summary>
    public string? RunName { get; set; }

    /// <summary>Gets or sets the number of steps that were planned, when the log tells it.</summary>
    public long? PlannedSteps { get; set; }

    /// <summary>Gets or sets the number of epochs that were planned, when the log tells it.</summary>
    public long? PlannedEpochs { get; set; }

    /// <summary>Gets or sets when the run began, when the log tells it.</summary>
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>Gets or sets whether logged losses are means; null when the axis decides.</summary>
    public bool? LossIsAveraged { get; set; }

    /// <summary>Gets or sets a value indicating whether the log holds last values only.</summary>
    public bool IsSummaryOnly { get; set; }

    /// <summary>Gets or sets a value indicating whether a learning rate of zero may be one that was rounded in print.</summary>
    public bool RoundsLearningRate { get; set; }

    /// <summary>Gets or sets a value indicating whether evaluation after training adds a last row one step later, as Lightning does.</summary>
    public bool EvaluatesAfterwards { get; set; }

    /// <summary>Gets or sets the first line whose numbers have no names, in words; null when there was none.</summary>
    public string? Unnamed { get; set; }

    /// <summary>Gets or sets a value indicating whether the log was printed for people.</summary>
    public bool IsPrinted { get; set; }

    /// <summary>Gets or sets a value indicating whether parts of the loss are logged without their sum, as Ultralytics does.</summary>
    public bool SumsLossParts { get; set; }

    /// <summary>Gets or sets a value indicating whether each series is listed from its beginning to its end before the next: rows of different series belong together by their steps alone.</summary>
    public bool ListsSeriesApart { get; set; }
}
