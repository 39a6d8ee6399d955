using TrainingDoctor.Probes;
using TrainingDoctor.Tests.Treatments;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Probes;

/// <summary>An optimizer that was replaced by another remembers no step.</summary>
public sealed class OptimizerMemoryTests
{
    public static TheoryData<string, bool> Optimizers => new()
    {
        { "Adam", true },
        { "AdamW", true },
        { "RMSProp", true },
        { "Adagrad", true },
        { "momentum", true },
        { "SGD", false },
    };

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void IsToldUntilThereIsSomething(string name, bool remembers)
    {
        using var training = new TreatedTraining(Maker(name));
        var told = new List<double>();
        var memory = new OptimizerMemory(training.Optimizer, (metric, scope, value) =>
        {
            Assert.Equal((Metric.OptimizerIdle, ScopeTable.Run), (metric, scope));
            told.Add(value);
        });

        memory.Look();
        memory.Look();
        training.Step(null);
        memory.Look();
        memory.Look();

        Assert.Equal(remembers ? [1, 1, 0] : [], told);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void OneThatIsMadeAnewForEachStepIsFound(bool isAnew)
    {
        using var training = new TreatedTraining(Maker("Adam"));
        using var monitor = TrainingMonitor.Attach(training.Model, new TrainingMonitorOptions { Optimizer = training.Optimizer, Sampling = SamplingSchedule.EveryStep });
        for (int step = 0; step < 30; step++)
        {
            if (isAnew)
            {
                training.Optimizer = Maker("Adam")(training.Model.parameters());
            }

            training.Step(monitor);
        }

        var found = monitor.Complete().Findings.SingleOrDefault(finding => finding.Rule.Id == "TD7004");
        Assert.Equal(isAnew ? Severity.Warning : null, found?.Severity);
    }

    private static Func<IEnumerable<TorchSharp.Modules.Parameter>, optim.Optimizer> Maker(string name) => parameters => name switch
    {
        "Adam" => optim.Adam(parameters, 0.01),
        "AdamW" => optim.AdamW(parameters, 0.01),
        "RMSProp" => optim.RMSProp(parameters, 0.01),
        "Adagrad" => optim.Adagrad(parameters, 0.01),
        "momentum" => optim.SGD(parameters, 0.1, momentum: 0.9),
        _ => optim.SGD(parameters, 0.1),
    };
}
