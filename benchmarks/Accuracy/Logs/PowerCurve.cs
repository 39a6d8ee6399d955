using TrainingDoctor.Tests.Families;

namespace TrainingDoctor.Benchmarks.Accuracy;

/// <summary>How often one illness is warned of, by the size of the effect, the number of rows and the noise; at an effect of zero, how often a false alarm is raised.</summary>
/// <param name="Title">What is simulated.</param>
/// <param name="Effect">What the size of the effect is.</param>
/// <param name="Effects">The sizes.</param>
/// <param name="Rows">The numbers of rows.</param>
/// <param name="Noises">The standard deviations of a value, as shares of its level.</param>
/// <param name="Expected">The rules that see it.</param>
/// <param name="Draw">Draws a run by effect, rows and noise.</param>
internal sealed record PowerCurve(string Title, string Effect, double[] Effects, int[] Rows, double[] Noises, string[] Expected, Func<Dice, double, int, double, Tests.Trace> Draw)
{
    private const int Draws = 20;

    public static IReadOnlyList<PowerCurve> All { get; } =
    [
        new(
            "Overfitting: validation rises after its best while training falls", "rise of the validation loss over its best", [0, 0.05, 0.1, 0.2, 0.4, 0.8], [8, 20, 60], [0.01, 0.05, 0.15], ["overfitting", "overtraining"],
            (dice, rise, n, noise) => ForumRun.Epochs(
                dice.Scattered(n, t => 0.4 + (0.7 * Math.Exp(-4 * t)), Math.Min(noise, 0.05)),
                dice.Scattered(n, t => t < 0.35 ? 0.5 + (0.6 * Math.Pow(1 - (t / 0.35), 2)) : 0.5 * (1 + (rise * (t - 0.35) / 0.65)), noise))),
        new(
            "Noisy validation: a loss that scatters around a level", "standard deviation of the validation loss", [0.05, 0.1, 0.2, 0.3, 0.5, 0.7], [10, 25, 60], [0.02], ["noisy-validation"],
            (dice, scatter, n, noise) => ForumRun.Epochs(dice.Scattered(n, t => 0.2 + Math.Exp(-4 * t), noise), dice.Scattered(n, t => 0.5 + (0.5 * Math.Exp(-8 * t)), scatter))),
        new(
            "Stalled or plateaued: a loss that falls by a share within the first tenth and is flat from there", "fall over the first value", [0.8, 0.5, 0.3, 0.15, 0.05, 0], [12, 30, 150], [0.002, 0.02, 0.1], ["stalled-loss", "plateaued-loss", "underfitting"],
            (dice, fall, n, noise) => ForumRun.Epochs(dice.Scattered(n, t => 2 * (1 - (fall * (1 - Math.Exp(-60 * t)))), noise))),
        new(
            "Diverging: a loss that gives back a share of its fall", "share given back", [0, 0.1, 0.2, 0.4, 0.8, 1.5], [12, 30, 150], [0.01, 0.05, 0.15], ["diverging-loss"],
            (dice, share, n, noise) => ForumRun.Epochs(dice.Scattered(n, t => t < 0.4 ? 0.5 + (1.5 * Math.Pow(1 - (t / 0.4), 2)) : 0.5 + (1.5 * share * (t - 0.4) / 0.6), noise))),
    ];

    /// <summary>Writes the curve as a table.</summary>
    /// <param name="writer">Where to.</param>
    public void Write(TextWriter writer)
    {
        writer.WriteLine($"### {Title}\n");
        writer.WriteLine($"Share of {Draws} runs in each field that {string.Join(" or ", Expected)} warned of; the columns are the {Effect}.\n");
        writer.WriteLine($"| rows | noise | {string.Join(" | ", Effects.Select(Percent))} |\n|---|---|{string.Concat(Effects.Select(_ => "---|"))}");
        foreach (int rows in Rows)
        {
            foreach (double noise in Noises)
            {
                var powers = Effects.AsParallel().AsOrdered().Select(effect => PowerAt(effect, rows, noise));
                writer.WriteLine($"| {rows} | {Percent(noise)} | {string.Join(" | ", powers.Select(Percent))} |");
            }
        }

        writer.WriteLine();
    }

    private double PowerAt(double effect, int rows, double noise)
    {
        var family = new CurveFamily(Title, Expected, dice => Draw(dice, effect, rows, noise));
        return Enumerable.Range(1, Draws).Count(seed => family.Diagnose(RuleSet.Default, seed).Findings.Any(finding => finding.Severity >= Severity.Warning && Expected.Contains(finding.Rule.Name))) / (double)Draws;
    }

    private static string Percent(double share) => FormattableString.Invariant($"{100 * share:0.#} %");
}
