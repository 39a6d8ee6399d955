using TrainingDoctor.Names;
using TrainingDoctor.Readers.Rows;
using TrainingDoctor.Readers.Times;

namespace TrainingDoctor.Readers.Printed;

/// <summary>The names of numbers of printed lines, each with its role and its column.</summary>
/// <param name="roles">What words mean.</param>
internal sealed class TextLabels(TextRoles roles)
{
    private readonly Dictionary<string, TextLabel> _labels = new(StringComparer.Ordinal);

    /// <summary>Tells what the numbers of some words are, where the line says of which phase.</summary>
    public TextLabel Of(string text, string prefix)
    {
        if (text.Length == 0)
        {
            return TextLabel.None;
        }

        string name = prefix + text;
        if (_labels.TryGetValue(name, out var label))
        {
            return label;
        }

        if (_labels.Count >= TextRoles.MaximumLabels)
        {
            return TextLabel.None;
        }

        var role = roles.Of(text);
        label = role.Kind == RoleKind.Metric ? new TextLabel(roles.Of(name), name) : new TextLabel(role, name);
        _labels.Add(name, label);
        return label;
    }
}

/// <summary>What numbers with some words before them are.</summary>
internal sealed class TextLabel(ColumnRole role, string name)
{
    private int? _column;

    public static TextLabel None { get; } = new(ColumnRole.None, string.Empty);

    public ColumnRole Role { get; } = role;

    /// <summary>Gets the name of their column; empty when they have none.</summary>
    public string Name { get; } = name;

    /// <summary>Gets a value indicating whether a kind of training calls a number so that it is watched by: then a blank between name and number is enough.</summary>
    public bool IsOfTask { get; } = role.Kind == RoleKind.None && name.Length > 1 && TaskVocabulary.Default.IsKnown(name);

    /// <summary>Gets a value indicating whether they name a time.</summary>
    public bool IsOfTime { get; } = role.Kind == RoleKind.None && TimeNames.KindOf(name) != TimeKind.None;

    /// <summary>Gets their column, which there is from the first number on that counts.</summary>
    public int ColumnOf(ColumnTable columns) => _column ??= columns.Intern(Name);
}
