using System.Reflection;

namespace TrainingDoctor.Analyzers.Catalog;

/// <summary>Where the pages of rules stand on the web: the link that editors show beside a report.</summary>
internal static class PageAddress
{
    private static readonly string? Folder = FolderOf(
        typeof(PageAddress).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(attribute => attribute.Key == "RepositoryUrl")?.Value,
        typeof(PageAddress).Assembly.GetName().Version.ToString(3));

    /// <summary>The address of a rule's page; null when the analyzer was built from sources without a remote on the web, because then nobody could open it.</summary>
    public static string? Of(string id, string name) => Folder is null ? null : $"{Folder}/{id}-{name}.md";

    /// <summary>The folder of the pages, at the tag of a version.</summary>
    /// <param name="repository">The remote that the build recorded; null when there was none.</param>
    /// <param name="version">The version.</param>
    internal static string? FolderOf(string? repository, string version)
    {
        string? page = repository?.EndsWith(".git", StringComparison.Ordinal) == true ? repository.Substring(0, repository.Length - 4) : repository;
        return Uri.TryCreate(page, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps ? $"{address.AbsoluteUri.TrimEnd('/')}/blob/v{version}/docs/analyzers" : null;
    }
}
