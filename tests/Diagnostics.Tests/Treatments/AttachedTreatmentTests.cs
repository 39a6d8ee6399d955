using Newtonsoft.Json.Linq;
using TorchSharp;
using TrainingDoctor.Reports;
using TrainingDoctor.Treatments;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Treatments;

/// <summary>The plan that <c>TRAINDOCTOR_TRIAL</c> names is applied to the training that a monitor attaches to, and answered truly.</summary>
public sealed class AttachedTreatmentTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor-trial-").FullName;

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("TRAINDOCTOR_TRIAL", null);
        Environment.SetEnvironmentVariable("TRAINDOCTOR_RECORD", null);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void ALearningRateIsScaledAndReadBack()
    {
        using var training = new Training(optimizer: parameters => optim.SGD(parameters, 0.1));
        using var monitor = Attach(training, new RemedyAction { Kind = RemedyActionKind.ScaleLearningRate, Factor = 0.1 });

        Assert.Equal(0.01, training.Rate, 1e-12);
        var applied = Assert.Single(Answer()["applied"]!);
        Assert.Equal("scale-learning-rate", applied["kind"]);
        Assert.StartsWith("learning rate 0.1 -> 0.01", (string?)applied["text"], StringComparison.Ordinal);
        Assert.Empty(Answer()["skipped"]!);
        Assert.Equal("csharp", Answer()["monitor"]);
        Assert.Equal("t03", Answer()["trial"]);
    }

    [Fact]
    public void AScaledRateGoesTheWayOfASchedule()
    {
        foreach (bool isMadeBefore in new[] { true, false })
        {
            using var training = new Training(optimizer: parameters => optim.SGD(parameters, 0.1));
            var schedule = isMadeBefore ? Schedule() : null;
            using var monitor = Attach(training, new RemedyAction { Kind = RemedyActionKind.ScaleLearningRate, Factor = 0.1 });
            schedule ??= Schedule();
            for (int step = 0; step < 5; step++)
            {
                training.Step(monitor);
                schedule.step();
                training.Call();
                Assert.Equal(0.01 * Math.Pow(0.9, step + 1), training.Rate, 1e-9);
            }

            // Computed from the rate that the schedule kept when it was made.
            optim.lr_scheduler.LRScheduler Schedule() => optim.lr_scheduler.LambdaLR(training.Optimizer, step => Math.Pow(0.9, step));
        }
    }

    [Fact]
    public void ARateThatMultipliesStaysScaled()
    {
        using var training = new Training(optimizer: parameters => optim.SGD(parameters, 0.1));
        var schedule = optim.lr_scheduler.ExponentialLR(training.Optimizer, 0.1);
        using var monitor = Attach(training, new RemedyAction { Kind = RemedyActionKind.ScaleLearningRate, Factor = 0.1 });
        training.Step(monitor);
        schedule.step();
        training.Call();

        Assert.Equal(0.001, training.Rate, 1e-9);
    }

    [Fact]
    public void ARateThatIsSetIsACeilingAndOneThatIsHeldIsNot()
    {
        using var training = new Training(optimizer: parameters => optim.SGD(parameters, 0.1));
        using (var monitor = Attach(training, new RemedyAction { Kind = RemedyActionKind.SetLearningRate, Value = 0.02 }))
        {
            Program(training, 0.5);
            Assert.Equal(0.02, training.Rate, 1e-12);
            Program(training, 0.005);
            Assert.Equal(0.005, training.Rate, 1e-12);
        }

        using var held = new Training(optimizer: parameters => optim.SGD(parameters, 0.1));
        using var holding = Attach(held, new RemedyAction { Kind = RemedyActionKind.SetLearningRate, Value = 0.02, Method = RemedyAction.Constant });
        Program(held, 0.005);
        Assert.Equal(0.02, held.Rate, 1e-12);

        static void Program(Training training, double rate)
        {
            training.SetRate(rate);
            training.Call();
        }
    }

    [Fact]
    public void ARateIsWarmedUp()
    {
        using var training = new Training(optimizer: parameters => optim.SGD(parameters, 0.1));
        using var monitor = Attach(training, new RemedyAction { Kind = RemedyActionKind.SetLearningRate, Value = 0.2 }, new RemedyAction { Kind = RemedyActionKind.AddWarmup, Steps = 4 });
        var rates = new List<double>();
        for (int step = 0; step < 6; step++)
        {
            training.Step(monitor, beforeStep: () => rates.Add(training.Rate));
        }

        Assert.Equal([0.05, 0.1, 0.15, 0.2, 0.2, 0.2], rates.Select(rate => Math.Round(rate, 9)));
        Assert.Contains("0.05 up to 0.2 within 4 steps", Texts(), StringComparison.Ordinal);
    }

    [Fact]
    public void GradientsAreClippedWhereTheProgramTellsWhen()
    {
        using var training = new Training(optimizer: parameters => optim.SGD(parameters, 0.1));
        using var monitor = Attach(training, new RemedyAction { Kind = RemedyActionKind.ClipGradientNorm, MaxNorm = 0.01 });
        Assert.Empty(Answer()["applied"]!);
        Assert.Empty(Answer()["skipped"]!);

        training.Step(monitor, beforeStep: () =>
        {
            monitor.BeforeStep();
            Assert.InRange(training.GradientNorm(), 1e-4, 0.0100001);
        });

        Assert.Contains("gradient norm limited to 0.01", Texts(), StringComparison.Ordinal);
    }

    [Fact]
    public void ClippingWithoutBeforeStepIsSaidToHaveNoPlaceAfterTheSecondStep()
    {
        using var training = new Training();
        using var monitor = Attach(training, new RemedyAction { Kind = RemedyActionKind.ClipGradientNorm, MaxNorm = 0.01 });
        training.Step(monitor);
        Assert.Empty(Answer()["skipped"]!);
        training.Step(monitor);

        Assert.Contains("monitor.BeforeStep()", (string?)Assert.Single(Answer()["skipped"]!)["reason"], StringComparison.Ordinal);
    }

    [Fact]
    public void TheOptimizerHoldsTheWeightsOfLayersThatArePutIn()
    {
        using var training = new Training(optimizer: parameters => optim.Adam(parameters, 0.01));
        training.Model.to(ScalarType.Float64);
        using var adam = optim.Adam(training.Model.parameters(), 0.01);
        training.Optimizer = adam;
        training.Type = ScalarType.Float64;
        using var monitor = Attach(training, new RemedyAction { Kind = RemedyActionKind.AddNormalization });

        var norm = Assert.Single(training.Model.modules().OfType<TorchSharp.Modules.LayerNorm>());
        Assert.Equal(ScalarType.Float64, norm.weight!.dtype);
        Assert.Single(adam.ParamGroups);
        using var before = norm.weight.detach().clone();
        training.Step(monitor);
        training.Step(monitor);

        Assert.NotEqual(0, (norm.weight - before).abs().max().item<double>());
        Assert.Contains("LayerNorm put in as", Texts(), StringComparison.Ordinal);
    }

    [Fact]
    public void LayersAreReplacedReinitialisedAndGivenDropoutInPlace()
    {
        using var training = new Training();
        training.Model.eval();
        using var monitor = Attach(
            training,
            new RemedyAction { Kind = RemedyActionKind.ReplaceActivation, Layers = ["relu"], To = "LeakyReLU" },
            new RemedyAction { Kind = RemedyActionKind.Reinitialize, Layers = ["first"], Scheme = "he" },
            new RemedyAction { Kind = RemedyActionKind.AddDropout, Rate = 0.4 });

        Assert.Contains("relu: ReLU -> LeakyReLU", Texts(), StringComparison.Ordinal);
        Assert.Contains("weights drawn again (he): first", Texts(), StringComparison.Ordinal);
        var dropout = Assert.Single(training.Model.modules().OfType<TorchSharp.Modules.Dropout>());
        Assert.Equal(0.4, dropout.p);
        Assert.False(dropout.training, "A layer that is put in is in the mode of what it stands behind.");
        Assert.Equal(3, Answer()["applied"]!.Count());
    }

    [Fact]
    public void WhatHasNoPlaceIsSkippedWithTheReasonAndLeavesNothingHalfDone()
    {
        using var training = new Training();
        using var monitor = Attach(
            training,
            new RemedyAction { Kind = RemedyActionKind.ReplaceActivation, Layers = ["relu", "nowhere"], To = "ELU" },
            new RemedyAction { Kind = RemedyActionKind.ChangeBatchSize, Value = 8 },
            new RemedyAction { Kind = RemedyActionKind.TrainLonger },
            new RemedyAction { Kind = RemedyActionKind.CleanData },
            new RemedyAction { Kind = RemedyActionKind.ReduceCapacity });

        Assert.IsType<TorchSharp.Modules.ReLU>(training.Model.named_children().Single(child => child.name == "relu").module);
        Assert.Empty(Answer()["applied"]!);
        Assert.Equal(["replace-activation", "change-batch-size", "train-longer", "clean-data", "reduce-capacity"], Answer()["skipped"]!.Select(item => (string?)item["kind"]));
        Assert.All(Answer()["skipped"]!, item => Assert.EndsWith(".", (string?)item["reason"], StringComparison.Ordinal));
    }

    [Fact]
    public void WithoutAnOptimizerItsActionsAreSkipped()
    {
        using var training = new Training();
        using var monitor = Attach(training, new TrainingMonitorOptions(), new RemedyAction { Kind = RemedyActionKind.ScaleLearningRate, Factor = 0.1 });

        Assert.Contains("TrainingMonitorOptions.Optimizer", (string?)Assert.Single(Answer()["skipped"]!)["reason"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AnotherOptimizerTakesTheStepsOfTheProgram(bool tellsBeforeStep)
    {
        using var training = new Training(optimizer: parameters => optim.SGD(parameters, 1e3));
        using var twin = new Training(optimizer: parameters => optim.Adam(parameters, 0.01), like: training);
        using var monitor = Attach(training, new RemedyAction { Kind = RemedyActionKind.ChangeOptimizer, To = "Adam", Value = 0.01 });
        for (int step = 0; step < 3; step++)
        {
            training.Step(monitor, beforeStep: tellsBeforeStep ? monitor.BeforeStep : null);
            twin.Step(null);
        }

        Assert.Equal(0, training.DistanceTo(twin), 1e-6);
        Assert.Contains("SGD -> Adam at 0.01", Texts(), StringComparison.Ordinal);
        Assert.Equal("Adam", monitor.Complete().Run.Optimizer?.TypeName);
    }

    [Fact]
    public void WeightsDecayAndFrozenOnesAreTrained()
    {
        using var training = new Training(optimizer: parameters => optim.SGD(parameters.Where(parameter => parameter.requires_grad), 0.1), frozen: true);
        using var monitor = Attach(training, new RemedyAction { Kind = RemedyActionKind.Unfreeze }, new RemedyAction { Kind = RemedyActionKind.AddWeightDecay, Value = 0.5 });
        using var before = training.First.weight!.detach().clone();
        training.Step(monitor);

        Assert.NotEqual(0, (training.First.weight! - before).abs().max().item<float>());
        Assert.Contains("2 parameters unfrozen, and 2 given to the optimizer", Texts(), StringComparison.Ordinal);
        Assert.Contains("weight decay 0.5 beside the optimizer", Texts(), StringComparison.Ordinal);
    }

    [Fact]
    public void GradientsAreClearedAndAForgottenStepIsTaken()
    {
        using var training = new Training { ClearsGradients = false, TakesSteps = false };
        using var monitor = Attach(training, new RemedyAction { Kind = RemedyActionKind.ZeroGradients }, new RemedyAction { Kind = RemedyActionKind.StepOptimizer });
        using var before = training.First.weight!.detach().clone();
        training.Step(monitor);

        Assert.NotEqual(0, (training.First.weight! - before).abs().max().item<float>());
        Assert.Equal(0, training.GradientNorm());
    }

    [Fact]
    public void TheLossIsReplacedAndTargetsMadeToFit()
    {
        using var loss = nn.MSELoss();
        using var training = new Training { Loss = loss, OneHot = true };
        using var monitor = Attach(training, new TrainingMonitorOptions { Optimizer = training.Optimizer, Loss = loss }, new RemedyAction { Kind = RemedyActionKind.ChangeLoss, To = "CrossEntropyLoss" });
        double told = training.Step(monitor);

        Assert.Equal(training.CrossEntropyBefore, told, 1e-5);
        Assert.Contains("loss MSELoss -> CrossEntropyLoss", Texts(), StringComparison.Ordinal);
        Assert.Equal("CrossEntropyLoss", monitor.Complete().Run.Loss?.TypeName);
    }

    [Fact]
    public void InputsAreScaledOnTheirWayIn()
    {
        using var training = new Training { InputScale = 1000, InputShift = 5000 };
        using var monitor = Attach(training, new RemedyAction { Kind = RemedyActionKind.ScaleInputs, Method = "standardize" });
        Tensor? seen = null;
        training.First.register_forward_hook((_, input, output) =>
        {
            seen = input.detach().clone().DetachFromDisposeScope();
            return output;
        });
        training.Step(monitor);

        Assert.Equal(0, seen!.mean([0L]).abs().max().item<float>(), 1e-3);
        Assert.Equal(1, seen.std(0, unbiased: false).mean().item<float>(), 1e-3);
        Assert.Contains("inputs brought to mean 0", Texts(), StringComparison.Ordinal);
    }

    [Fact]
    public void ModesFollowWhetherGradientsAreRecorded()
    {
        using var training = new Training();
        using var monitor = Attach(training, new RemedyAction { Kind = RemedyActionKind.SetEvaluationMode });
        training.Model.eval();
        training.Step(monitor);
        Assert.True(training.Model.training);
        using (no_grad())
        {
            training.Call();
        }

        Assert.False(training.Model.training);
    }

    [Theory]
    [InlineData("{", "line 1")]
    [InlineData("{ \"version\": 2, \"actions\": [] }", "version 2")]
    [InlineData("{ \"version\": 1 }", "'actions' is missing")]
    [InlineData("{ \"version\": 1, \"actions\": [ { \"kind\": \"pray\" } ] }", "actions[0].kind")]
    [InlineData(null, "cannot be read")]
    public void ABadPlanEndsTheProcess(string? text, string told)
    {
        string path = Path.Combine(_folder, "bad.json");
        if (text is not null)
        {
            File.WriteAllText(path, text);
        }

        Environment.SetEnvironmentVariable("TRAINDOCTOR_TRIAL", path);
        using var training = new Training();
        var standardError = Console.Error;
        using var said = new StringWriter();
        int? code = null;
        try
        {
            Console.SetError(said);
            AttachedTreatment.OfEnvironment(training.Model, null, null, exit => code = exit);
        }
        finally
        {
            Console.SetError(standardError);
        }

        Assert.Equal(86, code);
        string line = Assert.Single(said.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("bad.json", line, StringComparison.Ordinal);
        Assert.Contains(told, line, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryRunIsRecordedIntoTheFolderOfTheEnvironment()
    {
        string folder = Path.Combine(_folder, "made", "here");
        Environment.SetEnvironmentVariable("TRAINDOCTOR_RECORD", folder);
        for (int run = 0; run < 3; run++)
        {
            using var training = new Training();
            using var monitor = TrainingMonitor.Attach(training.Model, new TrainingMonitorOptions { Name = "a/b", Optimizer = training.Optimizer });
            training.Step(monitor);
        }

        using (var unnamed = new Training())
        using (TrainingMonitor.Attach(unnamed.Model))
        {
        }

        int process = Environment.ProcessId;
        Assert.Equal(["a-b.jsonl", $"a-b-{process}.jsonl", $"a-b-{process}-2.jsonl", "run.jsonl"], new DirectoryInfo(folder).GetFiles().OrderBy(file => file.LastWriteTimeUtc).ThenBy(file => file.Name.Length).Select(file => file.Name).Order(Comparer<string>.Create((a, b) => a.Length.CompareTo(b.Length))).OrderBy(name => name == "run.jsonl"));
        Assert.All(Directory.GetFiles(folder), file => Assert.EndsWith("{\"complete\":true}\n", File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Fact]
    public void AFolderThatCannotBeWrittenIsToldAndTheTrainingGoesOn()
    {
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, string.Empty);
        Environment.SetEnvironmentVariable("TRAINDOCTOR_RECORD", Path.Combine(file, "folder"));
        var standardError = Console.Error;
        using var said = new StringWriter();
        try
        {
            Console.SetError(said);
            using var training = new Training();
            using var monitor = TrainingMonitor.Attach(training.Model);
            training.Step(monitor);
            Assert.Equal(1, monitor.Complete().ToDocument().Run.Steps);
        }
        finally
        {
            Console.SetError(standardError);
        }

        Assert.Contains("TRAINDOCTOR_RECORD", Assert.Single(said.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public void GradientsToldBeforeTheStepAreThoseMeasured()
    {
        using var training = new Training();
        double norm = 0;
        using var monitor = TrainingMonitor.Attach(training.Model, new TrainingMonitorOptions { Optimizer = training.Optimizer, RecordTo = Path.Combine(_folder, "run.jsonl") });
        training.Step(monitor, beforeStep: () =>
        {
            norm = training.GradientNorm();
            monitor.BeforeStep();
            training.Optimizer.zero_grad();
        });
        monitor.Complete();

        var measured = File.ReadLines(Path.Combine(_folder, "run.jsonl")).Where(line => line.StartsWith("{\"step\":0,", StringComparison.Ordinal)).SelectMany(line => JToken.Parse(line)["m"] ?? new JArray())
            .Single(item => (string?)item[0] == MetricCatalog.NameOf(Metric.GlobalGradientNorm));
        Assert.Equal(norm, (double)measured[2]!, norm * 1e-5);
    }

    private TrainingMonitor Attach(Training training, params RemedyAction[] actions) => Attach(training, new TrainingMonitorOptions { Optimizer = training.Optimizer }, actions);

    private TrainingMonitor Attach(Training training, TrainingMonitorOptions options, params RemedyAction[] actions)
    {
        string path = Path.Combine(_folder, $"{Guid.NewGuid():N}.json");
        File.WriteAllText(path, ReportJson.SerializeAny(new { Version = 1, Trial = "t03", Actions = actions }));
        Environment.SetEnvironmentVariable("TRAINDOCTOR_TRIAL", path);
        try
        {
            return TrainingMonitor.Attach(training.Model, options);
        }
        finally
        {
            Environment.SetEnvironmentVariable("TRAINDOCTOR_TRIAL", null);
        }
    }

    private JObject Answer() => JObject.Parse(File.ReadAllText(new DirectoryInfo(_folder).GetFiles("*.applied.json").MaxBy(file => file.CreationTimeUtc)!.FullName));

    private string Texts() => string.Join("\n", Answer()["applied"]!.Select(item => (string?)item["text"]));

    /// <summary>A training as somebody would write it, step by step.</summary>
    private sealed class Training : IDisposable
    {
        private readonly Random _random = new(1);

        public Training(Func<IEnumerable<TorchSharp.Modules.Parameter>, optim.Optimizer>? optimizer = null, bool frozen = false, Training? like = null)
        {
            manual_seed(1);
            First = nn.Linear(6, 8);
            Model = nn.Sequential(("first", First), ("relu", nn.ReLU()), ("last", nn.Linear(8, 3)));
            if (like is not null)
            {
                Model.load_state_dict(like.Model.state_dict());
            }

            if (frozen)
            {
                foreach (var parameter in First.parameters())
                {
                    parameter.requires_grad = false;
                }
            }

            Optimizer = (optimizer ?? (parameters => optim.SGD(parameters, 0.1)))(Model.parameters());
        }

        public TorchSharp.Modules.Linear First { get; }

        public TorchSharp.Modules.Sequential Model { get; }

        public optim.Optimizer Optimizer { get; set; }

        public nn.Module<Tensor, Tensor, Tensor> Loss { get; init; } = nn.CrossEntropyLoss();

        public ScalarType Type { get; set; } = ScalarType.Float32;

        public bool ClearsGradients { get; init; } = true;

        public bool TakesSteps { get; init; } = true;

        public bool OneHot { get; init; }

        public float InputScale { get; init; } = 1;

        public float InputShift { get; init; }

        public double CrossEntropyBefore { get; private set; }

        public double Rate => Optimizer.ParamGroups.First().LearningRate;

        public void SetRate(double rate) => Optimizer.ParamGroups.First().LearningRate = rate;

        public void Call()
        {
            using var scope = NewDisposeScope();
            Model.call(zeros(2, 6, dtype: Type));
        }

        public double Step(TrainingMonitor? monitor, Action? beforeStep = null)
        {
            using var scope = NewDisposeScope();
            var input = tensor(Enumerable.Range(0, 60).Select(_ => (InputScale * (float)_random.NextDouble()) + InputShift).ToArray(), 10, 6).to_type(Type);
            var classes = tensor(Enumerable.Range(0, 10).Select(_ => (long)_random.Next(3)).ToArray());
            var target = OneHot ? nn.functional.one_hot(classes, 3).to_type(Type) : classes;
            if (ClearsGradients)
            {
                Optimizer.zero_grad();
            }

            var output = Model.call(input);
            CrossEntropyBefore = nn.functional.cross_entropy(output, classes).to_type(ScalarType.Float64).item<double>();
            var loss = Loss.call(output, target);
            loss.backward();
            beforeStep?.Invoke();
            if (TakesSteps)
            {
                Optimizer.step();
            }

            monitor?.Step(loss, target);
            return loss.to_type(ScalarType.Float64).item<double>();
        }

        public double GradientNorm()
        {
            using var scope = NewDisposeScope();
            return Math.Sqrt(Model.parameters().Where(parameter => parameter.grad is not null).Sum(parameter => parameter.grad!.square().sum(ScalarType.Float64).item<double>()));
        }

        public double DistanceTo(Training other)
        {
            using var scope = NewDisposeScope();
            return Model.parameters().Zip(other.Model.parameters()).Max(pair => (pair.First - pair.Second).abs().max().to_type(ScalarType.Float64).item<double>());
        }

        public void Dispose()
        {
            Optimizer.Dispose();
            Model.Dispose();
            Loss.Dispose();
        }
    }
}
