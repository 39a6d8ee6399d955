using System.Net;
using System.Net.Sockets;

namespace TrainingDoctor.Tests;

/// <summary>
/// Ports of this machine that nobody listens at, each told once. They are below those that systems give to outgoing connections (from 32768 on Linux, from 49152 elsewhere):
/// such a port may be taken by anybody's connection while a host that had it is begun anew. So are those 10,000 higher, at which hosts of a fleet reach each other, and the ones behind these, for commands.
/// </summary>
internal static class FreePort
{
    private const int First = 11_000;
    private const int Last = 20_999;
    private const int Distance = 3;
    private static int _next = Random.Shared.Next(First, Last);

    /// <summary>Finds a port.</summary>
    public static int Next()
    {
        while (true)
        {
            int port = First + (Interlocked.Add(ref _next, Distance) % (Last - First));
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody listens there.
            }
        }
    }
}
