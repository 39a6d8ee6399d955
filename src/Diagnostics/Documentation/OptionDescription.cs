using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Xml.Linq;

namespace TrainingDoctor.Documentation;

/// <summary>One option of a rule, as its page shows it.</summary>
/// <param name="Name">The property's name.</param>
/// <param name="Default">The default value.</param>
/// <param name="Bounds">The allowed range, e.g. <c>0 … 1</c>; null when there is none.</param>
/// <param name="Meaning">What it does, from the documentation comment; null when that is not at hand.</param>
/// <param name="Origin">Default, bounds and where the default comes from; null when not at hand.</param>
public sealed record OptionDescription(string Name, string Default, string? Bounds, string? Meaning, string? Origin)
{
    private static readonly Lazy<Dictionary<string, XElement>> Comments = new(ReadComments);

    /// <summary>Describes the options of a rule.</summary>
    /// <param name="optionsType">The options' type, with a constructor without parameters.</param>
    public static IReadOnlyList<OptionDescription> Of(Type optionsType)
    {
        ArgumentNullException.ThrowIfNull(optionsType);
        var defaults = Activator.CreateInstance(optionsType)!;
        return [.. optionsType.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite).Select(property => Of(property, defaults))];
    }

    private static OptionDescription Of(PropertyInfo property, object defaults)
    {
        var range = property.GetCustomAttribute<RangeAttribute>();
        string? bounds = range is null
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"{range.Minimum} … {(range.Maximum is int.MaxValue or long.MaxValue or double.MaxValue ? "∞" : range.Maximum)}");
        Comments.Value.TryGetValue($"P:{property.DeclaringType!.FullName}.{property.Name}", out var comment);
        return new OptionDescription(
            property.Name,
            Convert.ToString(property.GetValue(defaults), CultureInfo.InvariantCulture) ?? string.Empty,
            bounds,
            Flatten(comment?.Element("summary"))?.Replace("Gets or sets ", string.Empty, StringComparison.Ordinal),
            Flatten(comment?.Element("value")));
    }

    private static string? Flatten(XElement? element) =>
        element is null ? null : string.Join(' ', element.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The compiler writes the comments into a file beside the assembly; a copy of the program without it has shorter pages.</summary>
    private static Dictionary<string, XElement> ReadComments()
    {
        string path = Path.Combine(AppContext.BaseDirectory, typeof(Rule).Assembly.GetName().Name + ".xml");
        return File.Exists(path)
            ? XDocument.Load(path).Descendants("member").ToDictionary(member => (string)member.Attribute("name")!)
            : [];
    }
}
