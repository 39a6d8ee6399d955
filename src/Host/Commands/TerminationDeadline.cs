using System.Runtime.InteropServices;

namespace TrainingDoctor.Host.Commands;

/// <summary>
/// Ends the program in time when the system asks for it (SIGTERM), as service managers and schedulers do shortly before they kill: what reads or waits and cannot be stopped, a disk that is away
/// for instance, must not cost the report of what is known.
/// </summary>
internal sealed class TerminationDeadline : IDisposable
{
    /// <summary>How long an orderly end may take; the report by then takes the rest of five seconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private readonly PosixSignalRegistration? _registration;
    private readonly Func<int> _conclude;
    private Timer? _timer;
    private int _isOver;

    /// <summary>Begins to listen for the signal.</summary>
    /// <param name="conclude">Writes what is known, and says with which exit code to end.</param>
    public TerminationDeadline(Func<int> conclude)
    {
        _conclude = conclude;
        if (!OperatingSystem.IsWindows())
        {
            _registration = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => _timer ??= new Timer(_ => End(), null, Patience, Timeout.InfiniteTimeSpan));
        }
    }

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
        _registration?.Dispose();
        _timer?.Dispose();
    }

    private bool TryConclude() => Interlocked.Exchange(ref _isOver, 1) == 0;

    private void End()
    {
        if (!TryConclude())
        {
            return;
        }

        int code = ExitCode.Internal;
        try
        {
            code = _conclude();
        }
        finally
        {
            Environment.Exit(code);
        }
    }
}
