using Microsoft.Extensions.Configuration;
using TrainingDoctor.Host.Arguments;
using TrainingDoctor.Host.Fleet;
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
    private readonly IAsyncDisposable _received;

    private LiveServer(LiveHost host, HostCertificate? certificate, IAsyncDisposable received) => (_host, _certificate, _received) = (host, certificate, received);

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
        (LiveOptions Options, IConfiguration Configuration) live, RunBoard board, ReportRequest request, Func<IRunSource, Func<Action, CancellationToken, Task>> watch, Action<string> complain, CancellationToken cancellation)
    {
        var certificate = live.Options.Certificate is { Length: > 0 } file ? HostCertificate.Load(file, live.Options.CertificateKey, live.Options.CertificatePassword) : null;
        IAsyncDisposable? received = null;
        try
        {
            var address = LiveAddress.Parse(live.Options.Address, live.Options.Token is not null, certificate is not null);
            var receiving = new ReceivingOptions(request.Rules, live.Options.Record, live.Options.RecordLimit, live.Options.MaxRuns, Silence);
            LiveSetup setup;
            (received, setup) = string.IsNullOrEmpty(live.Options.Cluster)
                ? Alone(live, address, receiving, board, request, watch, complain)
                : await JoinAsync(live, address, receiving, board, request, watch, complain, cancellation).ConfigureAwait(false);
            return new LiveServer(await LiveHost.StartAsync(setup with { Certificate = certificate }, cancellation).ConfigureAwait(false), certificate, received);
        }
        catch
        {
            if (received is not null)
            {
                await received.DisposeAsync().ConfigureAwait(false);
            }

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
        await _received.DisposeAsync().ConfigureAwait(false);
        _certificate?.Dispose();
    }

    private static (IAsyncDisposable Received, LiveSetup Setup) Alone(
        (LiveOptions Options, IConfiguration Configuration) live, LiveAddress address, ReceivingOptions receiving, RunBoard board, ReportRequest request, Func<IRunSource, Func<Action, CancellationToken, Task>> watch, Action<string> complain)
    {
        var received = new ReceivedRuns(receiving, board, complain);
        return (received, new LiveSetup(live.Options, live.Configuration, address, board, new BoardRuns(board, request.Language), received, watch(received), complain));
    }

    /// <summary>Shares the runs with other hosts. What that takes is loaded here and nowhere else.</summary>
    private static async Task<(IAsyncDisposable Received, LiveSetup Setup)> JoinAsync(
        (LiveOptions Options, IConfiguration Configuration) live, LiveAddress address, ReceivingOptions receiving, RunBoard board, ReportRequest request, Func<IRunSource, Func<Action, CancellationToken, Task>> watch, Action<string> complain, CancellationToken cancellation)
    {
        var member = await FleetMember.PrepareAsync(FleetOptions.Read(live.Options, address), receiving, board, request.Language, complain, cancellation).ConfigureAwait(false);
        return (member, new LiveSetup(live.Options, live.Configuration, address, board, member.Shown, member.Intake, watch(member.Runs), complain) { Extension = member });
    }
}
