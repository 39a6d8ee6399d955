using System.Globalization;

namespace TrainingDoctor.Reports;

/// <summary>Numbers as people read them, in the invariant culture.</summary>
internal static class Numbers
{
    /// <summary>Writes a number with four significant digits.</summary>
    public static string Short(double value) => value switch
    {
        double.NaN => "NaN",
        double.PositiveInfinity => "∞",
        double.NegativeInfinity => "−∞",
        0 => "0",
        _ when (Math.Abs(value) >= 1e5 || Math.Abs(value) < 1e-3) => value.ToString("0.##e+0", CultureInfo.InvariantCulture),
        _ => value.ToString("G4", CultureInfo.InvariantCulture),
    };
}
