using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Host.Remote;

/// <summary>The address of a host that serves runs. It holds no secret, so that it may stand in messages.</summary>
internal static class RemoteAddress
{
    /// <summary>Reads an address.</summary>
    /// <param name="text">The address.</param>
    /// <exception cref="UsageException">It is none.</exception>
    public static Uri Parse(string text) =>
        Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0 && uri.Query.Length == 0
            ? uri
            : throw new UsageException($"--url: expected an http or https address such as {Live.LiveAddress.Default}; a token belongs into the environment variable {Live.LiveOptions.EnvironmentPrefix}TOKEN.");
}
