using Microsoft.Extensions.Configuration;
using TrainingDoctor.Host.Arguments;
using TrainingDoctor.Host.Live;
using TrainingDoctor.Host.Live.Security;
using TrainingDoctor.Host.Receiving;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Host.Watch;

namespace TrainingDoctor.Host.Commands;

/// <summary>A live page that a command serves while it does something else: its host, certificate and the runs that are pushed to it.</summary>
internal sealed class LiveServer : IAsyncDisposable
{
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(10);

    private readonly LiveHost _host;
    private readonly HostCertificate? _certificate;
    private readonly ReceivedRuns _received;

    private LiveServer(LiveHost host, HostCertificate? certificate, ReceivedRuns received) => (_host, _certificate, _received) = (host, certificate, received);

    /// <summary>Gets the address that is listened at.</summary>
    public string Address => _host.Address;

    /// <summary>Begins to serve.</summary>
    /// <param name="live">How to serve, and what the configuration says beside.</param>
    /// <param name="board">The runs.</param>
    /// <param name="request">The rules and the language.</param>
    /// <param name="watch">Given the runs that are pushed here, returns the watching; it calls back after each look.</param>
    /// <param name="complain">Takes one line about what goes wrong.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UsageException">The address cannot be listened at.</exception>
    public static async Task<LiveServer> StartAsync(
        (LiveOptions Options, IConfiguration Configuration) live, RunBoard board, ReportRequest request, Func<ReceivedRuns, Func<Action, CancellationToken, Task>> watch, Action<string> complain, CancellationToken cancellation)
    {
        var certificate = live.Options.Certificate is { Length: > 0 } file ? HostCertificate.Load(file, live.Options.CertificateKey, live.Options.CertificatePassword) : null;
        ReceivedRuns? received = null;
        try
        {
            var address = LiveAddress.Parse(live.Options.Address, live.Options.Token is not null, certificate is not null);
            received = new ReceivedRuns(new ReceivingOptions(request.Rules, live.Options.Record, live.Options.RecordLimit, live.Options.MaxRuns, Silence), board, complain);
            var setup = new LiveSetup(live.Options, live.Configuration, address, board, received, request.Language, watch(received), complain) { Certificate = certificate };
            return new LiveServer(await LiveHost.StartAsync(setup, cancellation).ConfigureAwait(false), certificate, received);
        }
        catch
        {
            received?.Dispose();
            certificate?.Dispose();
            throw;
        }
    }

    /// <summary>Waits until the watching has ended.</summary>
    /// <param name="cancellation">Ends it early, as Ctrl-C does.</param>
    public Task RunAsync(CancellationToken cancellation) => _host.RunAsync(cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync().ConfigureAwait(false);
        _received.Dispose();
        _certificate?.Dispose();
    }
}
