namespace TrainingDoctor.Tests.Examples;

internal static class FaultExamples
{
    public static IEnumerable<RuleExample> All =>
    [
        new("TD0002", Calls(40), Calls(0)) { HealthyRun = Run, IllRun = Run },
        new("TD0003", Trace.Of(Metric.Loss, 3, 2, 1), Trace.Of(Metric.Loss, 3, 2, 1)) { HealthyRun = Log(0), IllRun = Log(8) },
    ];

    public static RunDescription Run { get; } = new()
    {
        Model = new ModelDescription
        {
            TypeName = "Perceptron",
            Layers =
            [
                new LayerDescription { Path = "fc1", TypeName = "Linear", Kind = LayerKind.Linear, IsLeaf = true },
                new LayerDescription { Path = "relu", TypeName = "ReLU", Kind = LayerKind.Activation, Activation = ActivationKind.ReLU, IsLeaf = true },
                new LayerDescription { Path = "fc2", TypeName = "Linear", Kind = LayerKind.Linear, IsLeaf = true },
            ],
            Parameters = [],
        },
    };

    public static RunDescription Log(int damaged) => new()
    {
        Source = "csv",
        Log = new LogDescription { Format = "csv", Damage = [.. Enumerable.Range(2, damaged).Select(line => new LogDamage($"metrics.csv({line})", "a number was expected"))] },
    };

    public static Trace Calls(double relu) =>
        Trace.Of(Metric.Loss, Enumerable.Repeat(1.0, 40))
            .And(Trace.Of(Metric.CallCount, "fc1", 40))
            .And(Trace.Of(Metric.CallCount, "relu", relu))
            .And(Trace.Of(Metric.CallCount, "fc2", 40));
}
