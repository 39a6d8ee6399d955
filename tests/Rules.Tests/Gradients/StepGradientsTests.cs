using TrainingDoctor.Rules.Gradients;

namespace TrainingDoctor.Tests.Gradients;

/// <summary>The gradients of one step taken together, against numbers worked out by hand.</summary>
public sealed class StepGradientsTests
{
    private readonly ScopeTable _scopes = new();
    private readonly StepGradients _gradients;

    /// <summary>Initializes a new instance of the <see cref="StepGradientsTests"/> class.</summary>
    public StepGradientsTests() => _gradients = Of(new RunDescription());

    [Fact]
    public void NormsAddUpInSquaresAndTheMiddleCosineCounts()
    {
        Add("a.weight", norm: 3, cosine: 0.9);
        Add("b.weight", norm: 4, cosine: 0.1);
        Add("c.weight", norm: 12, cosine: 0.5);
        Assert.True(_gradients.IsMeasured);

        var (norm, cosine, _) = _gradients.EndStep();

        Assert.Equal((13, 0.5), (norm, cosine));
        Assert.False(_gradients.IsMeasured);
    }

    [Fact]
    public void OfTwoCosinesTheLargerCountsAndOfNoneThereIsNone()
    {
        Add("a.weight", norm: 1, cosine: 0.75);
        Add("b.weight", norm: 1, cosine: 0.25);
        Assert.Equal(0.75, _gradients.EndStep().Cosine);

        Add("a.weight", norm: 2, cosine: null);
        var (norm, cosine, _) = _gradients.EndStep();
        Assert.Equal((2, double.NaN), (norm, cosine));
    }

    /// <summary>Along the gradient before, a step adds the difference of the norms; across it, the hypotenuse; without a cosine nothing is known.</summary>
    [Fact]
    public void WhatAStepAddsIsTheDistanceOfTheGradients()
    {
        Add("a.weight", norm: 3, cosine: null);
        Add("b.weight", norm: 4, cosine: null);
        Assert.Equal(0, _gradients.EndStep().Increment);

        Add("a.weight", norm: 5, cosine: 1);
        Add("b.weight", norm: 3, cosine: 0);
        Assert.Equal(Math.Sqrt(4 + 25), _gradients.EndStep().Increment, 12);

        Add("a.weight", norm: 2, cosine: -1);
        Add("b.weight", norm: 9, cosine: null);
        Assert.Equal(7, _gradients.EndStep().Increment, 12);

        Add("b.weight", norm: 9, cosine: 1 + 1e-12);
        Assert.Equal(0, _gradients.EndStep().Increment);
    }

    [Fact]
    public void BiasesAndWhatNoOptimizerHoldsAreLeftOut()
    {
        var model = GradientRulesTests.Stack(ActivationKind.ReLU, 3);
        bool?[] held = [true, false, null];
        var gradients = Of(new RunDescription { Model = model with { Parameters = [.. model.Parameters.Select((parameter, place) => parameter with { IsInOptimizer = held[place] })] } });
        Add("1.weight", norm: 100, cosine: 0.5, gradients);
        Add("fc.bias", norm: 100, cosine: 0.5, gradients);
        Assert.False(gradients.IsMeasured);

        Add("0.weight", norm: 3, cosine: 0.1, gradients);
        Add("2.weight", norm: 4, cosine: 0.1, gradients);
        var (norm, cosine, _) = gradients.EndStep();
        Assert.Equal((5, 0.1), (norm, cosine));
    }

    [Fact]
    public void OfManyParametersTheFirstFewThousandTell()
    {
        for (int i = 0; i < 4200; i++)
        {
            Add($"{i}.weight", norm: 1, cosine: i < 4096 ? i / 4096.0 : -1);
        }

        var (norm, cosine, _) = _gradients.EndStep();
        Assert.Equal((Math.Sqrt(4200), 0.5), (norm, cosine));
    }

    private StepGradients Of(RunDescription run) => new(new RuleContext(new RunFacts(run, _scopes), _scopes[ScopeTable.Run], _ => { }));

    private void Add(string name, double norm, double? cosine, StepGradients? gradients = null)
    {
        int scope = _scopes.Intern(ScopeKind.Parameter, name);
        (gradients ?? _gradients).Add(new Measurement(0, Metric.GradientNorm, scope, norm));
        if (cosine is { } told)
        {
            (gradients ?? _gradients).Add(new Measurement(0, Metric.GradientCosine, scope, told));
        }
    }
}
