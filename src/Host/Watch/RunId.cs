using System.Security.Cryptography;
using System.Text;

namespace TrainingDoctor.Host.Watch;

/// <summary>Makes the identities of runs: short, the same at every look, and safe in an address whatever the file is called.</summary>
internal static class RunId
{
    /// <summary>Identifies a run by where it comes from.</summary>
    /// <param name="path">The log.</param>
    /// <param name="name">The name of the log, where one file holds several.</param>
    /// <param name="generation">How often the log was begun anew.</param>
    /// <param name="index">Which of the log's runs.</param>
    public static string Of(string path, string name, int generation, int index)
    {
        byte[] text = Encoding.UTF8.GetBytes(FormattableString.Invariant($"{path}\n{name}\n{generation}\n{index}"));
        return Convert.ToHexStringLower(SHA256.HashData(text).AsSpan(0, 8));
    }
}
