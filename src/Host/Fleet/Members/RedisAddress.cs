using System.Globalization;
using StackExchange.Redis;
using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Host.Fleet.Members;

/// <summary>How Redis is reached in which hosts find each other.</summary>
internal static class RedisAddress
{
    /// <summary>Returns what Redis' driver connects with.</summary>
    /// <param name="address">The address.</param>
    /// <param name="isPatient">Whether a Redis that is away is waited for.</param>
    public static ConfigurationOptions Of(FleetAddress address, bool isPatient) => new()
    {
        EndPoints = { { address.Host, address.Port } },
        User = address.User.Length > 0 ? address.User : null,
        Password = address.Password.Length > 0 ? address.Password : null,
        DefaultDatabase = address.Database.Length > 0 ? int.Parse(address.Database, CultureInfo.InvariantCulture) : 0,
        Ssl = address.IsSecure,
        AbortOnConnectFail = !isPatient,
        ConnectTimeout = 3000,
        AsyncTimeout = 3000,
        ClientName = FleetAddress.ClusterName,
    };

    /// <summary>Makes sure that Redis answers.</summary>
    /// <param name="address">The address.</param>
    /// <exception cref="UsageException">It does not.</exception>
    public static async Task CheckAsync(FleetAddress address)
    {
        try
        {
            await using var redis = await ConnectionMultiplexer.ConnectAsync(Of(address, isPatient: false));
            await redis.GetDatabase().PingAsync();
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            // What the library says of a connection is advice for programmers.
            string reason = exception is RedisConnectionException failed ? FormattableString.Invariant($"the connection failed ({failed.FailureType})") : exception.Message.Split('\n')[0];
            throw new UsageException($"{address.Shown} cannot be used: {reason}");
        }
    }
}
