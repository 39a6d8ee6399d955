using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Rules.Gradients;

/// <summary>Whether gradients were cleared between the backward passes that one step takes: what a recorder saw that looked.</summary>
internal sealed class LostGradients
{
    /// <summary>The variant of a symptom whose gradients were cleared too often and not too seldom.</summary>
    public const string Lost = "lost";

    /// <summary>Two networks in turn, and a step that looks at its neighbourhood first, throw away one of two passes; of several micro-batches more than half are lost.</summary>
    private const double MostOfThem = 0.5;

    private const int FewestLooks = 8;
    private long _looks;
    private long _kept;
    private long _firstStep;
    private (double Share, long Step) _least = (double.PositiveInfinity, 0);

    /// <summary>Takes a look.</summary>
    /// <param name="step">The step.</param>
    /// <param name="share">The share of its backward passes whose gradients were cleared before the step.</param>
    public void Add(long step, double share)
    {
        _firstStep = _looks++ == 0 ? step : _firstStep;
        _kept += share > MostOfThem ? 0 : 1;
        _least = share < _least.Share ? (share, step) : _least;
    }

    /// <summary>Says what was seen, at the end of the run.</summary>
    /// <param name="context">The run.</param>
    public void Report(RuleContext context)
    {
        if (_looks < FewestLooks || _kept > 0)
        {
            return;
        }

        context.Open(new Symptom
        {
            Severity = Severity.Warning,
            Confidence = 0.9,
            Variant = Lost,
            FirstStep = _firstStep,
            LastStep = context.Facts.LastStep,
            Evidence = [new Evidence(MetricCatalog.NameOf(Metric.GradientLost), null, _least.Step, _least.Share, MostOfThem, ">")],
            Values = { ["looks"] = _looks },
        });
    }
}
