using TrainingDoctor.Names;

namespace TrainingDoctor.Readers.Printed;

/// <summary>A column of a printed table.</summary>
internal sealed class TextColumn(string name, int start, int end)
{
    /// <summary>Gets the column of remarks behind all others.</summary>
    public static TextColumn None { get; } = new(string.Empty, 0, 0);

    /// <summary>Gets the index that pandas prints before all columns.</summary>
    public static TextColumn Index { get; } = new("step", 0, 0);

    /// <summary>Gets the column of an index: it places rows that nothing else does.</summary>
    public static TextColumn IndexOf(TextColumn[] columns) => Array.Exists(columns, column => column.Role.Kind is RoleKind.Epoch or RoleKind.Step) ? None : Index;

    /// <summary>Gets its name.</summary>
    public string Name { get; } = name.Trim('(', ')', ':', '#', ' ') is { Length: > 0 } trimmed ? trimmed : name;

    /// <summary>Gets where its name begins in the line.</summary>
    public int Start { get; } = start;

    /// <summary>Gets where its name ends.</summary>
    public int End { get; } = end;

    /// <summary>Gets what it is; spaCy heads epochs and steps with <c>E</c> and <c>#</c>.</summary>
    public ColumnRole Role { get; } = name.Length == 0 ? ColumnRole.None : ColumnClassifier.Classify(name switch { "E" => "epoch", "#" => "step", _ => name });

    /// <summary>Gives it another name.</summary>
    public TextColumn As(string other) => new(other, Start, End);
}

/// <summary>A cell of a printed table.</summary>
/// <param name="Text">What it says, without what makes it bold.</param>
/// <param name="Start">Where it begins in the line.</param>
/// <param name="End">Where it ends.</param>
internal readonly record struct TextCell(string Text, int Start, int End);
