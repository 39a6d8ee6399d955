using TrainingDoctor.Reports.Documents;

namespace TrainingDoctor.Reports.Wording;

/// <summary>
/// What is wrong, why, and what to do, in one sentence or two: what every report, notice and row begins with. All numbers in it are those of the findings and of the run.
/// </summary>
internal static class Headline
{
    /// <summary>From this likelihood on a cause is told as a fact.</summary>
    private const double Sure = 0.9;

    /// <summary>From this likelihood on a cause, or two together, are probable; below they are possible.</summary>
    private const double Probable = 0.5;

    /// <summary>A second cause is told too where it is at least this share as likely as the first, which by itself is not probable.</summary>
    private const double NextToIt = 0.8;

    /// <summary>A rate that is off by less than this is called too high or too low, without a number.</summary>
    private const double LeastMultiple = 2;

    /// <summary>Steps that change the weights by more than this share of their size tell how far the rate is off.</summary>
    private const double OversizedStep = 0.1;

    /// <summary>Beyond this a rate is far off, but by how much no measurement of a run that broke can say.</summary>
    private const double MostMultiple = 1000;

    /// <summary>So many words are read at a glance.</summary>
    private const int MostWords = 25;

    /// <summary>So many losses make a curve; below, a run is too short to speak of its fall.</summary>
    private const long Curve = 3;

    /// <summary>Says what there is to say of a run.</summary>
    /// <param name="report">The report.</param>
    public static Text Of(DiagnosisReport report) => report.Primary is { } primary ? Of(primary, report.Diagnosis.Facts, report.Diagnosis.Price)
        : report.Verdict == Verdict.Inconclusive ? Inconclusive(report)
        : Healthy(report.Diagnosis.Facts);

    /// <summary>Says what there is to say of a finding.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="facts">The run.</param>
    /// <param name="price">What the illness cost; null where it is not known, or the finding is not the root.</param>
    public static Text Of(Finding finding, RunFacts facts, TrainingPrice? price = null)
    {
        if (NamesItsCause(finding) || finding.Causes is not [var cause, ..])
        {
            // Such a title is the cause: what came of it is said where it is known.
            return WithRemedy(
                price switch
                {
                    null => finding.Title,
                    { OfValidation: true } => $"{finding.Title}, and validation stopped improving after step {price.Since:N0}",
                    _ => (Text)$"{finding.Title}, and nothing was learned after step {price.Since:N0}",
                },
                finding);
        }

        if (TellsRate(finding, facts) is { } rate)
        {
            return $"{WithRate(finding.Title, rate, cause.Likelihood)}. Set it to {rate.Advised:G3}.";
        }

        // Where two causes are as likely, both are told if the sentence stays one that is read at a glance.
        var second = finding.Causes.Count > 1 && cause.Likelihood < Probable && finding.Causes[1].Likelihood >= NextToIt * cause.Likelihood ? finding.Causes[1] : null;
        if (second is not null && IsRate(cause.Cause) && IsRate(second.Cause) && finding.Remedies is [{ Actions: [{ Kind: RemedyActionKind.TestLearningRates, Minimum: { } low, Maximum: { } high }] }, ..])
        {
            // Neither is likelier: to name one of them would be half of the truth.
            double likelihood = Math.Min(cause.Likelihood + second.Likelihood, Sure - 0.01);
            Text either = $"{Because(finding.Title, Either(cause.Cause, second.Cause), likelihood)}. Test rates from {low:G2} to {high:G2}.";
            return Words(either) <= MostWords ? either : likelihood >= Probable ? $"{finding.Title}, probably because of the learning rate. Test rates from {low:G2} to {high:G2}." : (Text)$"{finding.Title}, possibly because of the learning rate. Test rates from {low:G2} to {high:G2}.";
        }

        if (second is not null && WithRemedy(Because(finding.Title, Either(cause.Cause, second.Cause), Math.Min(cause.Likelihood + second.Likelihood, Sure - 0.01)), finding) is var both && Words(both) <= MostWords)
        {
            return both;
        }

        // A cause that is no more than possible is worth the least of a sentence that is too long: the card tells it.
        var whole = WithRemedy(Because(finding.Title, CauseWording.Clause(cause.Cause), cause.Likelihood), finding);
        return Words(whole) <= MostWords || cause.Likelihood >= Probable ? whole : WithRemedy(finding.Title, finding);
    }

    private static Text WithRemedy(Text symptom, Finding finding) => finding.Remedies is [var remedy, ..] ? $"{symptom}. {remedy.Title}." : (Text)$"{symptom}.";

    private static Text Because(Text title, Text why, double likelihood) => likelihood switch
    {
        >= Sure => $"{title}, because {why}",
        >= Probable => $"{title}, probably because {why}",
        _ => $"{title}, possibly because {why}",
    };

    private static Text Either(Cause first, Cause second) => (first, second) switch
    {
        (Cause.LearningRateTooHigh, Cause.LearningRateTooLow) or (Cause.LearningRateTooLow, Cause.LearningRateTooHigh) => $"the learning rate is too high or too low",
        _ => $"{CauseWording.Clause(first)} or {CauseWording.Clause(second)}",
    };

    private static bool IsRate(Cause cause) => cause is Cause.LearningRateTooHigh or Cause.LearningRateTooLow;

    private static int Words(Text text) => text.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;

    /// <summary>What is seen in the structure, the data or the settings is the mistake itself, and so is what the doctor's own parts report.</summary>
    private static bool NamesItsCause(Finding finding) => finding.Rule.Category is RuleCategory.Structure or RuleCategory.Inputs or RuleCategory.Diagnosis or RuleCategory.Operation
        || finding.Rule.RequiredInputs is [Metric.LearningRate];

    private static Text WithRate(Text title, (double Present, double Advised, bool IsMeasured) rate, double likelihood)
    {
        bool isHigh = rate.Present > rate.Advised;
        double times = isHigh ? rate.Present / rate.Advised : rate.Advised / rate.Present;
        bool isSure = likelihood >= Sure;
        return !rate.IsMeasured || times < LeastMultiple ? (isHigh, isSure) switch
        {
            (true, true) => $"{title}, because learning rate {rate.Present:G3} is too high",
            (true, false) => $"{title}, probably because learning rate {rate.Present:G3} is too high",
            (false, true) => $"{title}, because learning rate {rate.Present:G3} is too low",
            _ => (Text)$"{title}, probably because learning rate {rate.Present:G3} is too low",
        }
            : (times > MostMultiple, isSure) switch
            {
                (true, true) => $"{title}, because learning rate {rate.Present:G3} is far too high",
                (true, false) => $"{title}, probably because learning rate {rate.Present:G3} is far too high",
                (false, true) => $"{title}, because learning rate {rate.Present:G3} is about {Quotation.Multiple(times)} times too high",
                _ => $"{title}, probably because learning rate {rate.Present:G3} is about {Quotation.Multiple(times)} times too high",
            };
    }

    /// <summary>The rate that the run has and the one that it is advised, where the rate is the likeliest cause and the first remedy sets it: how far it is off is known only where the size of the steps was measured.</summary>
    private static (double Present, double Advised, bool IsMeasured)? TellsRate(Finding finding, RunFacts facts)
    {
        if (finding.Causes is not [{ Cause: Cause.LearningRateTooHigh or Cause.LearningRateTooLow, Likelihood: >= Probable } cause, ..]
            || NamesItsCause(finding)
            || finding.Remedies is not [{ Actions: [{ Kind: RemedyActionKind.SetLearningRate, Value: > 0 and var advised }] }, ..]
            || facts.Of(Metric.LearningRate) is not { Maximum: > 0 and var present }
            || (cause.Cause == Cause.LearningRateTooHigh ? present <= advised : present >= advised))
        {
            return null;
        }

        return (present, advised, present > advised && facts.Of(Metric.GlobalUpdateRatio) is { Mean: > OversizedStep });
    }

    private static Text Healthy(RunFacts facts)
    {
        var length = Length(facts);
        var loss = facts.Of(Metric.Loss) is { Count: >= Curve } training ? training : default;
        bool isFalling = loss.Count > 0 && double.IsFinite(loss.First) && double.IsFinite(loss.Last) && loss.Last < loss.First;
        bool isJudgedByReward = !TaskProfile.IsMeasuredByLoss(facts.Run.Task) && facts.Of(Metric.Reward) is { Count: >= Curve };
        return isJudgedByReward ? $"Nothing wrong was found in {length}: the reward went from {facts.Of(Metric.Reward)!.Value.First:G4} to {facts.Of(Metric.Reward)!.Value.Last:G4}. No change is needed."
            : isFalling ? $"Nothing wrong was found: the loss fell from {loss.First:G4} to {loss.Last:G4} in {length}. No change is needed."
            : facts.Of(Metric.ValidationLoss) is { Count: >= Curve } validation && validation.Last < validation.First
                ? $"Nothing wrong was found: the validation loss fell from {validation.First:G4} to {validation.Last:G4} in {length}. No change is needed."
            : (Text)$"Nothing wrong was found in {length}. No change is needed.";
    }

    /// <summary>How long a run was: a log that has a row for each epoch counts those, and no steps.</summary>
    private static Text Length(RunFacts facts)
    {
        long steps = ReportDocumentBuilder.StepCount(facts);
        bool isByEpoch = facts.Run.Log is not null && facts.Of(Metric.Epoch) is { } epoch && Math.Abs(epoch.Maximum - steps) <= 1;
        double epochs = isByEpoch ? facts.Of(Metric.Epoch)!.Value.Maximum : double.NaN;
        return isByEpoch ? epochs == 1 ? (Text)$"1 epoch" : $"{epochs:0.##} epochs"
            : steps == 1 ? (Text)$"1 step" : $"{steps:N0} steps";
    }

    private static Text Inconclusive(DiagnosisReport report)
    {
        var facts = report.Diagnosis.Facts;
        Text reason = report.Diagnosis.Reason ?? (Text)$"Too little was measured to judge.";
        if (report.Coverage is { Fired: 0, Registered: > 0 })
        {
            return $"None of the {report.Coverage.Registered} layers was seen, so they could not be judged. Call the model and its layers with call(x) instead of forward(x).";
        }

        if (facts.Run.Preflight is not null || report.Coverage is { Fired: var fired, Registered: var registered } && 2 * fired < registered)
        {
            return reason;
        }

        if (!TaskProfile.IsMeasuredByLoss(facts.Run.Task) && facts.Of(Metric.Reward) is { Count: > 0 and var rewards })
        {
            return rewards >= LeastRewards ? reason
                : rewards == 1 ? $"One reward value is too few to judge. Let the run go on, or log the reward more often."
                : (Text)$"{rewards:N0} reward values are too few to judge. Let the run go on, or log the reward more often.";
        }

        long losses = Math.Max(facts.Of(Metric.Loss)?.Count ?? 0, facts.Of(Metric.ValidationLoss)?.Count ?? 0);
        return facts.LastStep < 0 ? $"Nothing was measured, so nothing can be said. Check that the run has begun and writes to this place."
            : facts.Run.Log is { IsSummaryOnly: true } ? $"Only last values are in this log, no curve, so it cannot be judged. Log the loss at each step."
            : losses == 0 && facts.Run.Log is not null ? $"No loss was found among the numbers of this log, so it cannot be judged. Name its column with --map loss=COLUMN."
            : losses == 1 ? $"One loss value is too few to judge. Let the run go on, or log the loss more often."
            : losses < LeastLosses ? $"{losses:N0} loss values are too few to judge. Let the run go on, or log the loss more often."
            : TaskProfile.Of(facts.Run.Task) is { Judges.Count: > 0 } ? reason
            : (Text)$"{losses:N0} loss values are too few or too scattered to judge. Let the run go on, or log the loss more often.";
    }

    /// <summary>Rules of the reward need at least about so many values.</summary>
    private const long LeastRewards = 30;

    /// <summary>Rules of the loss need at least about so many values.</summary>
    private const long LeastLosses = 10;
}
