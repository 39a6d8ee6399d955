using System.Security.Cryptography;
using System.Text;

namespace TrainingDoctor.Reports.Runs;

/// <summary>A finding's fingerprint for systems that compare builds: rule and layers, without numbers, steps and values, which no two builds share.</summary>
internal static class FindingFingerprint
{
    /// <summary>Returns the fingerprint.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="identity">Tells the finding from that of another run; empty where the format does so by itself.</param>
    public static string Of(FindingDocument finding, string identity = "") =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            $"{(identity.Length > 0 ? identity + "\n" : string.Empty)}{finding.RuleId}\n{string.Join('\n', ReportComparison.Unnumbered(finding).Distinct().Order(StringComparer.Ordinal))}")))[..32];
}
