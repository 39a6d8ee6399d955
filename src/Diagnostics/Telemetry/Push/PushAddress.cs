using System.Net;

namespace TrainingDoctor.Telemetry.Push;

/// <summary>The address of a host that takes telemetry. It holds no secret, so that it may stand in messages.</summary>
internal sealed class PushAddress
{
    private const int LongestName = 200;
    private readonly Uri _base;

    private PushAddress(Uri address) => _base = address;

    /// <summary>Gets a value indicating whether the host is this machine.</summary>
    public bool IsLoopback => _base.IsLoopback || (IPAddress.TryParse(_base.DnsSafeHost, out var ip) && IPAddress.IsLoopback(ip));

    /// <summary>Tells whether a recording goes to a host, not to a file.</summary>
    public static bool IsAddress(string recordTo) =>
        recordTo.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || recordTo.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads an address.</summary>
    /// <exception cref="ArgumentException">It is none, or holds what could be a secret; the message does not repeat it.</exception>
    public static PushAddress Parse(string recordTo)
    {
        const string Option = $"{nameof(TrainingMonitorOptions)}.{nameof(TrainingMonitorOptions.RecordTo)}";
        if (!Uri.TryCreate(recordTo, UriKind.Absolute, out var address) || address.Host.Length == 0)
        {
            throw new ArgumentException($"{Option} is no valid address; expected one such as http://127.0.0.1:5173.", nameof(recordTo));
        }

        if (address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            throw new ArgumentException(
                $"{Option}: an address with a user, password, query or fragment is not taken, since addresses are logged; a token belongs into the environment variable {PushSettings.TokenVariable}.",
                nameof(recordTo));
        }

        return new PushAddress(address);
    }

    /// <summary>Gets where the telemetry of a run goes.</summary>
    /// <param name="runId">Tells the run from all others.</param>
    /// <param name="name">Its name.</param>
    public Uri OfRun(string runId, string name)
    {
        string shortened = name.Length <= LongestName ? name : name[..LongestName];
        return new Uri($"{this}/api/v1/runs/{Uri.EscapeDataString(runId)}/telemetry?name={Uri.EscapeDataString(shortened)}");
    }

    /// <inheritdoc/>
    public override string ToString() => _base.AbsoluteUri.TrimEnd('/');
}
