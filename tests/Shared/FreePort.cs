using System.Net;
using System.Net.Sockets;

namespace TrainingDoctor.Tests;

/// <summary>
/// Ports of this machine that nobody listens at, each told once. They are below those that systems give to outgoing connections (from 32768 on Linux, from 49152 elsewhere):
/// such a port may be taken by anybody's connection while a host that had it is begun anew.
/// </summary>
internal static class FreePort
{
    private const int First = 15_000;
    private const int Last = 32_000;
    private static int _next = Random.Shared.Next(First, Last);

    /// <summary>Finds a port.</summary>
    public static int Next()
    {
        while (true)
        {
            int port = First + (Interlocked.Increment(ref _next) % (Last - First));
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
