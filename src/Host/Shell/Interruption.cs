using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TrainingDoctor.Host.Shell;

/// <summary>
/// What asks a command that waits and follows to end. Ctrl-C has time: logs are read to their end and the report is written; a second one ends the program at once. After the system's (SIGTERM) it
/// ends within five seconds, as service managers and schedulers kill soon afterwards: what reads or waits and cannot be stopped, a pipe or a disk that is away for instance, must not cost the report of what
/// is known. Only a report that a busy machine has no time for may take longer, as one without it would be worth nothing.
/// </summary>
/// <remarks>The command line's own handling of signals is off: it waits in the handler until the command has ended, and handlers are called one after the other.</remarks>
internal sealed class Interruption : IDisposable
{
    /// <summary>The share of a processor's time below which a report stands still; what else the program does, timers for instance, takes less.</summary>
    private const double Progress = 0.005;

    private readonly Deadlines _deadlines;
    private readonly Func<TimeSpan> _processorTime;
    private readonly Action<int> _exit;
    private readonly ManualResetEventSlim _ended = new();
    private readonly CancellationTokenSource _source;
    private readonly PosixSignalRegistration[] _registrations;
    private Func<int>? _conclude;
    private Action? _abandon;
    private Timer? _timer;
    private int _interrupts;
    private int _isOver;

    /// <summary>Begins to listen for signals.</summary>
    /// <param name="cancellation">Ends the command too.</param>
    public Interruption(CancellationToken cancellation)
        : this(Deadlines.Usual, () => Environment.CpuUsage.TotalTime, Environment.Exit, cancellation)
    {
    }

    /// <summary>Begins to listen for signals, with other deadlines.</summary>
    /// <param name="deadlines">How long what may take.</param>
    /// <param name="processorTime">Tells how long the program has had a processor so far.</param>
    /// <param name="exit">Ends the program with an exit code.</param>
    /// <param name="cancellation">Ends the command too.</param>
    internal Interruption(Deadlines deadlines, Func<TimeSpan> processorTime, Action<int> exit, CancellationToken cancellation)
    {
        _deadlines = deadlines;
        _processorTime = processorTime;
        _exit = exit;
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, OnInterrupt), PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnTermination)];
    }

    /// <summary>Gets what is cancelled when the command is asked to end.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Says how the report of what is known is written when there is no time for an orderly end.</summary>
    /// <param name="conclude">Writes it, and says with which exit code to end.</param>
    public void InTime(Func<int> conclude) => _conclude = conclude;

    /// <summary>Says what is done before a second Ctrl-C ends the program at once.</summary>
    /// <param name="abandon">Does it, in a moment.</param>
    public void AtOnce(Action abandon) => _abandon = abandon;

    /// <summary>Notes that the report is written in order from here on; does not return when the time was over and it is being written already.</summary>
    public void Conclude()
    {
        if (!TryConclude())
        {
            Thread.Sleep(Timeout.Infinite);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _ended.Set();
        _timer?.Dispose();
        _source.Dispose();
    }

    /// <summary>Ends the command as the system asks it to.</summary>
    internal void Terminate()
    {
        _timer ??= new Timer(_ => End(), null, _deadlines.Order, Timeout.InfiniteTimeSpan);
        _ = _source.CancelAsync();
    }

    private void OnInterrupt(PosixSignalContext context)
    {
        context.Cancel = Interlocked.Increment(ref _interrupts) == 1;
        _ = _source.CancelAsync();
        if (!context.Cancel)
        {
            _abandon?.Invoke();
        }
    }

    private void OnTermination(PosixSignalContext context)
    {
        context.Cancel = true;
        Terminate();
    }

    private bool TryConclude() => Interlocked.Exchange(ref _isOver, 1) == 0;

    private void End()
    {
        int code = ExitCode.Internal;
        try
        {
            if (!TryConclude())
            {
                // It is being written in order, and ends the program itself.
                if (Await(_ended.Wait))
                {
                    return;
                }
            }
            else if (_conclude is { } conclude && Task.Run(conclude) is var writing && Await(writing.Wait))
            {
                code = writing.Result;
            }
        }
        catch (AggregateException)
        {
            // A report that cannot be written leaves the exit code of a fault.
        }

        _exit(code);
    }

    /// <summary>
    /// Waits for a report. One that waits itself, for a disk that is away, has its moment; one that is still worked on is not cut off because others want the processor too: on a machine at rest it takes a
    /// fraction of a second, on one with twenty times more to do than it has cores, twenty times as long.
    /// </summary>
    private bool Await(Func<TimeSpan, bool> wait)
    {
        long begun = Stopwatch.GetTimestamp();
        var used = _processorTime();
        while (!wait(_deadlines.Writing))
        {
            var usedSince = _processorTime() - used;
            if (usedSince < _deadlines.Writing * Progress || Stopwatch.GetElapsedTime(begun) > _deadlines.Longest)
            {
                return false;
            }

            used += usedSince;
        }

        return true;
    }

    /// <summary>How long an end may take that the system asks for.</summary>
    /// <param name="Order">How long an orderly end may take.</param>
    /// <param name="Writing">How long the report may take thereafter, or may stand still.</param>
    /// <param name="Longest">How long the report may take thereafter if it never stands still.</param>
    internal readonly record struct Deadlines(TimeSpan Order, TimeSpan Writing, TimeSpan Longest)
    {
        /// <summary>Gets those of the command line: below the five seconds that are promised, and below the thirty after which the most patient schedulers kill.</summary>
        public static Deadlines Usual { get; } = new(TimeSpan.FromSeconds(3.5), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(24));
    }
}
