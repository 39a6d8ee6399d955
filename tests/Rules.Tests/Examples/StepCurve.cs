namespace TrainingDoctor.Tests.Examples;

/// <summary>Curves without noise whose medians and means are plain to see, for tests of limits.</summary>
internal static class StepCurve
{
    /// <summary>Levels, one after the other.</summary>
    /// <param name="levels">How many values each level has, and which.</param>
    public static IEnumerable<double> Levels(params (int Count, double Value)[] levels) => levels.SelectMany(level => Enumerable.Repeat(level.Value, level.Count));

    /// <summary>A level that another one takes the place of.</summary>
    /// <param name="count">How many values there are.</param>
    /// <param name="from">How many of them have the first level.</param>
    /// <param name="before">The first level.</param>
    /// <param name="after">The second one.</param>
    public static IEnumerable<double> Change(int count, int from, double before, double after) => Levels((from, before), (count - from, after));

    /// <summary>A straight line from one value to another.</summary>
    /// <param name="count">How many values there are.</param>
    /// <param name="first">The first value.</param>
    /// <param name="last">The last one.</param>
    public static IEnumerable<double> Line(int count, double first, double last) => Enumerable.Range(0, count).Select(step => first + ((last - first) * step / (count - 1)));
}
