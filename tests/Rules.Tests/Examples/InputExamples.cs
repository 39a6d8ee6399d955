namespace TrainingDoctor.Tests.Examples;

internal static class InputExamples
{
    private static readonly RunDescription Classes = new() { Task = TrainingTask.MulticlassClassification };
    private static readonly RunDescription Numbers = new() { Task = TrainingTask.Regression };

    public static IEnumerable<RuleExample> All =>
    [
        new("TD1001", Trace.Of(Metric.InputNonFiniteCount, Flat(30, 0)), Trace.Of(Metric.InputNonFiniteCount, [.. Flat(12, 0), 3, .. Flat(17, 0)]))
        {
            Shown = Metric.InputNonFiniteCount, HealthyCaption = "No batch holds a NaN", IllCaption = "One batch holds three",
        },
        new("TD1002", Input(0.13, 0.31), Input(33, 78))
        {
            Shown = Metric.InputStandardDeviation, HealthyCaption = "Pixels from 0 to 1", IllCaption = "Pixels from 0 to 255",
        },
        new("TD1003", Input(0.13, 0.31), Trace.Of(Metric.InputMean, Flat(30, 0)).And(Trace.Of(Metric.InputStandardDeviation, Flat(30, 0))))
        {
            Shown = Metric.InputStandardDeviation, HealthyCaption = "Every batch varies", IllCaption = "Every image is black",
        },
        new("TD1004", Labels(0.12, 0.08, 10), Labels(0.4, 0.004, 10))
        {
            HealthyRun = Classes, IllRun = Classes, Shown = Metric.TargetMinorityFraction, HealthyCaption = "The rarest of ten classes is nearly as frequent as the others", IllCaption = "One class in 250 labels",
        },
        new("TD1005", Order(0), Order(0.8))
        {
            HealthyRun = Classes, IllRun = Classes, Shown = Metric.TargetSingleClassBatch, HealthyCaption = "Shuffled: no batch is of one class", IllCaption = "Sorted: most are",
        },
        new("TD1006", Shapes(0.3, 0), Shapes(1.02, 1))
        {
            HealthyRun = Numbers, IllRun = Numbers, Shown = Metric.Loss, HealthyCaption = "The loss falls below the variance of the targets, which is 1", IllCaption = "Broadcast shapes: it cannot",
        },
        new("TD1007", Targets(0, 1), Targets(150, 77))
        {
            HealthyRun = Numbers, IllRun = Numbers, Shown = Metric.TargetMean, HealthyCaption = "Standardised targets", IllCaption = "Raw targets",
        },
        new("TD1008", Trace.Of(Metric.TargetIgnoredFraction, Flat(30, 0.8)), Trace.Of(Metric.TargetIgnoredFraction, [.. Flat(12, 0.8), 1, .. Flat(17, 0.8)]))
        {
            Shown = Metric.TargetIgnoredFraction, HealthyCaption = "Prompts are ignored, answers are not", IllCaption = "One batch has no answer left",
        },
        new("TD1009", Trace.Of(Metric.TargetShift, Flat(30, 1)), Trace.Of(Metric.TargetShift, Flat(30, 0)))
        {
            Shown = Metric.TargetShift, HealthyCaption = "Each target is the next token", IllCaption = "Each target is the token itself",
        },
        new("TD1010", Trace.Of(Metric.TargetShift, Flat(30, 1)), Trace.Of(Metric.TargetShift, Flat(30, 2)))
        {
            Shown = Metric.TargetShift, HealthyCaption = "Each target is the next token", IllCaption = "Targets are shifted twice",
        },
        new("TD1011", Trace.Of(Metric.TargetPaddingFraction, Flat(30, 0)), Trace.Of(Metric.TargetPaddingFraction, Flat(30, 0.6)))
        {
            Shown = Metric.TargetPaddingFraction, HealthyCaption = "Padding is ignored", IllCaption = "Most of what counts is padding",
        },
        new("TD1012", Trace.Of(Metric.TargetEndAgreement, Flat(30, 1)), Trace.Of(Metric.TargetEndAgreement, Flat(30, 0.2)))
        {
            Shown = Metric.TargetEndAgreement, HealthyCaption = "Every row ends with the sign of the end", IllCaption = "Rows end with whatever came last",
        },
        new("TD1013", Trace.Of(Metric.InputDuplicateFraction, Flat(30, 0.1)), Trace.Of(Metric.InputDuplicateFraction, SeededCurve.Noisy(30, _ => 0.85, 0.02)))
        {
            Shown = Metric.InputDuplicateFraction, HealthyCaption = "Few rows of a batch are copies", IllCaption = "Five samples fill a batch of 32",
        },
        new("TD1014", Trace.Of(Metric.EmbeddingModeShare, "embedding", SeededCurve.Noisy(30, _ => 0.08, 0.005)), Trace.Of(Metric.EmbeddingModeShare, "embedding", SeededCurve.Noisy(30, _ => 0.93, 0.01)))
        {
            Shown = Metric.EmbeddingModeShare, HealthyCaption = "The most frequent word takes a twelfth", IllCaption = "Nearly all words are unknown",
        },
    ];

    private static IEnumerable<double> Flat(int steps, double value) => Enumerable.Repeat(value, steps);

    private static Trace Input(double mean, double deviation) =>
        Trace.Of(Metric.InputMean, SeededCurve.Noisy(60, _ => mean, 0.02 * mean)).And(Trace.Of(Metric.InputStandardDeviation, SeededCurve.Noisy(60, _ => deviation, 0.02 * deviation)));

    private static Trace Labels(double majority, double minority, double classes) =>
        Trace.Of(Metric.TargetMajorityFraction, SeededCurve.Noisy(60, _ => majority, 0.02 * majority))
            .And(Trace.Of(Metric.TargetMinorityFraction, SeededCurve.Noisy(60, _ => minority, 0.02 * minority)))
            .And(Trace.Of(Metric.TargetClassCount, Flat(60, classes)))
            .And(Trace.Of(Metric.BatchSize, Flat(60, 64)));

    private static Trace Order(double single) =>
        Trace.Of(Metric.TargetSingleClassBatch, Enumerable.Range(0, 60).Select(step => step % 10 < 10 * single ? 1.0 : 0))
            .And(Trace.Of(Metric.TargetClassCount, Flat(60, 10)))
            .And(Trace.Of(Metric.TargetMajorityFraction, Flat(60, 0.12)))
            .And(Trace.Of(Metric.BatchSize, Flat(60, 32)));

    private static Trace Shapes(double finalLoss, double broadcast) =>
        Trace.Of(Metric.TargetBroadcast, Flat(120, broadcast))
            .And(Trace.Of(Metric.TargetStandardDeviation, Flat(120, 1)))
            .And(Trace.Of(Metric.Loss, SeededCurve.Noisy(120, step => finalLoss + ((1.3 - finalLoss) * Math.Exp(-step / 20.0)), 0.005)));

    private static Trace Targets(double mean, double deviation) =>
        Trace.Of(Metric.TargetMean, SeededCurve.Noisy(60, _ => mean, 0.1 * deviation)).And(Trace.Of(Metric.TargetStandardDeviation, SeededCurve.Noisy(60, _ => deviation, 0.05 * deviation)));
}
