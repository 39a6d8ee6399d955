using Orleans.Runtime;
using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Host.Fleet.Members;

/// <summary>
/// Ends a host that the others count as dead: it did not answer them for seconds, and they have taken its runs. Nothing that it held is lost, since it has acknowledged nothing that is not kept, and whatever
/// it would still append is refused. Whoever keeps the program running begins it anew.
/// </summary>
/// <param name="complain">Takes one line.</param>
internal sealed class DeclaredDead(Action<string> complain) : IFatalErrorHandler
{
    private int _isEnding;

    /// <inheritdoc/>
    public bool IsUnexpected(Exception exception) => exception is not (ThreadInterruptedException or OperationCanceledException);

    /// <inheritdoc/>
    public void OnFatalException(object? sender, string? context, Exception? exception)
    {
        if (Interlocked.Exchange(ref _isEnding, 1) == 0)
        {
            // The first sentence; the others list the whole cluster.
            string reason = (exception?.Message ?? context ?? "it can no longer be part of the cluster").Split('!', '\n')[0];
            complain($"this host ends, and the others go on with its runs: {reason}");
            Environment.Exit(ExitCode.Internal);
        }
    }
}
