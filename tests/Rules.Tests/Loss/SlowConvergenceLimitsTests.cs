using TrainingDoctor.Rules.Loss;

namespace TrainingDoctor.Tests.Loss;

/// <summary>TD4007 on losses that still fall when the run ends: by little, by much, within a warm-up, and what excuses or explains it.</summary>
public sealed class SlowConvergenceLimitsTests
{
    /// <summary>A fall at a steady pace, by how much of its beginning; more than a quarter is worth a remark, and so is what validation has still to win.</summary>
    [Theory]
    [InlineData("by next to nothing", 0.004, 60, null)]
    [InlineData("by a third", 0.33, 60, Severity.Info)]
    [InlineData("by a third, in eleven losses", 0.33, 11, null)]
    public void ASteadyFallIsSlowUntilItIsFar(string name, double fall, int count, Severity? expected)
    {
        _ = name;
        Assert.Equal(expected, Told(Line(count, fall)));
    }

    [Theory]
    [InlineData("slows down to a half", 0.5, null)]
    [InlineData("slows down a little", 0.9, Severity.Warning)]
    public void APaceThatSlowsDownIsNotSteady(string name, double factor, Severity? expected)
    {
        _ = name;
        double loss = 1;
        Assert.Equal(expected, Told(Trace.Of(Metric.Loss, Enumerable.Range(0, 90).Select(step => loss -= 0.001 * Math.Pow(factor, step / 30)))));
    }

    /// <summary>What a score or a validation shows beside the loss.</summary>
    [Theory]
    [InlineData("a score that rises", Metric.Accuracy, 0.2, 0.5, Severity.Info)]
    [InlineData("a validation that rises", Metric.ValidationLoss, 1, 1.2, null)]
    public void WhatElseShowsLearningIsHeard(string name, Metric metric, double first, double last, Severity? expected)
    {
        _ = name;
        Assert.Equal(expected, Told(Line(60, 0.1).And(Trace.Of(metric, Enumerable.Range(0, 12).Select(row => first + ((last - first) * row / 11))).Every(5))));
    }

    [Theory]
    [InlineData("resumed", 5000, "text", Severity.Info)]
    [InlineData("resumed, seen by a monitor", 5000, "telemetry", Severity.Warning)]
    public void ALogThatBeginsLateMayFallSlowly(string name, int first, string format, Severity? expected)
    {
        _ = name;
        Assert.Equal(expected, Told(Line(60, 0.1).From(first), new RunDescription { Log = new LogDescription { Format = format } }));
    }

    [Theory]
    [InlineData("within its plan", 1000, null)]
    [InlineData("without a plan", 0, Severity.Warning)]
    public void ARunThatIsNotOverMayStillFall(string name, long planned, Severity? expected)
    {
        _ = name;
        Assert.Equal(expected, Told(Line(60, 0.1), new RunDescription { PlannedSteps = planned }));
    }

    /// <summary>A rate that rises in every step and stands at more than three times its first is a warm-up; one that came to stand is over it.</summary>
    [Theory]
    [InlineData("from nothing", 60, 60, 0, true)]
    [InlineData("until shortly before the end", 60, 40, 0.01, false)]
    [InlineData("in seven rates", 7, 7, 0.01, false)]
    public void ARateThatOnlyRoseIsThatOfAWarmup(string name, int count, int until, double first, bool isTold)
    {
        _ = name;
        var rates = Trace.Of(Metric.LearningRate, Enumerable.Range(0, count).Select(step => first + ((1 - first) * Math.Min(step, until - 1) / (until - 1))));

        var finding = RuleVerifier.Run(new SlowConvergence(new()), Line(60, 0.9).And(rates)).FirstOrDefault(finding => finding.Severity == Severity.Warning);

        Assert.Equal(isTold, finding?.Title.ToString() == "The run ended within the warm-up");
        if (isTold)
        {
            Assert.Equal((Cause.TooFewEpochs, count - 1L), (finding!.Causes[0].Cause, finding.Evidence[0].Step));
        }
    }

    /// <summary>The first lines of a log are a warm-up like any other, until the run has gone on for epochs or to its planned end.</summary>
    [Theory]
    [InlineData("a log of less than two epochs", true, 1.5, 0, false)]
    [InlineData("a log of two epochs", true, 2, 0, true)]
    [InlineData("a log at its planned end", true, 0.5, 59, true)]
    public void AWarmupOfARunThatGoesOnIsNone(string name, bool isLogged, double epochs, long planned, bool isTold)
    {
        _ = name;
        var rising = Line(60, 0.4).And(Trace.Of(Metric.LearningRate, Enumerable.Range(1, 60).Select(step => 0.001 * step))).And(Trace.Of(Metric.Epoch, Enumerable.Range(0, 60).Select(step => epochs * step / 59)));

        Assert.Equal(isTold, RuleVerifier.Run(new SlowConvergence(new()), rising, new RunDescription { PlannedSteps = planned, Log = isLogged ? new LogDescription { Format = "text" } : null }).Count == 1);
    }

    /// <summary>What may still be won is worth a remark where the schedule has not come to its end.</summary>
    [Theory]
    [InlineData(0.2, Severity.Info)]
    [InlineData(0.05, null)]
    public void AScheduleAtItsEndEndsTheFall(double left, Severity? expected) =>
        Assert.Equal(expected, Told(Line(60, 0.5).And(Trace.Of(Metric.LearningRate, Enumerable.Range(0, 60).Select(step => 1 - ((1 - left) * step / 59))))));

    [Theory]
    [InlineData("the validation, too", new[] { 2.0, 1.9, 1.8, 1.7, 1.6, 1.5, 1.4, 1.3, 1.2, 1.1, 1, 0.9 }, true)]
    [InlineData("the training beside few validations", new[] { 1.0, 0.9, 1, 0.9, 1, 0.9, 1, 0.9, 1 }, false)]
    public void TheValidationIsAskedBeforeTheTraining(string name, double[]? validations, bool? isOfValidation)
    {
        _ = name;
        var trace = Line(60, 0.5);

        var findings = RuleVerifier.Run(new SlowConvergence(new()), validations is null ? trace : trace.And(Trace.Of(Metric.ValidationLoss, validations).Every(5)));

        Assert.Equal(isOfValidation, (findings is [var finding] ? finding : null)?.Message.ToString().Contains("the level of the validation loss fell", StringComparison.Ordinal));
    }

    /// <summary>Large steps that get nowhere need time; small ones need a higher rate; a plain descent may change its method.</summary>
    [Theory]
    [InlineData("plain descent", double.NaN, "SGD", false, Cause.LearningRateTooLow, RemedyActionKind.ScaleLearningRate)]
    [InlineData("large steps of plain descent", 0.02, "SGD", true, Cause.TooFewEpochs, RemedyActionKind.TrainLonger)]
    public void WhatIsAdvisedDependsOnTheSteps(string name, double update, string? optimizer, bool isSaturating, Cause cause, RemedyActionKind advice)
    {
        _ = name;
        var run = new RunDescription
        {
            Optimizer = optimizer is null ? null : new OptimizerDescription { TypeName = optimizer },
            Model = new ModelDescription { TypeName = "Net", Parameters = [], Layers = [.. Enumerable.Range(0, isSaturating ? 4 : 3).Select(Sigmoid)] },
        };
        var trace = double.IsNaN(update) ? Line(60, 0.1) : Line(60, 0.1).And(Trace.Of(Metric.GlobalUpdateRatio, Enumerable.Repeat(update, 60)));

        var finding = Assert.Single(RuleVerifier.Run(new SlowConvergence(new()), trace, run));

        Assert.Equal((cause, advice), (finding.Causes[0].Cause, finding.Remedies[0].Actions[0].Kind));
        Assert.Equal(optimizer == "SGD", finding.Remedies.Any(remedy => remedy.Actions[0].Kind == RemedyActionKind.ChangeOptimizer));
        Assert.Equal(isSaturating, finding.Causes.Any(other => other.Cause == Cause.SaturatingActivation));
    }

    private static LayerDescription Sigmoid(int index) => new() { Path = $"act{index}", TypeName = "Sigmoid", Kind = LayerKind.Activation, Activation = ActivationKind.Sigmoid, IsLeaf = true };

    private static Trace Line(int count, double fall) => Trace.Of(Metric.Loss, Enumerable.Range(0, count).Select(step => 1 - (fall * step / (count - 1))));

    private static Severity? Told(Trace trace, RunDescription? run = null) => RuleVerifier.Run(new SlowConvergence(new()), trace, run) is [var finding] ? finding.Severity : null;
}
