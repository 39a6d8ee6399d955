using TorchSharp;
using TrainingDoctor.Changes;
using TrainingDoctor.Programs;
using TrainingDoctor.Tests.Programs;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Changes;

/// <summary>Each action does what it says to a program that it does not touch.</summary>
public sealed class ProgramChangeTests
{
    [Fact]
    public void AnActivationInASequenceIsReplaced()
    {
        using var model = Cured(new DigitsTestProgram(), new RemedyAction { Kind = RemedyActionKind.ReplaceActivation, Layers = ["relu1"], To = "LeakyReLU" }).CreateModel();

        Assert.IsType<TorchSharp.Modules.LeakyReLU>(model.named_children().Single(child => child.name == "relu1").module);
    }

    [Fact]
    public void AnActivationInAFieldIsReplacedAndStaysRegistered()
    {
        using var model = Cured(new DigitsTestProgram { Model = () => new Custom() }, new RemedyAction { Kind = RemedyActionKind.ReplaceActivation, Layers = ["activation"], To = "ELU" }).CreateModel();

        var custom = Assert.IsType<Custom>(model);
        Assert.IsType<TorchSharp.Modules.ELU>(custom.Activation);
        Assert.IsType<TorchSharp.Modules.ELU>(model.named_children().Single(child => child.name == "activation").module);
    }

    [Fact]
    public void WhatCannotBeReplacedSaysSo()
    {
        var program = Cured(new DigitsTestProgram { Model = () => new Concrete() }, new RemedyAction { Kind = RemedyActionKind.ReplaceActivation, Layers = ["activation"], To = "ELU" });

        Assert.Contains("activation", Assert.Throws<CureNotApplicableException>(program.CreateModel).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReinitialisationMeansTheLayerBeforeANamedActivation()
    {
        var program = Cured(
            new DigitsTestProgram { Model = Zeroed },
            new RemedyAction { Kind = RemedyActionKind.Reinitialize, Layers = ["relu1"], Scheme = "he" });
        using var model = program.CreateModel();
        var weights = model.state_dict();

        // He: variance 2 / fan-in.
        Assert.Equal(Math.Sqrt(2.0 / 64), weights["fc1.weight"].std().item<float>(), 0.02);
        Assert.Equal(0, weights["out.weight"].abs().max().item<float>());
    }

    [Fact]
    public void TheLearningRateIsScaledAndWarmedUp()
    {
        var scaled = Cured(new DigitsTestProgram(), new RemedyAction { Kind = RemedyActionKind.ScaleLearningRate, Factor = 0.25 });
        var observer = new RateObserver();
        TrainingLoop.Run(scaled, 1, observer, epochs: 1);
        Assert.All(observer.Rates, rate => Assert.Equal(0.025, rate, 1e-12));

        observer = new RateObserver();
        TrainingLoop.Run(Cured(new DigitsTestProgram(), new RemedyAction { Kind = RemedyActionKind.AddWarmup, Steps = 10 }), 1, observer, epochs: 1);
        Assert.Equal([0.01, 0.02, 0.03], observer.Rates.Take(3).Select(rate => Math.Round(rate, 6)));
        Assert.All(observer.Rates.Skip(9), rate => Assert.Equal(0.1, rate, 1e-12));
    }

    [Fact]
    public void GradientsAreClippedBeforeTheUpdate()
    {
        var observer = new NormObserver();
        TrainingLoop.Run(Cured(new DigitsTestProgram(), new RemedyAction { Kind = RemedyActionKind.ClipGradientNorm, MaxNorm = 0.05 }), 1, observer, epochs: 1);

        Assert.NotEmpty(observer.Norms);
        Assert.All(observer.Norms, norm => Assert.InRange(norm, 0, 0.0501));
    }

    [Fact]
    public void InputsAreStandardisedByTheTrainingSamples()
    {
        var data = Cured(new DigitsTestProgram { Scale = 100 }, new RemedyAction { Kind = RemedyActionKind.ScaleInputs, Method = "standardize" }).CreateData(1);

        var deviation = data.Training.Input.std(0, unbiased: false);
        Assert.Equal(0, data.Training.Input.mean().item<float>(), 1e-4);
        Assert.InRange(deviation.max().item<float>(), 0.99, 1.01);
        Assert.True(data.Validation!.Input.abs().mean().item<float>() < 5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void BatchesAreShuffledOrBalanced(bool balanced)
    {
        var kind = balanced ? RemedyActionKind.BalanceClasses : RemedyActionKind.ShuffleData;
        var plain = FirstTargets(new DigitsTestProgram { IsShuffled = false });
        var changed = FirstTargets(Cured(new DigitsTestProgram { IsShuffled = false }, new RemedyAction { Kind = kind }));

        Assert.Equal(plain.Length, changed.Length);
        Assert.NotEqual(plain, changed);
    }

    [Fact]
    public void NormalisationDropoutAndOptimizerAreInserted()
    {
        var program = Cured(
            new DigitsTestProgram(),
            new RemedyAction { Kind = RemedyActionKind.AddNormalization },
            new RemedyAction { Kind = RemedyActionKind.AddDropout, Rate = 0.5 },
            new RemedyAction { Kind = RemedyActionKind.ChangeOptimizer, To = "Adam" });
        using var model = program.CreateModel();

        var types = model.named_modules().Select(item => item.module.GetType().Name).ToList();
        Assert.Contains("LayerNorm", types);
        Assert.Contains("Dropout", types);
        Assert.IsType<TorchSharp.Modules.Adam>(Assert.Single(program.CreateOptimizers(model)));
        Assert.Equal([5L, 10L], model.named_modules().First().module is null ? [] : ((nn.Module<Tensor, Tensor>)model).call(ones(5, 64)).shape);
    }

    [Fact]
    public void ACuredRunIsDeterministic()
    {
        var program = Cured(new DigitsTestProgram { IsShuffled = false }, new RemedyAction { Kind = RemedyActionKind.ShuffleData }, new RemedyAction { Kind = RemedyActionKind.AddDropout, Rate = 0.2 });

        Assert.Equal(TrainingLoop.Run(program, 3, epochs: 2).Losses, TrainingLoop.Run(program, 3, epochs: 2).Losses);
    }

    /// <summary>Of several changes of the rate the last one counts, and a rate that is held stays held, whatever the program's schedule sets.</summary>
    [Theory]
    [InlineData("0.01", 0.01, 0.00125)]
    [InlineData("0.01 0.1", 0.08, 0.01)]
    [InlineData("0.01!", 0.01, 0.01)]
    [InlineData("0.01! 0.02", 0.02, 0.02)]
    [InlineData("0.01! x0.5", 0.005, 0.005)]
    [InlineData("0.01! Adam", 0.003, 0.003)]
    public void TheLastRateCountsAndAHeldOneStays(string changes, double first, double last)
    {
        var actions = changes.Split(' ').Select(change => change switch
        {
            "Adam" => new RemedyAction { Kind = RemedyActionKind.ChangeOptimizer, To = "Adam", Value = 0.003 },
            ['x', .. var factor] => new RemedyAction { Kind = RemedyActionKind.ScaleLearningRate, Factor = Number(factor) },
            [.. var rate, '!'] => new RemedyAction { Kind = RemedyActionKind.SetLearningRate, Value = Number(rate), Method = RemedyAction.Constant },
            _ => new RemedyAction { Kind = RemedyActionKind.SetLearningRate, Value = Number(change) },
        });
        var observer = new RateObserver();

        TrainingLoop.Run(Cured(new DigitsTestProgram { Schedule = step => 0.08 * Math.Pow(0.5, step) }, [.. actions]), 1, observer, epochs: 1);

        Assert.Equal((first, last), (Math.Round(observer.Rates[0], 6), Math.Round(observer.Rates[changes.Contains("0.1", StringComparison.Ordinal) ? 3 : 6], 6)));

        static double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>A program that forgets the step trains as well as one that does not: loss for loss.</summary>
    [Fact]
    public void AMissingStepIsTaken()
    {
        var complete = TrainingLoop.Run(new DigitsTestProgram(), 1, epochs: 2).Losses;
        var forgetful = TrainingLoop.Run(new DigitsTestProgram { ForgetsStep = true }, 1, epochs: 2).Losses;
        var cured = TrainingLoop.Run(Cured(new DigitsTestProgram { ForgetsStep = true }, new RemedyAction { Kind = RemedyActionKind.StepOptimizer }), 1, epochs: 2).Losses;

        Assert.NotEqual(complete, forgetful);
        Assert.Equal(complete, cured);
    }

    /// <summary>What holds all parameters and still moves none is not stepped; what holds others needs these.</summary>
    [Theory]
    [InlineData(true, "step-optimizer")]
    [InlineData(false, "register-parameters")]
    public void WeightsThatStandStillGetTheAdviceThatFits(bool holdsThem, string advice)
    {
        var monitoring = new MonitoringObserver();
        using var other = nn.Linear(4, 4);

        TrainingLoop.Run(new DigitsTestProgram { ForgetsStep = holdsThem, Optimizer = model => optim.SGD(holdsThem ? model.parameters() : other.parameters(), 0.1) }, 1, monitoring, epochs: 2);

        var finding = Assert.Single(monitoring.Report!.Findings, finding => finding.Rule.Id == "TD5003");
        Assert.Equal(advice, KebabCase.Of(finding.Remedies[0].Actions[0].Kind));
    }

    [Fact]
    public void WhatNeedsTheUsersHandIsSkippedWithTheReason()
    {
        var plan = RemedyPlan.Of([new RemedyAction { Kind = RemedyActionKind.CleanData, Method = "split" }, new RemedyAction { Kind = RemedyActionKind.SetLearningRate, Value = 0.1 }, new RemedyAction { Kind = RemedyActionKind.ChangeLoss }]);

        Assert.Single(plan.Changes);
        Assert.Equal([RemedyActionKind.CleanData, RemedyActionKind.ChangeLoss], plan.Skipped.Select(skipped => skipped.Action.Kind));
    }

    private static CuredProgram Cured(ITrainingProgram program, params RemedyAction[] actions)
    {
        var plan = RemedyPlan.Of(actions);
        Assert.Empty(plan.Skipped);
        return new CuredProgram(program, plan.Changes);
    }

    private static TorchSharp.Modules.Sequential Zeroed()
    {
        var model = nn.Sequential(("fc1", nn.Linear(64, 32)), ("relu1", nn.ReLU()), ("out", nn.Linear(32, 10)));
        foreach (var parameter in model.parameters())
        {
            nn.init.zeros_(parameter);
        }

        return model;
    }

    private static long[] FirstTargets(ITrainingProgram program)
    {
        var observer = new TargetObserver();
        TrainingLoop.Run(program, 1, observer, epochs: 1);
        return [.. observer.Targets];
    }

    private abstract class Observer : ITrainingObserver
    {
        public void Started(TrainingState state)
        {
        }

        public abstract void Stepped(TrainingState state, TrainingBatch batch, Tensor loss);

        public void Validated(TrainingState state, ValidationScore result)
        {
        }

        public void Completed(TrainingState state)
        {
        }
    }

    private sealed class RateObserver : Observer
    {
        public List<double> Rates { get; } = [];

        public override void Stepped(TrainingState state, TrainingBatch batch, Tensor loss) => Rates.Add(state.Optimizer.ParamGroups.First().LearningRate);
    }

    private sealed class NormObserver : Observer
    {
        public List<double> Norms { get; } = [];

        public override void Stepped(TrainingState state, TrainingBatch batch, Tensor loss) =>
            Norms.Add(Math.Sqrt(state.Model.parameters().Sum(parameter => parameter.grad!.pow(2).sum().item<float>())));
    }

    private sealed class TargetObserver : Observer
    {
        public List<long> Targets { get; } = [];

        public override void Stepped(TrainingState state, TrainingBatch batch, Tensor loss) => Targets.AddRange(batch.Target.data<long>().ToArray());
    }

    private sealed class Custom : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _first = nn.Linear(64, 10);
        private readonly nn.Module<Tensor, Tensor> activation = nn.ReLU();

        public Custom()
            : base(nameof(Custom)) => RegisterComponents();

        public nn.Module<Tensor, Tensor> Activation => activation;

        public override Tensor forward(Tensor input) => activation.call(_first.call(input));
    }

    private sealed class Concrete : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear first = nn.Linear(64, 10);
        private readonly TorchSharp.Modules.ReLU activation = nn.ReLU();

        public Concrete()
            : base(nameof(Concrete)) => RegisterComponents();

        public override Tensor forward(Tensor input) => activation.call(first.call(input));
    }
}
