namespace TrainingDoctor.Tests.Examples;

internal static class GeneralizationExamples
{
    private static readonly Trace Training = Trace.Of(Metric.Loss, SeededCurve.Noisy(60, step => 0.05 + (2 * Math.Exp(-step / 12.0)), 0.01));
    private static readonly Trace Sound = Trace.Of(Metric.ValidationLoss, SeededCurve.Noisy(60, step => 0.4 + (1.8 * Math.Exp(-step / 12.0)), 0.01, seed: 2));
    private static readonly Trace Rising = Trace.Of(Metric.ValidationLoss, SeededCurve.Noisy(60, step => 0.4 + (1.8 * Math.Exp(-step / 8.0)) + (step > 20 ? 0.015 * (step - 20) : 0), 0.01, seed: 2));
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
        new("TD6005", Sound, Trace.Of(Metric.ValidationLoss, SeededCurve.Noisy(60, step => Math.Exp(0.7 * ((step * 37 % 11 / 5.0) - 1)), 0.01)))
        {
            Shown = Metric.ValidationLoss,
            HealthyCaption = "Validation changes little by little",
            IllCaption = "Validation jumps to and fro",
        },
        new("TD6006", Modes(0), Modes(1)) { Shown = Metric.ValidationTrainingMode, HealthyRun = WithDropout, IllRun = WithDropout, HealthyCaption = "Validation in evaluation mode", IllCaption = "Validation in training mode" },
        new("TD6007", Training.And(Sound).And(Trace.Of(Metric.ValidationInputShift, Enumerable.Repeat(0.05, 60))), Training.And(Rising).And(Trace.Of(Metric.ValidationInputShift, Enumerable.Repeat(5.0, 60))))
        {
            Shown = Metric.ValidationInputShift, HealthyCaption = "Both are drawn from one source", IllCaption = "Validation inputs are not scaled as training inputs are",
        },
        new("TD6008", Epochs(step => 0.4 + (1.9 * Math.Exp(-step / 12.0))), Epochs(step => 2.4 + (0.02 * step))) { Shown = Metric.ValidationLoss, HealthyCaption = "Validation falls with training", IllCaption = "Validation stays above a guess, 2.3" },
        new("TD6009", Epochs(step => 0.4 + (1.9 * Math.Exp(-step / 12.0))).And(Passes(1)), Epochs(_ => 2.3).And(Passes(0)))
        {
            Shown = Metric.ValidationLoss, HealthyCaption = "The trained model is validated", IllCaption = "Another instance is",
        },
        new("TD6010", Training.And(Sound).And(StartShares(0.9)), Training.And(Rising).And(StartShares(0.999))) { Shown = Metric.NormalizationStartShare, HealthyCaption = "Momentum 0.1: the start is soon forgotten", IllCaption = "Momentum 0.001: it is not" },
        new("TD6011", Labels.And(Scores(0.95)), Labels.And(Scores(0.1))) { Shown = Metric.ValidationAccuracy, HealthyRun = Classifier, IllRun = Classifier, HealthyCaption = "A loss of 0.1 with 95 % right", IllCaption = "A loss of 0.1 with 10 % right" },
        new("TD6012", Objective(0), Objective(-1)) { Shown = Metric.RecognizedReduction, HealthyCaption = "A mean cross entropy", IllCaption = "A cross entropy with the opposite sign" },
        new("TD6013", Renamed(0.03), Renamed(0.8)) { Shown = Metric.ValidationRenamedAgreement, HealthyCaption = "Renaming the classes gains nothing", IllCaption = "Other numbers for the classes: renamed, nearly all answers are right" },
        new("TD6014", Training.And(Labels).And(Outputs(0, step => 0.3 + (2 * Math.Exp(-step / 12.0)))), Training.And(Labels).And(Outputs(1, step => 1.55 + (0.7 * Math.Exp(-step / 12.0)))))
        {
            Shown = Metric.ValidationLoss, HealthyRun = Classifier, IllRun = Classifier, HealthyCaption = "Logits in both", IllCaption = "Probabilities in validation: no loss below 1.46",
        },
    ];

    private static Trace Labels { get; } = Trace.Of(Metric.TargetClassCount, Enumerable.Repeat(10.0, 30)).And(Trace.Of(Metric.TargetMajorityFraction, Enumerable.Repeat(0.12, 30)));

    private static RunDescription WithDropout { get; } = new()
    {
        Model = new ModelDescription
        {
            TypeName = "Sequential",
            Layers = [new LayerDescription { Path = "drop", TypeName = "Dropout", Kind = LayerKind.Dropout, IsLeaf = true, DropoutRate = 0.5 }],
            Parameters = [],
        },
    };

    private static Trace Epochs(Func<int, double> validation) => Trace.Of(Metric.Loss, SeededCurve.Noisy(60, step => 0.05 + (2.25 * Math.Exp(-step / 12.0)), 0.01))
        .And(new[] { 10, 20, 30, 40, 50, 59 }.Select((step, epoch) => At(Metric.Epoch, step, epoch + 1).And(At(Metric.ValidationLoss, step, validation(step)))).Aggregate((one, other) => one.And(other)));

    private static Trace At(Metric metric, int step, double value) => Trace.Of(metric, value).From(step);

    private static Trace Passes(double count) => new[] { 10, 20, 30, 40, 50, 59 }.Select(step => At(Metric.ValidationPassCount, step, count)).Aggregate((one, other) => one.And(other));

    private static Trace StartShares(double kept) => Trace.Of(Metric.NormalizationStartShare, "norm", Enumerable.Range(1, 60).Select(step => Math.Pow(kept, 3 * step)));

    private static Trace Scores(double accuracy) => Trace.Of(Metric.ValidationLoss, Enumerable.Repeat(0.1, 30)).And(Trace.Of(Metric.ValidationAccuracy, Enumerable.Repeat(accuracy, 30)));

    private static Trace Renamed(double gain) => Trace.Of(Metric.ValidationAgreement, Enumerable.Repeat(0.92 - gain, 10)).And(Trace.Of(Metric.ValidationRenamedAgreement, Enumerable.Repeat(0.92, 10)));

    private static Trace Outputs(double form, Func<int, double> validation) => Trace.Of(Metric.ValidationForm, Enumerable.Repeat(form, 60)).And(Trace.Of(Metric.ValidationLoss, Enumerable.Range(0, 60).Select(validation)))
        .And(Trace.Of(Metric.ComparedForm, Enumerable.Repeat(0.0, 60))).And(Trace.Of(Metric.OutputMinimum, "(output)", Enumerable.Repeat(-3.0, 60)));

    private static Trace Objective(double reduction) => Trace.Of(Metric.RecognizedReduction, Enumerable.Repeat(reduction, 40)).And(Trace.Of(Metric.RecognizedLoss, Enumerable.Repeat((double)LossKind.CrossEntropy, 40)))
        .And(Trace.Of(Metric.Loss, Enumerable.Range(0, 40).Select(step => reduction < 0 ? -2.3 - (0.1 * step) : 2.3 * Math.Exp(-step / 12.0))));

    private static Trace Score(Func<int, double> level) => Trace.Of(Metric.ValidationAccuracy, Enumerable.Range(0, 60).Select(level));

    private static Trace WithTargets(Func<int, double> level) => Trace.Of(Metric.Loss, SeededCurve.Noisy(60, level, 0.01))
        .And(Trace.Of(Metric.TargetClassCount, 10.0)).And(Trace.Of(Metric.TargetMajorityFraction, 0.1));

    private static Trace Modes(double inValidation) => Trace.Of(Metric.TrainingMode, "drop", Enumerable.Repeat(1.0, 20))
        .And(Trace.Of(Metric.ValidationTrainingMode, "drop", Enumerable.Repeat(inValidation, 20)));
}
