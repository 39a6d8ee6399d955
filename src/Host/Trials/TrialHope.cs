using TrainingDoctor.Host.Trials.Evidence;
using TrainingDoctor.Host.Trials.Running;

namespace TrainingDoctor.Host.Trials;

/// <summary>Tells by our own rules that a trial cannot win: it ends in NaN, or shows the same error as before and is no better for it.</summary>
/// <param name="asItIs">The training as it is.</param>
/// <param name="gain">By how much a score must grow to count.</param>
/// <param name="fromStep">The first step that a comparison counts from: the beginning of any training is noise, and how much of it is seen is chance.</param>
internal sealed class TrialHope(AsItIs asItIs, double gain, long fromStep)
{
    /// <summary>Tells why a trial cannot win.</summary>
    /// <param name="run">The trial.</param>
    /// <param name="curves">Its curves so far.</param>
    /// <returns>Null while there is hope.</returns>
    public string? Of(TrialRun run, RunCurves curves)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(curves);
        if (run.Reader.Judge() is not { Verdict: Verdict.Ill } report || report.Primary is not { Severity: Severity.Error } primary)
        {
            return null;
        }

        if (primary.Rule.Name == "non-finite-loss")
        {
            return FormattableString.Invariant($"the loss is not finite ({primary.Rule.Id})");
        }

        if (curves.LastStep < fromStep || primary.Rule.Id != asItIs.Trial.Report.Primary?.Rule.Id)
        {
            return null;
        }

        bool isBetter = asItIs.Score.Of(curves).Value > asItIs.Score.Of(asItIs.Reading.Curves, curves.LastStep).Value + gain;
        return isBetter ? null : $"the same problem again ({primary.Rule.Id} {primary.Rule.Name})";
    }
}
