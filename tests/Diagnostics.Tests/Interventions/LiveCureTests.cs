using TorchSharp;
using TrainingDoctor.Tests.Programs;
using TrainingDoctor.Tests.Reports;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Interventions;

/// <summary>A training is treated while it runs, on real digits.</summary>
[Trait("Speed", "Slow")]
public sealed class LiveCureTests
{
    private static Func<nn.Module, optim.Optimizer> TooFast => model => optim.SGD(model.parameters(), 5);

    private static Func<nn.Module<Tensor, Tensor>> Deep => () => nn.Sequential(
        ("fc1", nn.Linear(64, 64)), ("leaky1", nn.LeakyReLU(0.1)), ("fc2", nn.Linear(64, 64)), ("leaky2", nn.LeakyReLU(0.1)), ("fc3", nn.Linear(64, 64)), ("leaky3", nn.LeakyReLU(0.1)), ("out", nn.Linear(64, 10)));

    [Fact]
    public void ARunThatEndsInNotANumberFinishesWell()
    {
        var program = new DigitsTestProgram { Model = Deep, Optimizer = TooFast, EpochCount = 10 };

        var ill = TrainingLoop.Run(program, 1);
        using var cure = new CuringObserver(CureMode.All);
        var cured = TrainingLoop.Run(program, 1, cure);

        Assert.False(ill.FinalValidation!.Accuracy > 0.5, $"accuracy {ill.FinalValidation.Accuracy}");
        Assert.True(cured.FinalValidation!.Accuracy > 0.9, $"accuracy {cured.FinalValidation.Accuracy}");
        Assert.Contains(cure.Report!.Interventions, intervention => intervention.Kind == CureMode.LowerLearningRate);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(50)]
    public void ALearningRateThatKillsANetworkIsLoweredUntilItLearns(double rate)
    {
        // Two layers of rectifiers die within a few steps. A rate once lowered, or units once recycled, are not enough: the loss says so.
        var program = new DigitsTestProgram
        {
            Model = () => nn.Sequential(("fc1", nn.Linear(64, 64)), ("relu1", nn.ReLU()), ("fc2", nn.Linear(64, 32)), ("relu2", nn.ReLU()), ("out", nn.Linear(32, 10))),
            Optimizer = model => optim.SGD(model.parameters(), rate),
            EpochCount = 15,
        };
        using var cure = new CuringObserver(CureMode.All);

        var cured = TrainingLoop.Run(program, 1, cure);

        Assert.True(cured.FinalValidation!.Accuracy > 0.6, $"accuracy {cured.FinalValidation.Accuracy}");
        Assert.NotEmpty(cure.Report!.Interventions);
    }

    [Theory]
    [InlineData("SGD")]
    [InlineData("Adam")]
    public void AStepThatIsNotFiniteIsUndoneAndTheOptimizerForgetsIt(string optimizer)
    {
        var program = new DigitsTestProgram { Optimizer = model => optimizer == "SGD" ? optim.SGD(model.parameters(), 0.1, momentum: 0.9) : optim.Adam(model.parameters(), 0.003) };
        using var cure = new CuringObserver(CureMode.SkipNonFiniteSteps) { Spoil = state => Spoil(state.Model) };

        var outcome = TrainingLoop.Run(program, 1, cure);

        Assert.True(outcome.FinalValidation!.Accuracy > 0.85, $"accuracy {outcome.FinalValidation.Accuracy}");
        var intervention = Assert.Single(cure.Report!.Interventions);
        Assert.Equal(CureMode.SkipNonFiniteSteps, intervention.Kind);
        ReportSchema.Validate(cure.Report.ToJson());
        Assert.Contains("\"skip-non-finite-steps\"", cure.Report.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void DeadUnitsAreGivenNewLife()
    {
        var program = new DigitsTestProgram { Model = Dead, EpochCount = 12 };

        var ill = TrainingLoop.Run(program, 1);
        using var cure = new CuringObserver(CureMode.ReplaceActivations | CureMode.RecycleUnits);
        var cured = TrainingLoop.Run(program, 1, cure);

        Assert.False(ill.FinalValidation!.Accuracy > 0.3);
        Assert.True(cured.FinalValidation!.Accuracy > 0.8, $"accuracy {cured.FinalValidation.Accuracy}");
        Assert.Equal(["relu1"], cure.Report!.Interventions.First(intervention => intervention.Kind == CureMode.RecycleUnits).Layers);
    }

    [Fact]
    public void WithoutCureNothingChanges()
    {
        var program = new DigitsTestProgram { Model = Deep, Optimizer = TooFast, EpochCount = 2 };
        using var nothing = new CuringObserver(CureMode.None);

        Assert.Equal(TrainingLoop.Run(program, 1).Losses, TrainingLoop.Run(program, 1, nothing).Losses);
        Assert.Empty(nothing.Report!.Interventions);
        Assert.DoesNotContain("interventions", nothing.Report.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void AnInterventionCanBeTakenBack()
    {
        using var model = nn.Sequential(("fc", nn.Linear(4, 1)));
        using var optimizer = optim.SGD(model.parameters(), 0.5);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer });
        var cure = monitor.Cure();
        var good = model.state_dict()["fc.weight"].clone();
        Spoil(model);

        monitor.Step(double.NaN);

        Assert.True(good.equal(model.state_dict()["fc.weight"]).all().item<bool>());
        Assert.Equal([CureMode.SkipNonFiniteSteps, CureMode.LowerLearningRate], cure.Interventions.Select(intervention => intervention.Kind));
        Assert.Equal(0.15, optimizer.ParamGroups.First().LearningRate, 1e-9);

        Assert.Equal(CureMode.LowerLearningRate, cure.Undo()!.Kind);
        Assert.Equal(0.5, optimizer.ParamGroups.First().LearningRate);
        Assert.Equal(CureMode.SkipNonFiniteSteps, cure.Undo()!.Kind);
        Assert.True(model.state_dict()["fc.weight"].isnan().any().item<bool>());
        Assert.Null(cure.Undo());
        Assert.All(monitor.Complete().Interventions, intervention => Assert.True(intervention.IsUndone));
    }

    [Fact]
    public void CopiesOfWeightsAreBounded()
    {
        using var model = nn.Sequential(("fc", nn.Linear(4, 1)));
        using var monitor = TrainingMonitor.Attach(model);
        monitor.Cure();
        monitor.Step(1);
        monitor.Step(1);
        long before = 0;
        for (int step = 0; step < 300; step++)
        {
            monitor.Step(1.0 / (step + 1));
            if (step == 100)
            {
                before = Tensor.TotalCount;
            }
        }

        Assert.InRange(Tensor.TotalCount, 0, before + 2);
    }

    private static void Spoil(nn.Module model)
    {
        using var guard = no_grad();
        model.parameters().First()[0, 0] = float.NaN;
    }

    private static TorchSharp.Modules.Sequential Dead()
    {
        var model = nn.Sequential(("fc1", nn.Linear(64, 32)), ("relu1", nn.ReLU()), ("out", nn.Linear(32, 10)));
        nn.init.constant_(((TorchSharp.Modules.Linear)model[0]).bias!, -8);
        return model;
    }

    /// <summary>Monitors and cures, as a user's own loop would.</summary>
    private sealed class CuringObserver(CureMode mode) : ITrainingObserver, IDisposable
    {
        private TrainingMonitor? _monitor;

        public Action<TrainingState>? Spoil { get; init; }

        public DiagnosisReport? Report { get; private set; }

        public void Started(TrainingState state)
        {
            _monitor = TrainingMonitor.Attach(state.Model, new TrainingMonitorOptions { Optimizer = state.Optimizer, Loss = state.Loss, Task = state.Program.Task });
            if (mode != CureMode.None)
            {
                _monitor.Cure(mode);
            }
        }

        public void Stepped(TrainingState state, TrainingBatch batch, Tensor loss)
        {
            if (state.Step == 50)
            {
                Spoil?.Invoke(state);
            }

            _monitor!.Step(loss, batch.Target);
        }

        public void Validated(TrainingState state, ValidationScore score) => _monitor!.Validation(score.Loss, score.Accuracy);

        public void Completed(TrainingState state) => Report = _monitor!.Complete();

        public void Dispose() => _monitor?.Dispose();
    }
}
