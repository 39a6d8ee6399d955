using System.Security.Cryptography;
using System.Text;

namespace TrainingDoctor.Host.Fleet;

/// <summary>What the runs of logs that a host follows are called among all hosts: two machines may have logs at the same path.</summary>
/// <param name="place">What tells this host from the others, and stays when it is begun anew: where they reach it.</param>
internal sealed class LogNames(string place)
{
    private readonly string _ending = $"-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(place)).AsSpan(0, 4))}";

    /// <summary>Names a run for all hosts.</summary>
    /// <param name="own">Its name on this host.</param>
    public string SharedOf(string own) => own + _ending;

    /// <summary>Finds what this host calls a run.</summary>
    /// <param name="shared">Its name among all hosts.</param>
    /// <returns>Null when it is none of this host's logs.</returns>
    public string? OwnOf(string shared) => shared.EndsWith(_ending, StringComparison.Ordinal) ? shared[..^_ending.Length] : null;
}
