using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Gradients;

/// <summary>Whether the gradient of the step before was still there when backward passes began: what a recorder saw that looked.</summary>
internal sealed class KeptGradients
{
    /// <summary>The variant of a symptom whose sum itself was seen, not only how it grows.</summary>
    public const string Seen = "seen";

    private long _cleared;

    /// <summary>Gets the number of steps that were looked at.</summary>
    public long Looks { get; private set; }

    private long FirstStep { get; set; }

    private long LastStep { get; set; }

    /// <summary>Takes a look.</summary>
    /// <param name="step">The step.</param>
    /// <param name="isKept">Whether the gradient of the step before was still there.</param>
    public void Add(long step, bool isKept)
    {
        FirstStep = Looks == 0 ? step : FirstStep;
        LastStep = step;
        Looks++;
        _cleared += isKept ? 0 : 1;
    }

    /// <summary>Says what was seen. It decides alone: where gradients were cleared, no growth of theirs is a sum.</summary>
    /// <param name="context">The run.</param>
    /// <param name="symptom">What was opened before; null for nothing.</param>
    /// <param name="isOver">Whether the run is over, so that its loss can be judged.</param>
    /// <returns>The symptom; null where there is none.</returns>
    public Symptom? Report(RuleContext context, Symptom? symptom, bool isOver)
    {
        if (_cleared > 0)
        {
            if (symptom is { RecoveredAt: null })
            {
                // Added up on purpose over more steps than were waited for.
                (symptom.Severity, symptom.Confidence, symptom.RecoveredAt) = (Severity.Info, 0.3, LastStep);
            }

            return symptom;
        }

        symptom ??= context.Open(new Symptom
        {
            Severity = Severity.Warning,
            Confidence = 0.97,
            Variant = Seen,
            FirstStep = FirstStep,
            Evidence = [new Evidence("gradient_kept", null, FirstStep, 1, 0, ">")],
        });
        symptom.LastStep = LastStep;
        symptom.Values["looks"] = Looks;
        symptom.Severity = isOver && LossProgress.Of(context.Facts).IsBad ? Severity.Error : Severity.Warning;
        return symptom;
    }
}
