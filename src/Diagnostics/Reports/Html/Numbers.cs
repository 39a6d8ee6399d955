using System.Globalization;

namespace TrainingDoctor.Reports.Html;

/// <summary>Numbers as people read them, in the invariant culture.</summary>
internal static class Numbers
{
    /// <summary>Writes the numbers of an axis, all alike.</summary>
    public static IReadOnlyList<string> Labels(IReadOnlyList<double> ticks)
    {
        double[] sizes = [.. ticks.Select(Math.Abs).Where(size => size > 0).DefaultIfEmpty(1)];
        bool areShort = sizes.Max() is >= 1e-3 and < 1e6 && sizes.Min() >= 1e-4;
        return [.. ticks.Select(tick => areShort ? Math.Round(tick, 12).ToString("#,0.########", CultureInfo.InvariantCulture) : Short(tick))];
    }

    /// <summary>Writes a number with four significant digits.</summary>
    public static string Short(double value) => value switch
    {
        double.NaN => "NaN",
        double.PositiveInfinity => "∞",
        double.NegativeInfinity => "−∞",
        0 => "0",
        _ when (Math.Abs(value) >= 1e5 || Math.Abs(value) < 1e-3) => value.ToString("0.##e0", CultureInfo.InvariantCulture),
        _ => value.ToString("G4", CultureInfo.InvariantCulture),
    };
}
