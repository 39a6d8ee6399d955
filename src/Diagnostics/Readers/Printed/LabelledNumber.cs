using TrainingDoctor.Names;

namespace TrainingDoctor.Readers.Printed;

/// <summary>A number of a line, with the words that name it.</summary>
/// <param name="Label">The words, at most the last four; empty when there are none.</param>
/// <param name="Value">The number.</param>
/// <param name="Total">The number behind a slash, as in <c>10/1000</c>; 0 when there is none.</param>
/// <param name="IsAssigned">Whether a colon or an equals sign stands between the words and the number.</param>
/// <param name="Phase">The phase of the last heading before it in its line, as in <c>train: loss 0.5 | val: loss 0.6</c>.</param>
internal readonly record struct LabelledNumber(string Label, double Value, double Total, bool IsAssigned, ColumnPhase Phase)
{
    /// <summary>Gets where it stands in the line.</summary>
    public int Start { get; init; }

    /// <summary>Gets where its last digit ends.</summary>
    public int End { get; init; }

    /// <summary>Gets what it cannot be a measurement or a counter for; none for numbers that can.</summary>
    public NumberAside Aside { get; init; }

    /// <summary>Gets a value indicating whether it counts without a name: <c>[40]</c>, <c>12:</c> before all words, or how far a progress bar is.</summary>
    public bool IsBareCounter { get; init; }

    /// <summary>Gets a value indicating whether a percent sign follows.</summary>
    public bool IsPercent { get; init; }

    /// <summary>Gets a value indicating whether a sentence tells it: <c>loss is nan</c>.</summary>
    public bool IsStated { get; init; }

    /// <summary>Gets how many values stood in the list that it sums up; 0 when it is a number of its own.</summary>
    public int Listed { get; init; }
}

/// <summary>Why a number of a line is no counter and no measurement.</summary>
internal enum NumberAside : byte
{
    /// <summary>It may be one.</summary>
    None,

    /// <summary>A date, a time or a version.</summary>
    Time,

    /// <summary>A duration, a size or a speed.</summary>
    Quantity,

    /// <summary>How much of a bar is done.</summary>
    Progress,

    /// <summary>A spread, or a mean in parentheses behind its value.</summary>
    Repeat,

    /// <summary>What was best so far, or was saved.</summary>
    Best,

    /// <summary>One of a list of values.</summary>
    Element,

    /// <summary>A setting of what is measured, in brackets behind its name.</summary>
    Setting,
}
