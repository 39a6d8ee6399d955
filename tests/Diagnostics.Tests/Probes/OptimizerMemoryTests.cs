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
        { "Adadelta", true },
        { "Adamax", true },
        { "NAdam", true },
        { "RAdam", true },
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

    /// <summary>What begins with something else than nothing says nothing.</summary>
    [Theory]
    [InlineData("Rprop")]
    [InlineData("ASGD")]
    public void IsNeverToldOnceThereIsSomething(string name)
    {
        using var training = new TreatedTraining(Maker(name));
        var told = new List<double>();
        var memory = new OptimizerMemory(training.Optimizer, (_, _, value) => told.Add(value));

        training.Step(null);
        memory.Look();
        memory.Look();

        Assert.DoesNotContain(1, told);
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
        "Adadelta" => optim.Adadelta(parameters, 0.1),
        "Adamax" => optim.Adamax(parameters, 0.01),
        "NAdam" => optim.NAdam(parameters, 0.01),
        "RAdam" => optim.RAdam(parameters, 0.01),
        "momentum" => optim.SGD(parameters, 0.1, momentum: 0.9),
        "Rprop" => optim.Rprop(parameters, 0.01),
        "ASGD" => optim.ASGD(parameters, 0.01),
        _ => optim.SGD(parameters, 0.1),
    };
}
