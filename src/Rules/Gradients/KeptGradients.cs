using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Gradients;

/// <summary>Whether the gradient that a step had been taken with was still there when the next backward pass began: what a recorder saw that looked.</summary>
internal sealed class KeptGradients
{
    /// <summary>The variant of a symptom whose sum itself was seen, not only how it grows.</summary>
    public const string Seen = "seen";

    private const double Certain = 0.97;
    private long _kept;

    /// <summary>Gets the number of steps that were looked at.</summary>
    public long Looks { get; private set; }

    /// <summary>Gets a value indicating whether it lay there at most of them. A program that clears gradients at the beginning of each epoch has one look in hundreds at which it does not.</summary>
    private bool IsSum => 2 * _kept > Looks;

    private long FirstStep { get; set; }

    private long LastStep { get; set; }

    /// <summary>Takes a look.</summary>
    /// <param name="step">The step.</param>
    /// <param name="isKept">Whether the gradient that the step before was taken with was still there.</param>
    public void Add(long step, bool isKept)
    {
        FirstStep = Looks == 0 ? step : FirstStep;
        LastStep = step;
        Looks++;
        _kept += isKept ? 1 : 0;
    }

    /// <summary>Says what was seen. It decides alone: where gradients were cleared, no growth of theirs is a sum.</summary>
    /// <param name="context">The run.</param>
    /// <param name="symptom">What was opened before; null for nothing.</param>
    /// <param name="isOver">Whether the run is over, so that its loss can be judged.</param>
    /// <returns>The symptom; null where there is none.</returns>
    public Symptom? Report(RuleContext context, Symptom? symptom, bool isOver)
    {
        if (!IsSum)
        {
            if (symptom is { RecoveredAt: null })
            {
                // Not cleared for more steps than were waited for, and then it was.
                (symptom.Severity, symptom.Confidence, symptom.RecoveredAt) = (Severity.Info, 0.3, LastStep);
            }

            return symptom;
        }

        symptom ??= context.Open(new Symptom
        {
            Severity = Severity.Warning,
            Confidence = Certain,
            Variant = Seen,
            FirstStep = FirstStep,
            Evidence = [new Evidence("gradient_kept", null, FirstStep, 1, 0, ">")],
        });
        (symptom.LastStep, symptom.RecoveredAt, symptom.Confidence) = (LastStep, null, Certain);
        symptom.Values["looks"] = Looks;
        symptom.Values["kept"] = _kept;
        symptom.Severity = isOver && LossProgress.Of(context.Facts).IsBad ? Severity.Error : Severity.Warning;
        return symptom;
    }
}
