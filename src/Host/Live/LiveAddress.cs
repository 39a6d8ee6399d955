using System.Net;
using TrainingDoctor.Host.Commands;

namespace TrainingDoctor.Host.Live;

/// <summary>Where a host listens.</summary>
/// <param name="EndPoint">The address and port; port 0 for any that is free.</param>
internal sealed record LiveAddress(IPEndPoint EndPoint)
{
    /// <summary>The address unless another is named.</summary>
    public const string Default = "http://127.0.0.1:5173";

    /// <summary>Gets a value indicating whether only this machine can reach it.</summary>
    public bool IsLoopback => IPAddress.IsLoopback(EndPoint.Address);

    /// <summary>Reads an address.</summary>
    /// <param name="text">The address.</param>
    /// <param name="hasToken">Whether requests must show a secret.</param>
    /// <exception cref="UsageException">It is none that can be listened at, or others could reach it without a secret.</exception>
    public static LiveAddress Parse(string text, bool hasToken)
    {
        // A star is how servers spell "every address of this machine", and no address by itself.
        if (!Uri.TryCreate(text.Replace("//*", "//0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out var uri)
            || uri.Scheme != Uri.UriSchemeHttp || uri.AbsolutePath != "/" || uri.Query.Length > 0 || uri.UserInfo.Length > 0)
        {
            throw new UsageException($"'{text}' is no address to listen at; expected one such as {Default}, or port 0 for any free port. HTTPS is the matter of a proxy in front.");
        }

        var ip = uri.IdnHost == "localhost" ? IPAddress.Loopback
            : IPAddress.TryParse(uri.DnsSafeHost, out var parsed) ? parsed
            : throw new UsageException($"'{text}' names no address of this machine; expected localhost, an IP address, or * for all.");
        var address = new LiveAddress(new IPEndPoint(ip, uri.Port));
        return address.IsLoopback || hasToken
            ? address
            : throw new UsageException($"'{text}' can be reached from other machines: set a token of 16 characters or more in the environment variable {LiveOptions.EnvironmentPrefix}TOKEN, which requests then must show.");
    }
}
