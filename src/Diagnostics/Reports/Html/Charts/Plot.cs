namespace TrainingDoctor.Reports.Html.Charts;

/// <summary>What the script draws in the place of a static chart.</summary>
/// <param name="Kind"><c>lines</c> or <c>heat</c>.</param>
/// <param name="IsShared">Whether it lies over the steps of the run, so that cursor and zoom are shared with all others.</param>
internal abstract record Plot(string Kind, bool IsShared);

/// <summary>Curves over steps.</summary>
/// <param name="Axis">What the axis of values may do: <c>free</c>, <c>schedule</c> or <c>score</c>.</param>
/// <param name="IsLogarithmic">Whether it is logarithmic until the reader chooses.</param>
/// <param name="Lines">The curves.</param>
/// <param name="IsShared">Whether cursor and zoom are shared.</param>
internal sealed record LinePlot(string Axis, bool IsLogarithmic, IReadOnlyList<PlotLine> Lines, bool IsShared) : Plot("lines", IsShared);

/// <summary>One curve.</summary>
/// <param name="Name">Its name in words.</param>
/// <param name="Style">Its CSS class.</param>
/// <param name="Steps">Its steps, ascending; of a long series the middle of each span.</param>
/// <param name="Values">Its values, or the means of the spans; null where none was measured.</param>
/// <param name="Low">The lower edge of the band about it; null without one.</param>
/// <param name="High">The upper edge.</param>
/// <param name="Span">How many steps a value stands for; null for one.</param>
/// <param name="Width">How far apart measurements may be without a gap, where a series was thinned out; null for all that were made.</param>
/// <param name="Unit">The unit of its values in words; null for bare numbers.</param>
internal sealed record PlotLine(string Name, string Style, IReadOnlyList<double> Steps, IReadOnlyList<double?> Values, IReadOnlyList<double?>? Low = null, IReadOnlyList<double?>? High = null, long? Span = null, long? Width = null, string? Unit = null);

/// <summary>A map of rows over steps.</summary>
/// <param name="First">The step at the left edge of the first column.</param>
/// <param name="Last">The step at the right edge of the last.</param>
/// <param name="Low">The value of the weakest colour.</param>
/// <param name="High">The value of the strongest.</param>
/// <param name="IsLogarithmic">Whether equal ratios differ equally in colour.</param>
/// <param name="Rows">The rows, the upper first.</param>
internal sealed record HeatPlot(double First, double Last, double Low, double High, bool IsLogarithmic, IReadOnlyList<HeatRow> Rows) : Plot("heat", IsShared: true);

/// <summary>One row of a map.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsSuspicious">Whether a finding names it.</param>
/// <param name="Cells">The value of each column; null where nothing was measured.</param>
internal sealed record HeatRow(string Name, bool IsSuspicious, IReadOnlyList<double?> Cells);
