using System.Net;
using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Host.Live;

/// <summary>Where a host listens.</summary>
/// <param name="EndPoint">The address and port; port 0 for any that is free.</param>
/// <param name="IsSecure">Whether TLS is spoken there.</param>
internal sealed record LiveAddress(IPEndPoint EndPoint, bool IsSecure = false)
{
    /// <summary>The address unless another is named.</summary>
    public const string Default = "http://127.0.0.1:5173";

    /// <summary>The address unless another is named, of a host with a certificate.</summary>
    public const string SecureDefault = "https://127.0.0.1:5173";

    /// <summary>Gets a value indicating whether only this machine can reach it.</summary>
    public bool IsLoopback => IPAddress.IsLoopback(EndPoint.Address);

    /// <summary>Reads an address.</summary>
    /// <param name="text">The address.</param>
    /// <param name="hasToken">Whether requests must show a secret.</param>
    /// <param name="hasCertificate">Whether there is a certificate to show.</param>
    /// <exception cref="UsageException">It is none that can be listened at, others could reach it without a secret, or what it speaks does not go with the certificate.</exception>
    public static LiveAddress Parse(string text, bool hasToken, bool hasCertificate = false)
    {
        // A star is how servers spell "every address of this machine", and no address by itself.
        if (!Uri.TryCreate(text.Replace("//*", "//0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out var uri)
            || uri.Scheme is not ("http" or "https") || uri.AbsolutePath != "/" || uri.Query.Length > 0 || uri.UserInfo.Length > 0)
        {
            throw new UsageException($"'{text}' is no address to listen at; expected one such as {Default}, or port 0 for any free port.");
        }

        bool isSecure = uri.Scheme == Uri.UriSchemeHttps;
        if (isSecure != hasCertificate)
        {
            throw new UsageException(isSecure
                ? $"'{text}' asks for HTTPS: name the certificate with --certificate, or let a proxy in front speak it."
                : $"'{text}' would be served without encryption, although --certificate is named; expected https://.");
        }

        var ip = uri.IdnHost == "localhost" ? IPAddress.Loopback
            : IPAddress.TryParse(uri.DnsSafeHost, out var parsed) ? parsed
            : throw new UsageException($"'{text}' names no address of this machine; expected localhost, an IP address, or * for all.");
        var address = new LiveAddress(new IPEndPoint(ip, uri.Port), isSecure);
        return address.IsLoopback || hasToken
            ? address
            : throw new UsageException($"'{text}' can be reached from other machines: set a token of 16 characters or more in the environment variable {LiveOptions.EnvironmentPrefix}TOKEN, which requests then must show.");
    }
}
