using TrainingDoctor.Readers.Formats;

namespace TrainingDoctor.Readers.Printed;

/// <summary>What a piece of a printed line is.</summary>
internal enum TokenKind : byte
{
    /// <summary>A mark between words and numbers.</summary>
    Mark,

    /// <summary>A word.</summary>
    Word,

    /// <summary>A number that may count or measure something.</summary>
    Number,

    /// <summary>A date, a time of the day, a duration or a version.</summary>
    Time,

    /// <summary>A number with a unit: a duration, a size or a speed.</summary>
    Quantity,

    /// <summary>How much of a progress bar is done.</summary>
    Progress,

    /// <summary>How far values lie apart, behind their mean: <c>0.5+0.01</c>, <c>0.5 ± 0.01</c>.</summary>
    Spread,

    /// <summary>What stands where a number is missing: <c>n/a</c>, <c>None</c>.</summary>
    Absent,
}

/// <summary>A piece of a printed line.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Where it begins in the line.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Value">The number; of quantities the one before the unit.</param>
internal readonly record struct TextToken(TokenKind Kind, int Start, int End, double Value = 0)
{
    /// <summary>Gets a value indicating whether it is a whole number that may count something.</summary>
    public bool IsCount => Kind == TokenKind.Number && Value >= 0 && Value < 1e15 && Value == Math.Floor(Value);

    /// <summary>Tells whether it is a certain mark.</summary>
    public bool Is(string line, char mark) => Kind == TokenKind.Mark && line[Start] == mark;
}
