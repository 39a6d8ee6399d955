using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Gradients;

/// <summary>One gradient far above the one before it, whose step overthrew the weights: what recurrent networks do that multiply by the same weights at every time step (Pascanu et al. 2013).</summary>
/// <param name="factor">How many times the norm before it a gradient must have.</param>
/// <param name="lossFactor">How many times its first value the loss has leapt to where it needs no other proof.</param>
internal sealed class GradientLeap(double factor, double lossFactor)
{
    /// <summary>The variant of a symptom that a single gradient is.</summary>
    public const string Variant = "leap";

    private double _previous = double.NaN;
    private (long Step, double Norm, double Previous)? _largest;

    /// <summary>Takes the norm of a step's gradient.</summary>
    /// <param name="step">The step.</param>
    /// <param name="norm">The norm; what is not finite overflowed, and is told as such.</param>
    public void Add(long step, double norm)
    {
        if (norm > factor * _previous && double.IsFinite(norm) && norm > (_largest?.Norm ?? 0))
        {
            _largest = (step, norm, _previous);
        }

        _previous = norm > 0 && double.IsFinite(norm) ? norm : double.NaN;
    }

    /// <summary>Tells of the leap, where the run's longest step was its own and nothing was learnt after it.</summary>
    /// <param name="context">The run, which is over.</param>
    public void Report(RuleContext context)
    {
        if (_largest is not var (step, norm, previous)
            || UpdateSizes.Overthrow(context.Facts, step + 1) is not { } update || update.MaximumStep != step
            || context.Run.Model?.Layers.Any(layer => layer.Kind == LayerKind.Recurrent) != true
            || !HasCost(context.Facts))
        {
            return;
        }

        context.Open(new Symptom
        {
            Severity = Severity.Error,
            Confidence = 0.95,
            Variant = Variant,
            FirstStep = step,
            LastStep = step,
            Evidence =
            [
                new Evidence(MetricCatalog.NameOf(Metric.GlobalGradientNorm), null, step, norm, factor * previous, ">"),
                new Evidence(MetricCatalog.NameOf(Metric.GlobalUpdateRatio), null, step, update.Maximum, UpdateSizes.OverthrowingRatio, ">"),
            ],
            Values = { ["factor"] = norm / previous, ["ratio"] = update.Maximum },
        });
    }

    /// <summary>Nothing was learnt, or the loss leapt as well and did not come down to what is worth the training.</summary>
    private bool HasCost(RunFacts facts) => LossProgress.Of(facts).IsBad
        || (facts.Of(Metric.Loss) is { } loss && loss.Maximum > lossFactor * Math.Abs(loss.First) && LossProgress.TrainsWell(facts) == false);
}
