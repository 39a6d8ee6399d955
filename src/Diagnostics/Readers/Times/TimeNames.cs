using System.Collections.Frozen;
using TrainingDoctor.Names;
using TrainingDoctor.Readers.Formats;
using TrainingDoctor.Readers.Ranks;

namespace TrainingDoctor.Readers.Times;

/// <summary>What a name says of a time.</summary>
internal enum TimeKind : byte
{
    /// <summary>It names none, or one of something else.</summary>
    None,

    /// <summary>The time at which the row was logged, by a clock or since the run began.</summary>
    OfRow,

    /// <summary>A time; its values have to show of what.</summary>
    Unsure,

    /// <summary>How long a step took.</summary>
    OfStep,

    /// <summary>How long a step waited for its data.</summary>
    OfData,
}

/// <summary>Knows the names of times, and their units.</summary>
internal static class TimeNames
{
    private static readonly FrozenSet<string> Rows = new[]
    {
        "_runtime", "_timestamp", "time_elapsed", "time_total_s", "timestamp", "@timestamp", "wall_time", "Wall time", "elapsed_time", "passed_time", "time_since_start", "train_time_elapsed", "asctime", "datetime", "created_at",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Times = new[] { "time", "elapsed", "runtime", "walltime", "clock", "timestamp", "duration", "ts", "date", "datetime", "created", "passed", "seconds", "secs", "hours", "minutes" }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Company = new[] { "wall", "total", "train", "training", "cumulative", "cum", "since", "start", "relative", "so", "far", "at", "in", "perf", "timing", "run", "logged" }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Data = new[]
    {
        "data time", "time data", "data loading time", "data load time", "data wait time", "dataloader time", "dataloading time", "loading time", "load time", "batch load time", "time loading", "data wait", "data loading", "data",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, double> Units = new Dictionary<string, double>
    {
        ["us"] = 1e-6,
        ["ms"] = 1e-3,
        ["msec"] = 1e-3,
        ["millis"] = 1e-3,
        ["milliseconds"] = 1e-3,
        ["s"] = 1,
        ["sec"] = 1,
        ["secs"] = 1,
        ["second"] = 1,
        ["seconds"] = 1,
        ["m"] = 60,
        ["min"] = 60,
        ["mins"] = 60,
        ["minute"] = 60,
        ["minutes"] = 60,
        ["h"] = 3600,
        ["hr"] = 3600,
        ["hrs"] = 3600,
        ["hour"] = 3600,
        ["hours"] = 3600,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Tells what a name says.</summary>
    /// <param name="name">The name as the log writes it.</param>
    public static TimeKind KindOf(string name)
    {
        if (Rows.Contains(name[(name.LastIndexOf('/') + 1)..]))
        {
            return TimeKind.OfRow;
        }

        var words = ColumnName.Words(name);
        if (words.Exists(word => RoleLexicon.PhaseOf(word) is ColumnPhase.Validation or ColumnPhase.Test))
        {
            return TimeKind.None;
        }

        if (RankColumns.IsOfStep(words))
        {
            return TimeKind.OfStep;
        }

        string bare = string.Join(' ', words.Where(word => !Units.ContainsKey(word) && word is not ("avg" or "mean" or "average" or "train" or "training" or "perf" or "timing")));
        return Data.Contains(bare) ? TimeKind.OfData
            : words.Exists(Times.Contains) && words.TrueForAll(word => Times.Contains(word) || Company.Contains(word) || Units.ContainsKey(word)) ? TimeKind.Unsure
            : TimeKind.None;
    }

    /// <summary>Gets the seconds of the unit that a name tells; one second where it tells none.</summary>
    /// <param name="name">The name as the log writes it.</param>
    public static double UnitOf(string name)
    {
        double unit = 1;
        foreach (string word in ColumnName.Words(name))
        {
            unit = Units.GetValueOrDefault(word, unit);
        }

        return unit;
    }

    /// <summary>Gets the seconds of a unit behind a number; null where it is none of time.</summary>
    /// <param name="unit">The unit.</param>
    public static double? SecondsOf(ReadOnlySpan<char> unit) => Units.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(unit, out double seconds) ? seconds : null;
}
