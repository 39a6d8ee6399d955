namespace TrainingDoctor.Reports.Html.Charts;

/// <summary>What an axis of values may do with them.</summary>
internal enum AxisKind
{
    /// <summary>Logarithmic where the values span decades, and without the few that lie far from all others.</summary>
    Free,

    /// <summary>Linear from zero with every value, as for a schedule that somebody set; logarithmic when the reader asks for it.</summary>
    Schedule,

    /// <summary>Linear with every value, always: scores and shares have no decades.</summary>
    Score,
}
