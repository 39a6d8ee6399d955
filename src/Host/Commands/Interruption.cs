using System.Runtime.InteropServices;

namespace TrainingDoctor.Host.Commands;

/// <summary>
/// What asks a command that waits and follows to end. Ctrl-C has time: logs are read to their end and the report is written; a second one ends the program at once. The system (SIGTERM) has five
/// seconds, as service managers and schedulers kill soon afterwards: what reads or waits and cannot be stopped, a pipe or a disk that is away for instance, must not cost the report of what is known.
/// </summary>
/// <remarks>The command line's own handling of signals is off: it waits in the handler until the command has ended, and handlers are called one after the other.</remarks>
internal sealed class Interruption : IDisposable
{
    /// <summary>How long an orderly end may take.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>How long the report may take thereafter.</summary>
    private static readonly TimeSpan Writing = TimeSpan.FromSeconds(0.8);

    private readonly CancellationTokenSource _source;
    private readonly PosixSignalRegistration[] _registrations;
    private Func<int>? _conclude;
    private Timer? _timer;
    private int _interrupts;
    private int _isOver;

    /// <summary>Begins to listen for signals.</summary>
    /// <param name="cancellation">Ends the command too.</param>
    public Interruption(CancellationToken cancellation)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, OnInterrupt), PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnTermination)];
    }

    /// <summary>Gets what is cancelled when the command is asked to end.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Says how the report of what is known is written when there is no time for an orderly end.</summary>
    /// <param name="conclude">Writes it, and says with which exit code to end.</param>
    public void InTime(Func<int> conclude) => _conclude = conclude;

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

        _timer?.Dispose();
        _source.Dispose();
    }

    private void OnInterrupt(PosixSignalContext context)
    {
        context.Cancel = Interlocked.Increment(ref _interrupts) == 1;
        _ = _source.CancelAsync();
    }

    private void OnTermination(PosixSignalContext context)
    {
        context.Cancel = true;
        _timer ??= new Timer(_ => End(), null, Patience, Timeout.InfiniteTimeSpan);
        _ = _source.CancelAsync();
    }

    private bool TryConclude() => Interlocked.Exchange(ref _isOver, 1) == 0;

    private void End()
    {
        int code = ExitCode.Internal;
        try
        {
            if (!TryConclude())
            {
                // It is being written in order; what takes longer than a moment would be killed anyway.
                Thread.Sleep(Writing);
            }
            else if (_conclude is { } conclude && Task.Run(conclude) is var writing && writing.Wait(Writing))
            {
                code = writing.Result;
            }
        }
        finally
        {
            Environment.Exit(code);
        }
    }
}
