using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Gradients;

/// <summary>Whether gradients were cleared between the backward passes that one step takes: what a recorder saw that looked.</summary>
internal sealed class LostGradients
{
    /// <summary>The variant of a symptom whose gradients were cleared too often and not too seldom.</summary>
    public const string Lost = "lost";

    /// <summary>Two networks in turn, and a step that looks at its neighbourhood first, throw away one of two passes; of several micro-batches more than half are lost.</summary>
    private const double MostOfThem = 0.5;

    /// <summary>The variant of a symptom whose gradients were all cleared, so that steps had none.</summary>
    public const string Emptied = "emptied";

    private const int FewestLooks = 8;
    private long _looks;
    private long _kept;
    private long _firstStep;
    private (double Share, long Step) _least = (double.PositiveInfinity, 0);

    /// <summary>Tells whether every gradient was cleared before a step could use it, in all steps that were looked at.</summary>
    /// <param name="facts">The run.</param>
    public static bool WereAll(RunFacts facts) => facts.Of(Metric.GradientLost) is { Count: >= FewestLooks, Minimum: >= 1 };

    /// <summary>Gets a value indicating whether there were looks enough to judge.</summary>
    public bool IsJudged => _looks >= FewestLooks;

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
        // Weights that a rate of zero leaves where they are have used their gradients all the same.
        if (!IsJudged || _kept > 0 || context.Facts.Of(Metric.LearningRate) is { Maximum: 0 })
        {
            return;
        }

        bool isEmptied = WereAll(context.Facts);
        context.Open(new Symptom
        {
            Severity = isEmptied && LossProgress.Of(context.Facts).IsBad ? Severity.Error : Severity.Warning,
            Confidence = isEmptied ? 0.97 : 0.9,
            Variant = isEmptied ? Emptied : Lost,
            FirstStep = _firstStep,
            LastStep = context.Facts.LastStep,
            Evidence = [new Evidence(MetricCatalog.NameOf(Metric.GradientLost), null, _least.Step, _least.Share, MostOfThem, ">")],
            Values = { ["looks"] = _looks },
        });
    }
}
