namespace TrainingDoctor.Reports.Wording;

/// <summary>The first sentence of a report: what an illness cost.</summary>
internal static class PriceWording
{
    private const double SecondsUpTo = 120;
    private const double MinutesUpTo = 7200;

    /// <summary>Says the price.</summary>
    /// <param name="price">The price.</param>
    /// <param name="duration">How long the run took; null when it is not known.</param>
    public static Text Of(TrainingPrice price, TimeSpan? duration) => (duration, price.OfValidation) switch
    {
        ({ TotalSeconds: > 0 } time, true) => $"Validation stopped improving after step {price.Since}: {price.Share:P0} of {Span(time)} wasted.",
        ({ TotalSeconds: > 0 } time, false) => $"Nothing was learned after step {price.Since}: {price.Share:P0} of {Span(time)} wasted.",
        (_, true) => $"Validation stopped improving after step {price.Since}: {price.Share:P0} of the run wasted.",
        _ => $"Nothing was learned after step {price.Since}: {price.Share:P0} of the run wasted.",
    };

    private static Text Span(TimeSpan time) => time.TotalSeconds switch
    {
        < SecondsUpTo => $"{time.TotalSeconds:F0} s",
        < MinutesUpTo => $"{time.TotalMinutes:F0} min",
        _ => $"{time.TotalHours:F1} h",
    };
}
