using System.Globalization;
using TrainingDoctor.Readers.Formats;
using TrainingDoctor.Readers.Roles;

namespace TrainingDoctor.Readers.Runs;

/// <summary>Opens the runs of a log one after the other, as far as there may be so many, and ends each with what was damaged and decided in it.</summary>
/// <param name="describer">Describes them.</param>
/// <param name="open">Makes what takes the measurements of a run.</param>
/// <param name="path">The log.</param>
/// <param name="mostRuns">How many are read; further ones are counted.</param>
internal sealed class RunSequence(RunDescriber describer, RunSinkFactory open, string path, int mostRuns)
{
    /// <summary>Damaged places that are named one by one.</summary>
    private const int MostDamage = 50;

    private readonly List<LogDamage> _damage = [];
    private readonly RunBound _bound = new(mostRuns);
    private RolePlan? _plan;
    private RowAxis _axis;
    private string? _note;
    private OpenRun? _lastOpened;
    private long _furtherDamage;

    /// <summary>Gets the number of runs that were opened.</summary>
    public int Count { get; private set; }

    /// <summary>Takes what the first rows showed.</summary>
    public void Know(RolePlan plan, RowAxis axis, RowOrder order) => (_plan, _axis, _note) = (plan, axis, order.Note);

    /// <summary>Keeps damage with the run that it was found in; that before any, with the first.</summary>
    public void Report(LogDamage damage, OpenRun? run)
    {
        var list = run?.Damage ?? _damage;
        if (list.Count < MostDamage)
        {
            list.Add(damage);
        }
        else
        {
            _furtherDamage++;
        }
    }

    /// <summary>Counts damage that nobody kept.</summary>
    public void Report(long further) => _furtherDamage += further;

    /// <summary>Begins a run.</summary>
    public OpenRun Begin()
    {
        bool isOpened = _bound.Admits();
        Count += isOpened ? 1 : 0;
        var scopes = new ScopeTable();
        var description = describer.Describe(_plan!, _axis, Count, [], []);
        var run = new OpenRun(isOpened ? open(description, scopes) : null, scopes, description, isOpened, Count);
        if (isOpened)
        {
            run.Begin();
            run.Damage.AddRange(_damage);
            _damage.Clear();
        }

        return run;
    }

    /// <summary>Ends a run. The last that is opened is ended last of all, to tell what was left out behind it.</summary>
    public void End(OpenRun run, bool atEnd)
    {
        if (run.IsOpened)
        {
            if (atEnd || !_bound.IsFull)
            {
                End(run);
            }
            else
            {
                _lastOpened = run;
            }
        }
    }

    /// <summary>Ends the log.</summary>
    public void Complete()
    {
        if (_lastOpened is { } last)
        {
            last.Notes.Add(string.Create(CultureInfo.InvariantCulture, $"{_bound.Refused} further runs of this log were counted, not read: {_bound.Most} are read unless more are asked for (--max-runs)"));
            End(last);
        }
    }

    private void End(OpenRun run)
    {
        if (_note is { } note)
        {
            run.Notes.Insert(0, note);
        }

        if (_furtherDamage > 0 && run.Damage.Count >= MostDamage)
        {
            run.Damage.Add(new LogDamage(path, string.Create(CultureInfo.InvariantCulture, $"{_furtherDamage} more places could not be read")));
            _furtherDamage = 0;
        }

        run.End(describer.Describe(_plan!, _axis, run.Number, run.Damage, run.Notes));
    }
}
