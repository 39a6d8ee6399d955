using System.Net;
using System.Net.Sockets;

namespace TrainingDoctor.Tests.Fleet;

/// <summary>Spreads connections over hosts in turns, as balancers do that ask each host twice a second whether it is ready.</summary>
internal sealed class FleetBalancer : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(0.5);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero }) { Timeout = TimeSpan.FromSeconds(1) };
    private readonly int[] _ports;
    private readonly bool[] _isReady;
    private readonly Task[] _work;
    private int _turn;

    /// <summary>Begins to spread.</summary>
    /// <param name="ports">The hosts.</param>
    public FleetBalancer(int[] ports)
    {
        _ports = ports;
        _isReady = new bool[ports.Length];
        _listener.Start();
        _work = [AcceptAsync(), .. ports.Select((_, host) => AskAsync(host))];
    }

    /// <summary>Gets where it listens.</summary>
    public string Address => FormattableString.Invariant($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Dispose();
        await Task.WhenAll(_work);
        _http.Dispose();
        _ending.Dispose();
    }

    private async Task AskAsync(int host)
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                using var answer = await _http.GetAsync(FormattableString.Invariant($"http://127.0.0.1:{_ports[host]}/ready"), _ending.Token);
                _isReady[host] = answer.IsSuccessStatusCode;
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
            {
                _isReady[host] = false;
            }

            await Task.Delay(Period, _ending.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(PassAsync(await _listener.AcceptTcpClientAsync(_ending.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using (client)
        {
            for (int attempt = 0; attempt < _ports.Length; attempt++)
            {
                int host = Interlocked.Increment(ref _turn) % _ports.Length;
                if (_isReady[host])
                {
                    await PassAsync(client, host);
                    return;
                }
            }
        }
    }

    private async Task PassAsync(TcpClient client, int host)
    {
        using var server = new TcpClient();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _ports[host], ending.Token);
            var (near, far) = (client.GetStream(), server.GetStream());
            var both = new[] { near.CopyToAsync(far, ending.Token), far.CopyToAsync(near, ending.Token), UntilAwayAsync(host, ending.Token) };
            await Task.WhenAny(both);
            await ending.CancelAsync();
            await Task.WhenAll(both.Select(way => way.ContinueWith(_ => { }, TaskScheduler.Default)));
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
        {
            // One side has gone; the sender comes again.
        }
    }

    private async Task UntilAwayAsync(int host, CancellationToken cancellation)
    {
        while (_isReady[host])
        {
            await Task.Delay(Period, cancellation);
        }
    }
}
