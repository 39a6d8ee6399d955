using TrainingDoctor.Readers.Roles;
using TrainingDoctor.Readers.Rows;
using TrainingDoctor.Readers.Runs;

namespace TrainingDoctor.Readers;

/// <summary>One log, of one file or of several that belong together. It may hold several runs.</summary>
public sealed class LogSource
{
    private readonly Func<LogReadOptions, ILogReader> _open;

    internal LogSource(string path, string name, LogReadOptions options, Func<LogReadOptions, IRowReader> open)
        : this(path, name, options, (LogReadOptions o) => new RowLogReader(open(o), path, name, o))
    {
    }

    internal LogSource(string path, string name, LogReadOptions options, Func<LogReadOptions, ILogReader> open)
    {
        RoleNames.Check(options.Roles);
        Path = path;
        Name = name;
        Options = options;
        _open = open;
    }

    /// <summary>Gets the file or folder, or <c>-</c> for standard input.</summary>
    public string Path { get; }

    /// <summary>Gets a short name.</summary>
    public string Name { get; }

    /// <summary>Gets how it is read.</summary>
    public LogReadOptions Options { get; private init; }

    /// <summary>Makes the same source with other options.</summary>
    /// <param name="options">How to read.</param>
    public LogSource With(LogReadOptions options) => new(Path, Name, options, _open);

    /// <summary>Reads the log once, in memory that does not grow with it, and sends each run to a sink of its own.</summary>
    /// <param name="open">Makes the sinks. A run's sink is complete before the next is made.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="LogFormatException">The log cannot be read, or holds nothing of a training.</exception>
    public void Read(RunSinkFactory open, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(open);
        try
        {
            var beside = SettingsBeside.Of(Path, Options.MayRead);
            var situation = SituationOfSettings.Of(beside.Settings);
            using var reader = _open(Options with { TaskBeside = TaskOfSettings.Of(beside.Settings) });
            reader.Read((run, scopes) => open(Describe(run), scopes) is { } sink ? new DescribedRun(sink, Describe) : null, cancellationToken);

            RunDescription Describe(RunDescription run) => run with
            {
                Framework = Options.Framework ?? run.Framework,
                Situation = run.Situation ?? situation,
                Settings = run.Settings.Count > 0 ? run.Settings : beside.Settings,
                Commit = run.Commit ?? beside.Commit,
            };
        }
        catch (IOException exception)
        {
            throw new LogFormatException($"{Path}: cannot be read to its end: {exception.Message}", exception);
        }
    }

    /// <summary>Lists the runs of the log, each as a source that reads the log again. Reads the log once to find them.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="LogFormatException">The log cannot be read, or holds nothing of a training.</exception>
    public IReadOnlyList<IMeasurementSource> FindRuns(CancellationToken cancellationToken = default)
    {
        int count = 0;
        Read((_, _) =>
        {
            count++;
            return null;
        }, cancellationToken);
        return [.. Enumerable.Range(0, count).Select(index => new LogRun(this, index))];
    }
}
