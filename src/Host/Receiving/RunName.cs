using System.Text.RegularExpressions;

namespace TrainingDoctor.Host.Receiving;

/// <summary>What runs that are pushed are called: by their sender, and here, where those of a project begin with its name: <c>vision.run7</c>. So a run's project is known wherever the run is, and two projects may give
/// the same name.</summary>
internal static partial class RunName
{
    private const char Separator = '.';

    /// <summary>Tells whether a sender may call a run so, or a project be called so: short, and safe in addresses and file names.</summary>
    /// <param name="name">The name.</param>
    public static bool IsValid(string name) => ValidName().IsMatch(name) && !DeviceName().IsMatch(name);

    /// <summary>Tells whether a run can be called so here.</summary>
    /// <param name="id">The name, of a project's run with the project's before it.</param>
    public static bool IsValidId(string id) => id.Split(Separator) is [var name] ? IsValid(name) : id.Split(Separator) is [var project, var own] && IsValid(project) && IsValid(own);

    /// <summary>Returns what a run is called here.</summary>
    /// <param name="project">Its project; null for none.</param>
    /// <param name="name">What its sender calls it.</param>
    public static string Of(string? project, string name) => project is null ? name : $"{project}{Separator}{name}";

    /// <summary>Returns the project of a run.</summary>
    /// <param name="id">What it is called here.</param>
    /// <returns>Null where it has none.</returns>
    public static string? ProjectOf(string id) => id.IndexOf(Separator, StringComparison.Ordinal) is > 0 and var end ? id[..end] : null;

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_-]{0,63}\z")]
    private static partial Regex ValidName();

    /// <summary>What Windows takes for a device, whatever stands behind the dot.</summary>
    [GeneratedRegex(@"\A(con|prn|aux|nul|com[0-9]|lpt[0-9])\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex DeviceName();
}
