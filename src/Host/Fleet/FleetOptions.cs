using System.Net;
using System.Net.Sockets;
using TrainingDoctor.Host.Arguments;
using TrainingDoctor.Host.Live;
using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Host.Fleet;

/// <summary>How a host is part of a fleet.</summary>
/// <param name="Members">Where the hosts find each other.</param>
/// <param name="Records">Where they keep their runs: PostgreSQL.</param>
/// <param name="EndPoint">Where the other hosts reach this one.</param>
/// <param name="IdleTime">How long a run is held in memory after its last line.</param>
/// <param name="Logs">The folders whose logs are diagnosed for others.</param>
internal sealed record FleetOptions(FleetAddress Members, FleetAddress Records, IPEndPoint EndPoint, TimeSpan IdleTime, AllowedFolders Logs)
{
    /// <summary>How far the port for other hosts is from that for pages.</summary>
    private const int PortDistance = 10_000;

    /// <summary>Reads the options.</summary>
    /// <param name="options">Those of the host.</param>
    /// <param name="listening">Where it listens for pages and telemetry.</param>
    /// <exception cref="UsageException">An address is none, or there is no place for records.</exception>
    public static FleetOptions Read(LiveOptions options, LiveAddress listening)
    {
        var members = FleetAddress.Parse(options.Cluster!, "--cluster");
        var records = string.IsNullOrEmpty(options.Record)
            ? members.Kind == FleetStoreKind.Postgres ? members : throw new UsageException("--cluster redis://… needs --record postgres://USER:PASSWORD@HOST:PORT/DB: Redis tells the hosts of each other, PostgreSQL keeps their runs.")
            : options.Record.Contains("://", StringComparison.Ordinal) && FleetAddress.Parse(options.Record, "--record") is { Kind: FleetStoreKind.Postgres } named ? named
            : throw new UsageException("--record: hosts that share their runs (--cluster) keep them in PostgreSQL; expected postgres://USER:PASSWORD@HOST:PORT/DB.");
        return new FleetOptions(members, records, EndPointOf(options.ClusterAddress, listening), TimeSpan.FromSeconds(options.IdleSeconds), Allowed(options.Logs));
    }

    /// <summary>Finds where commands reach this host that have logs diagnosed: the port behind that for other hosts, or a free one where somebody else has it. They find it by the table of hosts.</summary>
    public int CommandPort()
    {
        try
        {
            using var socket = new Socket(EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(EndPoint.Address, EndPoint.Port + 1));
            return EndPoint.Port + 1;
        }
        catch (Exception exception) when (exception is SocketException or ArgumentOutOfRangeException)
        {
            return FreePort();
        }
    }

    private static AllowedFolders Allowed(string? logs) =>
        new((logs ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), $"{LiveOptions.EnvironmentPrefix}LOGS, or logs in appsettings.json");

    private static IPEndPoint EndPointOf(string? named, LiveAddress listening)
    {
        if (!string.IsNullOrEmpty(named))
        {
            return IPEndPoint.TryParse(named, out var endPoint) && endPoint.Port > 0 && !endPoint.Address.Equals(IPAddress.Any) && !endPoint.Address.Equals(IPAddress.IPv6Any)
                ? endPoint
                : throw new UsageException("clusterAddress: expected the address and port at which the other hosts reach this one, as in 10.0.0.7:15173.");
        }

        int port = listening.EndPoint.Port;
        bool isAny = listening.EndPoint.Address.Equals(IPAddress.Any) || listening.EndPoint.Address.Equals(IPAddress.IPv6Any);
        return new IPEndPoint(isAny ? OwnAddress() : listening.EndPoint.Address, port == 0 ? FreePort() : port + PortDistance <= IPEndPoint.MaxPort ? port + PortDistance : port - PortDistance);
    }

    private static IPAddress OwnAddress() =>
        Array.Find(Dns.GetHostAddresses(Dns.GetHostName()), address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address))
        ?? throw new UsageException("clusterAddress: this machine's address is not known; name the one at which the other hosts reach it, as in 10.0.0.7:15173.");

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
