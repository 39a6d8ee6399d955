namespace TrainingDoctor.Tests.Verdicts;

/// <summary>How a learning rate goes over a run.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="At">The rate over its size, by the share of the run from 0 to 1.</param>
internal sealed record RateShape(string Name, Func<double, double> At)
{
    /// <summary>The number of steps.</summary>
    public const int Steps = 160;

    /// <summary>Gets the shares of the run at which it is logged.</summary>
    public static IEnumerable<double> Shares => Enumerable.Range(0, Steps).Select(step => step / (double)(Steps - 1));

    /// <summary>Gets the shapes that schedules have, wanted or not.</summary>
    public static IReadOnlyList<RateShape> All { get; } =
    [
        new("constant", _ => 1),
        new("cosine", share => 0.5 * (1 + Math.Cos(Math.PI * share))),
        new("warm-up, then cosine", share => share < 0.1 ? share / 0.1 : 0.5 * (1 + Math.Cos(Math.PI * (share - 0.1) / 0.9))),
        new("warm-up to the end", share => share),
        new("cut at two places", share => share < 0.5 ? 1 : share < 0.75 ? 0.1 : 0.01),
        new("cut again and again", share => Math.Pow(0.1, Math.Floor(20 * share))),
        new("exponential fall", share => Math.Exp(-5 * share)),
        new("exponential fall to nothing", share => Math.Exp(-60 * share)),
        new("exponential growth", share => Math.Exp(12 * (share - 1))),
        new("slow exponential growth", share => Math.Exp(3 * (share - 1))),
        new("growth beyond all bounds", share => Math.Exp(25 * share)),
        new("warm restarts", share => 0.5 * (1 + Math.Cos(Math.PI * ((4 * share) % 1)))),
        new("triangles", share => Math.Abs((8 * share % 2) - 1)),
        new("zero from the middle on", share => share < 0.5 ? 1 : 0),
        new("zero at first", share => share < 0.3 ? 0 : 1),
        new("zero now and then", share => (int)(share * (Steps - 1)) % 4 == 0 ? 0 : 1),
        new("zero", _ => 0),
        new("negative at the end", share => 1 - (1.2 * share)),
        new("not a number at the end", share => share > 0.9 ? double.NaN : 1),
    ];
}
