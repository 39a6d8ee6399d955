using System.Reflection;

namespace TrainingDoctor.Reports.Sarif;

/// <summary>Where the project that this program was built from stands on the web, as its build recorded it.</summary>
/// <param name="Repository">The address of the repository.</param>
/// <param name="Version">The version, whose tag the pages are read at.</param>
internal sealed record ProjectAddress(Uri Repository, string Version)
{
    /// <summary>Gets the address; null when the program was built from sources without a remote on the web, because then nobody could open it.</summary>
    public static ProjectAddress? Own { get; } = Of(
        typeof(ProjectAddress).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(attribute => attribute.Key == "RepositoryUrl")?.Value,
        typeof(ProjectAddress).Assembly.GetName().Version!.ToString(3));

    /// <summary>Gets the address of a rule's page.</summary>
    /// <param name="rule">The rule.</param>
    public Uri PageOf(RuleDescriptor rule) => new($"{Repository.AbsoluteUri.TrimEnd('/')}/blob/v{Version}/docs/rules/{rule.Id}-{rule.Name}.md");

    /// <summary>Takes what a build recorded.</summary>
    /// <param name="repository">The remote; null when there was none.</param>
    /// <param name="version">The version.</param>
    internal static ProjectAddress? Of(string? repository, string version)
    {
        string? page = repository?.EndsWith(".git", StringComparison.Ordinal) == true ? repository[..^4] : repository;
        return Uri.TryCreate(page, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps ? new ProjectAddress(address, version) : null;
    }
}
