using TrainingDoctor.Tests.Structure;

namespace TrainingDoctor.Tests.Examples;

/// <summary>Rules that judge how a model is put together need no measurements, but for those of batches.</summary>
internal static class StructureExamples
{
    private static readonly Trace Loss = Trace.Of(Metric.Loss, SeededCurve.Noisy(60, step => 2.3 * Math.Exp(-step / 40.0), 0.02));
    private static readonly Piece Relu = Piece.Of(ActivationKind.ReLU);
    private static readonly Piece Softmax = Piece.Of(ActivationKind.Softmax, 1);
    private static readonly ModelDescription Healthy = Piece.Sequence(Piece.Linear(64, 32), Relu, Piece.Linear(32, 32), Relu, Piece.Linear(32, 10));

    public static IEnumerable<RuleExample> All =>
    [
        Of("TD5007", Piece.Sequence(Piece.Linear(64, 32, 0, true), Relu, Piece.Linear(32, 10, 0, true))),
        Of("TD5008", Piece.Sequence(Piece.Linear(64, 32, 30), Relu, Piece.Linear(32, 10))),
        Of("TD7001", Piece.Sequence(Piece.Linear(64, 32), Relu, Piece.Linear(32, 10), Softmax)),
        Of("TD7002", Piece.Sequence(Piece.Linear(64, 32), Piece.Linear(32, 32), Relu, Piece.Linear(32, 10))),
        Of("TD7003", Piece.Sequence(Piece.Linear(64, 64, 20), Piece.Of(ActivationKind.Tanh), Piece.Linear(64, 10))),
        Of("TD7004", Healthy with { Unregistered = [new UnregisteredMember("blocks[0]", "Linear", 4160)] }),
        Of("TD7005", Piece.Sequence([.. Enumerable.Range(0, 8).SelectMany(_ => new[] { Piece.Linear(32, 32), Piece.Of(ActivationKind.Sigmoid) }), Piece.Linear(32, 10)])),
        Of("TD7006", Piece.Sequence(Piece.Linear(64, 32), Piece.BatchNorm, Piece.Of(ActivationKind.SiLU), Piece.Linear(32, 10))),
        new(
            "TD7007",
            Trace.Of(Metric.NormalizationBatchSize, "bn", Enumerable.Range(0, 60).Select(step => step % 20 == 19 ? 3.0 : 32)),
            Trace.Of(Metric.NormalizationBatchSize, "bn", Enumerable.Repeat(2.0, 60)))
        {
            Shown = Metric.NormalizationBatchSize,
            HealthyCaption = "Only the last batch of an epoch is short",
            IllCaption = "Two samples per batch",
        },
        Of("TD7008", Piece.Sequence(Piece.Linear(64, 32), Relu, Piece.Linear(32, 10), Piece.Dropout(0.5))),
        new("TD7009", Loss, Loss) { HealthyRun = WithReduction("mean"), IllRun = WithReduction("sum") },
        Of("TD7010", Piece.Sequence(Piece.Linear(64, 32), Softmax, Piece.Linear(32, 10))),
        new("TD7011", Trace.Of(Metric.SequenceAxisSwapped, "rnn", Enumerable.Repeat(0.0, 30)), Trace.Of(Metric.SequenceAxisSwapped, "rnn", Enumerable.Repeat(1.0, 30)))
        {
            Shown = Metric.SequenceAxisSwapped, HealthyCaption = "Places before samples, as the layer takes them", IllCaption = "Samples before places",
        },
        new("TD7012", Heads(2.5), Heads(0.02)) { HealthyRun = new() { Model = Latent }, IllRun = new() { Model = Latent }, Shown = Metric.OutputAbsoluteMaximum, HealthyCaption = "Codes differ from zero", IllCaption = "Codes come to zero" },
        new("TD7013", Loss.And(Spread(step => 0.4 + (0.005 * step))), Loss.And(Spread(step => 0.4 * Math.Exp(-step / 6.0))))
        {
            Shown = Metric.BatchVariation, HealthyCaption = "Embeddings spread", IllCaption = "Embeddings come to coincide",
        },
        new("TD7014", Idle(step => step % 3 == 0 ? 0.01 : 0), Idle(_ => 0.25)) { HealthyRun = new() { Model = Attending }, IllRun = new() { Model = Attending }, Shown = Metric.GradientZeroFraction, HealthyCaption = "Zeros come and go", IllCaption = "A quarter of the gradient is zero in every step" },
        new("TD7016", Reach(0), Reach(1)) { HealthyRun = Run(Healthy), IllRun = Run(Healthy) },
        new("TD7017", Trace.Of(Metric.AnswerLeakage, "(output)", [0.0]), Trace.Of(Metric.AnswerLeakage, "(output)", [1.0])) { HealthyRun = Run(Healthy), IllRun = Run(Healthy) },
        new("TD7018", Learning(0.02), Learning(1.05)) { HealthyRun = Run(Healthy), IllRun = Run(Healthy) },
        Of("TD7019", Healthy, new PreflightDescription(), new PreflightDescription { Input = "float32[8, 16, 16, 3]", ReadAcross = ["conv"] }),
        new("TD7020", Trace.Of(Metric.PaddingMaskInverted, "attention", Enumerable.Repeat(0.0, 8)), Trace.Of(Metric.PaddingMaskInverted, "attention", Enumerable.Repeat(1.0, 8)))
        {
            Shown = Metric.PaddingMaskInverted, HealthyCaption = "The mask hides the padding", IllCaption = "The mask hides the tokens",
        },
    ];

    private static ModelDescription Latent { get; } = Piece.Sequence(Piece.Linear(64, 32), Piece.Linear(32, 6), Piece.Linear(32, 6), Piece.Linear(6, 64));

    private static ModelDescription Attending { get; } = new()
    {
        TypeName = "Reader",
        Layers = [new LayerDescription { Path = "attention", TypeName = "MultiheadAttention", Kind = LayerKind.Attention, IsLeaf = true }],
        Parameters = [new ParameterDescription { Name = "attention.in_proj_weight", LayerPath = "attention", Role = ParameterRole.Weight, Shape = [96, 32], Count = 3072 }],
    };

    private static Trace Idle(Func<int, double> share) => Trace.Of(Metric.GradientZeroFraction, "attention.in_proj_weight", Enumerable.Range(0, 40).Select(share));

    private static Trace Spread(Func<int, double> variation) => Trace.Of(Metric.BatchVariation, "(output)", Enumerable.Range(0, 60).Select(variation));

    private static Trace Heads(double last) => Latent.Leaves.Select((leaf, order) => Trace.Of(Metric.CallOrder, leaf.Path, order)
            .And(Trace.Of(Metric.OutputAbsoluteMaximum, leaf.Path, Enumerable.Range(0, 60).Select(step => order is 1 or 2 ? last + (0.5 * Math.Exp(-step / 8.0)) : 1.5))))
        .Aggregate(Trace.Of(Metric.OutputAbsoluteMaximum, "(output)", Enumerable.Repeat(1.0, 60)), (one, other) => one.And(other));

    private static RuleExample Of(string ruleId, ModelDescription ill) => new(ruleId, Loss, Loss) { HealthyRun = Run(Healthy), IllRun = Run(ill) };

    private static RuleExample Of(string ruleId, ModelDescription model, PreflightDescription healthy, PreflightDescription ill) =>
        new(ruleId, Loss, Loss) { HealthyRun = Run(model) with { Preflight = healthy }, IllRun = Run(model) with { Preflight = ill } };

    private static Trace Reach(double share) => Trace.Of(Metric.SampleLeakage, "(output)", [share]).And(Trace.Of(Metric.SampleLeakage, "fc", [share]));

    private static Trace Learning(double learnt) => Trace.Of(Metric.Loss, [2.4]).And(Trace.Of(Metric.InputDependence, "(output)", [1.0]))
        .And(Trace.Of(Metric.BlindLoss, [1.1])).And(Trace.Of(Metric.LearntLoss, [learnt]));

    private static RunDescription Run(ModelDescription model) => new()
    {
        Task = TrainingTask.MulticlassClassification,
        Model = model,
        Loss = new LossDescription { Kind = LossKind.CrossEntropy, TypeName = "CrossEntropyLoss", Reduction = "mean" },
    };

    private static RunDescription WithReduction(string reduction) => new()
    {
        Loss = new LossDescription { Kind = LossKind.CrossEntropy, TypeName = "CrossEntropyLoss", Reduction = reduction },
    };
}
