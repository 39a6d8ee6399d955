namespace TrainingDoctor.Tests.Examples;

internal static class GeneralizationExamples
{
    private static readonly Trace Training = Trace.Of(Metric.Loss, Curves.Noisy(60, step => 0.05 + (2 * Math.Exp(-step / 12.0)), 0.01));
    private static readonly Trace Sound = Trace.Of(Metric.ValidationLoss, Curves.Noisy(60, step => 0.4 + (1.8 * Math.Exp(-step / 12.0)), 0.01, seed: 2));
    private static readonly Trace Rising = Trace.Of(Metric.ValidationLoss, Curves.Noisy(60, step => 0.4 + (1.8 * Math.Exp(-step / 8.0)) + (step > 20 ? 0.015 * (step - 20) : 0), 0.01, seed: 2));
    private static readonly RunDescription Classifier = new() { Loss = new LossDescription { Kind = LossKind.CrossEntropy, TypeName = "CrossEntropyLoss" } };

    public static IEnumerable<RuleExample> All =>
    [
        new("TD6001", Training.And(Sound), Training.And(Rising)) { Shown = Metric.ValidationLoss, HealthyCaption = "Validation levels out", IllCaption = "Validation rises from step 20 on" },
        new("TD6002", WithTargets(step => 0.3 + (2 * Math.Exp(-step / 12.0))), WithTargets(step => 2.2 + (0.1 * Math.Exp(-step / 12.0))))
        {
            Shown = Metric.Loss,
            HealthyRun = Classifier,
            IllRun = Classifier,
            HealthyCaption = "Far below the entropy of the labels",
            IllCaption = "Hardly below the entropy of the labels, 2.3",
        },
        new("TD6003", Training.And(Score(step => 0.9 - (0.6 * Math.Exp(-step / 12.0)))), Training.And(Score(_ => 0.75)))
        {
            Shown = Metric.ValidationAccuracy,
            HealthyCaption = "The score rises",
            IllCaption = "The score never changes",
        },
        new("TD6004", Training.And(Sound), Training.And(Rising)) { Shown = Metric.ValidationLoss, HealthyCaption = "The best validations are the last", IllCaption = "The best validation was at step 24" },
        new("TD6005", Sound, Trace.Of(Metric.ValidationLoss, Curves.Noisy(60, step => Math.Exp(0.7 * ((step * 37 % 11 / 5.0) - 1)), 0.01)))
        {
            Shown = Metric.ValidationLoss,
            HealthyCaption = "Validation changes little by little",
            IllCaption = "Validation jumps to and fro",
        },
        new("TD6006", Modes(0), Modes(1)) { Shown = Metric.ValidationTrainingMode, HealthyRun = WithDropout, IllRun = WithDropout, HealthyCaption = "Validation in evaluation mode", IllCaption = "Validation in training mode" },
    ];

    private static RunDescription WithDropout { get; } = new()
    {
        Model = new ModelDescription
        {
            TypeName = "Sequential",
            Layers = [new LayerDescription { Path = "drop", TypeName = "Dropout", Kind = LayerKind.Dropout, IsLeaf = true, DropoutRate = 0.5 }],
            Parameters = [],
        },
    };

    private static Trace Score(Func<int, double> level) => Trace.Of(Metric.ValidationAccuracy, Enumerable.Range(0, 60).Select(level));

    private static Trace WithTargets(Func<int, double> level) => Trace.Of(Metric.Loss, Curves.Noisy(60, level, 0.01))
        .And(Trace.Of(Metric.TargetClassCount, 10.0)).And(Trace.Of(Metric.TargetMajorityFraction, 0.1));

    private static Trace Modes(double inValidation) => Trace.Of(Metric.TrainingMode, "drop", Enumerable.Repeat(1.0, 20))
        .And(Trace.Of(Metric.ValidationTrainingMode, "drop", Enumerable.Repeat(inValidation, 20)));
}
