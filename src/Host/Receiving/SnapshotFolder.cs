namespace TrainingDoctor.Host.Receiving;

/// <summary>Keeps snapshots of runs beside their records, so that a host that starts again goes on from them and replays only what came since. Not safe for concurrent use.</summary>
/// <remarks>The record is what counts: a snapshot that is missing, damaged, of another build or of other lines costs time and nothing else, and so does one that cannot be written.</remarks>
/// <param name="folder">The folder of the records.</param>
/// <param name="complain">Is told once that snapshots cannot be written.</param>
/// <param name="time">The clock.</param>
internal sealed class SnapshotFolder(string folder, Action<string> complain, TimeProvider time)
{
    /// <summary>How a snapshot's file ends.</summary>
    public const string Ending = ".snapshot";

    private const string Unfinished = ".new";

    /// <summary>How many bytes of lines are worth a snapshot: what is replayed in some twenty milliseconds.</summary>
    public const long LeastUnsaved = 256 * 1024;

    /// <summary>How many times as long as the writing took, it rests: a fiftieth of a core at most.</summary>
    private const int PausePerWrite = 49;

    /// <summary>How old the last snapshot of a run that goes on has to be.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>How long runs are written at a time; those that push wait for their own only.</summary>
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a host that is asked to stop may write: whoever asked kills it after ten seconds or thirty.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, long> _written = new(StringComparer.Ordinal);
    private long _wrote;
    private TimeSpan _rest;
    private bool _isOver;

    /// <summary>Reads the snapshot of a run.</summary>
    /// <param name="id">The run.</param>
    /// <returns>Null when there is none that can be read.</returns>
    public byte[]? Read(string id)
    {
        try
        {
            return File.Exists(PathOf(id)) ? File.ReadAllBytes(PathOf(id)) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Removes snapshots whose records are gone, and what a host that was killed had begun to write.</summary>
    /// <param name="isRecorded">Tells whether a run has a record.</param>
    public void Clean(Func<string, bool> isRecorded)
    {
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*" + Ending + "*"))
        {
            string id = Path.GetFileNameWithoutExtension(file.Name);
            if (file.Name.EndsWith(Ending + Unfinished, StringComparison.Ordinal) || (file.Extension == Ending && RunName.IsValidId(id) && !isRecorded(id)))
            {
                Delete(file.FullName);
            }
        }
    }

    /// <summary>Writes some of the runs that are due: those of which much came since their last snapshot, when that is a minute old or the run is over.</summary>
    /// <param name="runs">The runs.</param>
    public void Look(IReadOnlyList<ReceivedRun> runs)
    {
        if (_isOver || time.GetElapsedTime(_wrote) < _rest)
        {
            return;
        }

        var due = runs.Where(run => run.Unsaved >= LeastUnsaved && (run.IsComplete || !_written.TryGetValue(run.Id, out long at) || time.GetElapsedTime(at) >= Interval));
        long begun = time.GetTimestamp();
        Write(due, Slice);
        _wrote = time.GetTimestamp();
        _rest = time.GetElapsedTime(begun, _wrote) * PausePerWrite;
    }

    /// <summary>Writes all runs of which much came since their last snapshot, as many as there is time for; none is written afterwards, when the folder may be another host's.</summary>
    /// <param name="runs">The runs.</param>
    public void Leave(IReadOnlyList<ReceivedRun> runs)
    {
        Write(runs.Where(run => run.Unsaved >= LeastUnsaved), Farewell);
        _isOver = true;
    }

    private void Write(IEnumerable<ReceivedRun> runs, TimeSpan limit)
    {
        long begun = time.GetTimestamp();
        foreach (var run in runs.OrderByDescending(run => run.Unsaved))
        {
            if (_isOver || time.GetElapsedTime(begun) >= limit)
            {
                return;
            }

            _written[run.Id] = time.GetTimestamp();
            if (run.Snapshot() is { } snapshot)
            {
                Write(run.Id, snapshot);
            }
        }
    }

    private void Write(string id, byte[] snapshot)
    {
        string unfinished = PathOf(id) + Unfinished;
        try
        {
            File.WriteAllBytes(unfinished, snapshot);
            File.Move(unfinished, PathOf(id), overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _isOver = true;
            complain($"snapshots cannot be written to '{folder}': {exception.Message}; after a restart runs are replayed from their records");
            Delete(unfinished);
        }
    }

    private string PathOf(string id) => Path.Combine(folder, id + Ending);

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is in nobody's way.
        }
    }
}
